//! Findings as editors show them.

use std::collections::HashMap;

use gen_lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag,
    Location, Range,
};
use iommulint_lang::check::{Neighbour, across};
use iommulint_lang::finding::{Applicability, Finding, Label, Severity};
use iommulint_lang::span::FileId;
use serde_json::json;

use crate::documents::Document;
use crate::snapshot::{OpenFile, Snapshot};

/// What is said of whoever says it.
pub(crate) const SOURCE: &str = "iommulint";

/// The findings of a file, in file order, as `check` finds them: those that come of comparing it with the other
/// open files of its host included.
pub(crate) fn findings(snapshot: Snapshot<'_>, file: OpenFile<'_>) -> Vec<Finding> {
    let mut between = file.host.map(|host| between(snapshot, host)).unwrap_or_default();
    between.retain(|finding| finding.primary.origin.file == file.document.id);
    with(file, between)
}

/// The findings of `file` alone, and those `between` it and others.
fn with(file: OpenFile<'_>, mut between: Vec<Finding>) -> Vec<Finding> {
    if file.cared_for().is_none() {
        return Vec::new();
    }
    let mut findings = file.analysis.findings.clone();
    if !between.is_empty() {
        findings.append(&mut between);
        findings.sort_by_key(|finding| finding.primary.origin);
    }
    findings
}

/// What is found between the open files of `host`.
fn between(snapshot: Snapshot<'_>, host: &str) -> Vec<Finding> {
    let files: Vec<OpenFile<'_>> = snapshot.files_of_host(host).collect();
    let neighbours: Vec<Neighbour<'_>> = files
        .iter()
        .filter_map(|file| {
            Some(Neighbour { host, analysis: file.analysis, settings: file.cared_for()? })
        })
        .collect();
    across(&neighbours)
}

/// The diagnostics of a file.
pub(crate) fn diagnostics(snapshot: Snapshot<'_>, file: OpenFile<'_>) -> Vec<Diagnostic> {
    described(snapshot, file, &findings(snapshot, file))
}

/// The diagnostics of every open file whose vms run on `host`, which are compared once for all of them.
pub(crate) fn of_host<'a>(
    snapshot: Snapshot<'a>,
    host: &str,
) -> Vec<(OpenFile<'a>, Vec<Diagnostic>)> {
    let mut between_by_file: HashMap<FileId, Vec<Finding>> = HashMap::new();
    for finding in between(snapshot, host) {
        between_by_file.entry(finding.primary.origin.file).or_default().push(finding);
    }
    let files = snapshot.files_of_host(host).map(|file| {
        let between = between_by_file.remove(&file.document.id).unwrap_or_default();
        (file, described(snapshot, file, &with(file, between)))
    });
    files.collect()
}

/// How many findings of a file are told: an editor shows no more, and to tell hundreds of thousands takes seconds.
const MOST_TOLD: usize = 1000;

fn described(snapshot: Snapshot<'_>, file: OpenFile<'_>, findings: &[Finding]) -> Vec<Diagnostic> {
    let (told, left) = findings.split_at_checked(MOST_TOLD).unwrap_or((findings, &[]));
    let told = told.iter().map(|finding| diagnostic(snapshot, file, finding));
    told.chain(left.first().map(|first| and_more(file, first, left.len()))).collect()
}

/// What is said where the findings begin that are not told, of which `first` is one.
fn and_more(file: OpenFile<'_>, first: &Finding, number: usize) -> Diagnostic {
    let noun = if number == 1 { "finding" } else { "findings" };
    let message = format!("{number} more {noun} from here on\nhelp: `iommulint check` shows all");
    Diagnostic {
        severity: Some(DiagnosticSeverity::Information),
        code: None,
        ..error(file.range(first.primary.origin.span), message)
    }
}

/// A finding of `file` as a diagnostic.
pub(crate) fn diagnostic(
    snapshot: Snapshot<'_>,
    file: OpenFile<'_>,
    finding: &Finding,
) -> Diagnostic {
    let client = snapshot.client;
    let related = client.related_information && !finding.labels.is_empty();
    let related = related.then(|| {
        let labels = finding.labels.iter();
        labels.filter_map(|label| related_information(snapshot, file, label)).collect()
    });
    let unneeded = client.tags && is_about_what_is_not_needed(finding.rule);
    let data = client.diagnostic_data && !finding.fixes.is_empty();
    Diagnostic {
        range: file.range(finding.primary.origin.span),
        severity: Some(severity(finding.severity)),
        code: Some(finding.rule.to_owned().into()),
        code_description: client
            .code_description
            .then(|| CodeDescription { href: finding.url().into() }),
        source: Some(SOURCE.to_owned()),
        message: message(snapshot, file, finding).into(),
        tags: unneeded.then(|| vec![DiagnosticTag::Unnecessary]),
        related_information: related,
        data: data.then(|| json!({ "fixes": fixes(file, finding) })),
    }
}

/// A diagnostic about the file at large: of the configuration, which has no rules.
pub(crate) fn error(range: Range, message: String) -> Diagnostic {
    Diagnostic {
        range,
        severity: Some(DiagnosticSeverity::Error),
        code: Some("configuration".to_owned().into()),
        code_description: None,
        source: Some(SOURCE.to_owned()),
        message: message.into(),
        tags: None,
        related_information: None,
        data: None,
    }
}

/// As `check` calls them: notes are for whoever reads on.
const fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::Error,
        Severity::Warning => DiagnosticSeverity::Warning,
        Severity::Note => DiagnosticSeverity::Information,
    }
}

/// Whether a rule is about something that could as well not be there.
fn is_about_what_is_not_needed(rule: &str) -> bool {
    rule.rsplit('/').next().is_some_and(|name| name.starts_with("unused"))
}

/// Everything that is said of a finding, but for what is said at other places when they are shown.
fn message(snapshot: Snapshot<'_>, file: OpenFile<'_>, finding: &Finding) -> String {
    let mut message = finding.headline.clone();
    let mut say = |what: &str, text: &str| {
        message.push('\n');
        message.push_str(what);
        message.push_str(text);
    };
    if !finding.primary.text.is_empty() {
        say("", &finding.primary.text);
    }
    if !snapshot.client.related_information {
        for label in &finding.labels {
            if let Some(place) = place(snapshot, file, label) {
                say(&format!("{place}: "), &label.text);
            }
        }
    }
    for note in &finding.notes {
        say("note: ", note);
    }
    if let Some(help) = &finding.help {
        say("help: ", help);
    }
    message
}

/// A further place of a finding in words; none when its file was closed.
fn place(snapshot: Snapshot<'_>, file: OpenFile<'_>, label: &Label) -> Option<String> {
    let document = document_of(snapshot, file, label)?;
    let line = document.index().range(label.origin.span).start.line + 1;
    let name = document.path.file_name().filter(|_| document.id != file.document.id);
    Some(match name {
        Some(name) => format!("{}, line {line}", name.to_string_lossy()),
        None => format!("line {line}"),
    })
}

/// A further place of a finding; none when its file was closed.
fn related_information(
    snapshot: Snapshot<'_>,
    file: OpenFile<'_>,
    label: &Label,
) -> Option<DiagnosticRelatedInformation> {
    let document = document_of(snapshot, file, label)?;
    let range = document.index().range(label.origin.span);
    let location = Location { uri: document.uri.clone(), range };
    Some(DiagnosticRelatedInformation { location, message: label.text.clone() })
}

fn document_of<'a>(
    snapshot: Snapshot<'a>,
    file: OpenFile<'a>,
    label: &Label,
) -> Option<&'a Document> {
    if label.origin.file == file.document.id {
        return Some(file.document);
    }
    snapshot.documents.with_id(label.origin.file)
}

/// The fixes, for whoever wants to apply them without asking.
fn fixes(file: OpenFile<'_>, finding: &Finding) -> Vec<serde_json::Value> {
    let described = finding.fixes.iter().map(|fix| {
        let edits: Vec<_> = fix.edits.iter().map(|edit| file.text_edit(edit)).collect();
        json!({
            "title": fix.title,
            "applicability": match fix.applicability {
                Applicability::Safe => "safe",
                Applicability::Unsafe => "unsafe",
                Applicability::DisplayOnly => "display-only",
            },
            "edits": edits,
        })
    });
    described.collect()
}
