//! The versioned JSON document, for programs.

use iommulint_lang::finding::{Applicability, Edit, Finding, Fix, Label};
use iommulint_lang::span::Span;
use serde::Serialize;

use super::{Report, Summary};
use crate::source::{self, Source};

/// `{"version": 1, "findings": […], "not_run": […], "summary": {…}}`
pub(super) struct Json;

impl Report for Json {
    fn start(&self) -> String {
        "{\"version\":1,\"findings\":[".to_owned()
    }

    fn findings(&self, source: &Source, findings: &[Finding]) -> String {
        let described: Vec<String> =
            findings.iter().map(|finding| to_json(&describe(source, finding))).collect();
        described.join(",\n")
    }

    fn separator(&self) -> &'static str {
        ",\n"
    }

    fn end(&self, summary: &Summary) -> String {
        let counts = to_json(&Counts {
            files: summary.files,
            errors: summary.errors,
            warnings: summary.warnings,
            notes: summary.notes,
        });
        // Every rule there is can run on every file: none needs a host snapshot yet.
        format!("],\"not_run\":[],\"summary\":{counts}}}\n")
    }

    fn is_one_document(&self) -> bool {
        true
    }
}

#[derive(Serialize)]
struct Described<'a> {
    rule: &'static str,
    severity: &'static str,
    file: &'a str,
    start: Position,
    end: Position,
    headline: &'a str,
    labels: Vec<DescribedLabel<'a>>,
    notes: &'a [String],
    help: Option<&'a str>,
    fixes: Vec<DescribedFix<'a>>,
    url: String,
}

#[derive(Serialize)]
struct DescribedLabel<'a> {
    file: &'a str,
    start: Position,
    end: Position,
    text: &'a str,
}

#[derive(Serialize)]
struct DescribedFix<'a> {
    title: &'a str,
    applicability: &'static str,
    edits: Vec<DescribedEdit<'a>>,
}

#[derive(Serialize)]
struct DescribedEdit<'a> {
    file: &'a str,
    start: Position,
    end: Position,
    text: &'a str,
}

#[derive(Serialize)]
struct Position {
    line: usize,
    column: usize,
    offset: usize,
}

#[derive(Serialize)]
struct Counts {
    files: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
}

fn describe<'a>(source: &'a Source, finding: &'a Finding) -> Described<'a> {
    let (start, end) = positions(source, finding.primary.origin.span);
    // The primary place is the first label when it has something to say.
    let primary = Some(&finding.primary).filter(|primary| !primary.text.is_empty());
    let label = |label: &'a Label| {
        let (start, end) = positions(source, label.origin.span);
        DescribedLabel { file: &source.name, start, end, text: &label.text }
    };
    Described {
        rule: finding.rule,
        severity: finding.severity.name(),
        file: &source.name,
        start,
        end,
        headline: &finding.headline,
        labels: primary.into_iter().chain(&finding.labels).map(label).collect(),
        notes: &finding.notes,
        help: finding.help.as_deref(),
        fixes: finding.fixes.iter().map(|fix| describe_fix(source, fix)).collect(),
        url: finding.url(),
    }
}

fn describe_fix<'a>(source: &'a Source, fix: &'a Fix) -> DescribedFix<'a> {
    let edit = |edit: &'a Edit| {
        let (start, end) = positions(source, edit.origin.span);
        DescribedEdit { file: &source.name, start, end, text: &edit.text }
    };
    DescribedFix {
        title: &fix.title,
        applicability: match fix.applicability {
            Applicability::Safe => "safe",
            Applicability::Unsafe => "unsafe",
            Applicability::DisplayOnly => "display-only",
        },
        edits: fix.edits.iter().map(edit).collect(),
    }
}

fn positions(source: &Source, span: Span) -> (Position, Position) {
    let at = |offset| {
        let source::Position { line, column, offset } = source.position(offset);
        Position { line, column, offset }
    };
    let range = source.clamp(span);
    (at(range.start), at(range.end))
}

/// `value` in one line of JSON.
fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("strings, numbers and lists only")
}
