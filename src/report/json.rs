//! The versioned JSON document, for programs.

use iommulint_lang::finding::{Applicability, Edit, Finding, Fix, Label};
use iommulint_lang::span::{FileId, Origin};
use serde::Serialize;

use super::summary::NotRun;
use super::{Report, Summary};
use crate::source;
use crate::sources::Sources;

/// `{"version": 1, "findings": […], "not_run": […], "unreadable": […], "summary": {…}}`
pub(super) struct Json;

impl Report for Json {
    fn start(&self, _: &Summary) -> String {
        "{\"version\":1,\"findings\":[".to_owned()
    }

    fn findings(&self, sources: &Sources, _: FileId, findings: &[Finding]) -> String {
        let described: Vec<String> =
            findings.iter().map(|finding| to_json(&describe(sources, finding))).collect();
        described.join(",\n")
    }

    fn separator(&self) -> &'static str {
        ",\n"
    }

    fn end(&self, _: &Sources, summary: &Summary) -> String {
        let counts = to_json(&Counts {
            files: summary.files,
            errors: summary.errors,
            warnings: summary.warnings,
            notes: summary.notes,
        });
        let not_run: Vec<_> = summary
            .not_run
            .iter()
            .map(|NotRun { rule, why }| DescribedNotRun { rule, why: why.words() })
            .collect();
        let statistics = summary.statistics.as_ref().map_or_else(String::new, |statistics| {
            format!(",\"statistics\":{}", to_json(&statistics.lines()))
        });
        let not_run = to_json(&not_run);
        let unreadable = to_json(&summary.unreadable);
        format!(
            "],\"not_run\":{not_run},\"unreadable\":{unreadable},\
             \"summary\":{counts}{statistics}}}\n"
        )
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
struct DescribedNotRun {
    rule: &'static str,
    why: &'static str,
}

#[derive(Serialize)]
struct Counts {
    files: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
}

fn describe<'a>(sources: &'a Sources, finding: &'a Finding) -> Described<'a> {
    let (file, start, end) = place(sources, finding.primary.origin);
    // The primary place is the first label when it has something to say.
    let primary = Some(&finding.primary).filter(|primary| !primary.text.is_empty());
    let label = |label: &'a Label| {
        let (file, start, end) = place(sources, label.origin);
        DescribedLabel { file, start, end, text: &label.text }
    };
    Described {
        rule: finding.rule,
        severity: finding.severity.name(),
        file,
        start,
        end,
        headline: &finding.headline,
        labels: primary.into_iter().chain(&finding.labels).map(label).collect(),
        notes: &finding.notes,
        help: finding.help.as_deref(),
        fixes: finding.fixes.iter().map(|fix| describe_fix(sources, fix)).collect(),
        url: finding.url(),
    }
}

fn describe_fix<'a>(sources: &'a Sources, fix: &'a Fix) -> DescribedFix<'a> {
    let edit = |edit: &'a Edit| {
        let (file, start, end) = place(sources, edit.origin);
        DescribedEdit { file, start, end, text: &edit.text }
    };
    DescribedFix {
        title: &fix.title,
        applicability: applicability(fix),
        edits: fix.edits.iter().map(edit).collect(),
    }
}

fn place(sources: &Sources, origin: Origin) -> (&str, Position, Position) {
    let (source, range) = sources.at(origin);
    let at = |offset| {
        let source::Position { line, column, offset } = source.position(offset);
        Position { line, column, offset }
    };
    (&source.name, at(range.start), at(range.end))
}

/// How far `fix` may be trusted, in a word.
pub(super) const fn applicability(fix: &Fix) -> &'static str {
    match fix.applicability {
        Applicability::Safe => "safe",
        Applicability::Unsafe => "unsafe",
        Applicability::DisplayOnly => "display-only",
    }
}

/// `value` in one line of JSON.
pub(super) fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("strings, numbers and lists only")
}

#[cfg(test)]
mod tests {
    use iommulint_lang::finding::Severity;
    use iommulint_lang::span::Span;

    use super::*;
    use crate::source::Source;

    #[test]
    fn labels_and_edits_name_their_own_file() {
        let mut sources = Sources::one(Source::new("a.kdl", "vm \"a\"\n"));
        sources.insert(FileId(1), Source::new("b.kdl", "// ö\n vm \"b\"\n"));
        let origin = |file, start, end| Origin::new(FileId(file), Span::new(start, end));
        let finding = Finding::new("hostdev/two-vms", Severity::Error, origin(0, 3, 6), "shared")
            .with_label(origin(1, 10, 13), "with this vm")
            .with_replacement("rename it", Applicability::Unsafe, origin(1, 10, 13), "\"c\"");
        let report = Json.findings(&sources, FileId(0), &[finding]);
        let described: serde_json::Value = serde_json::from_str(&report).expect("it is JSON");
        assert_eq!(described["file"], "a.kdl");
        for other in [&described["labels"][0], &described["fixes"][0]["edits"][0]] {
            assert_eq!(other["file"], "b.kdl");
            assert_eq!(other["start"]["line"], 2);
            assert_eq!(other["start"]["column"], 5);
            assert_eq!(other["end"]["offset"], 13);
        }
    }
}
