//! JUnit's XML, which nearly every CI system shows: a test suite for each file, a failed test for
//! each finding.

use std::borrow::Cow;

use iommulint_lang::finding::{Finding, Label, Severity};
use iommulint_lang::span::FileId;

use super::{Report, Summary, visible};
use crate::source::Position;
use crate::sources::Sources;

/// Errors and warnings fail a test; a note is said by one that passes.
pub(super) struct Junit;

impl Report for Junit {
    fn start(&self, summary: &Summary) -> String {
        let failures = summary.errors + summary.warnings;
        let clean = summary.files - summary.files_with_findings;
        let unreadable = summary.unreadable.len();
        let tests = failures + summary.notes + clean + unreadable;
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"iommulint\" \
             tests=\"{tests}\" failures=\"{failures}\" errors=\"{unreadable}\">\n"
        )
    }

    fn findings(&self, sources: &Sources, file: FileId, findings: &[Finding]) -> String {
        let name = attribute(&sources.of(file).name).into_owned();
        if findings.is_empty() {
            let test = format!("    <testcase name=\"no findings\" classname=\"{name}\"/>\n");
            return suite(&name, 1, 0, 0, &test);
        }
        let failures = findings.iter().filter(|finding| fails(finding)).count();
        let tests: String = findings.iter().map(|finding| test(sources, finding, &name)).collect();
        suite(&name, findings.len(), failures, 0, &tests)
    }

    fn end(&self, _: &Sources, summary: &Summary) -> String {
        let unread: String = summary.unreadable.iter().map(|why| error(why)).collect();
        let suites = match summary.unreadable.len() {
            0 => String::new(),
            count => suite("what could not be read", count, 0, count, &unread),
        };
        suites + "</testsuites>\n"
    }

    fn is_one_document(&self) -> bool {
        true
    }
}

fn suite(name: &str, count: usize, failures: usize, errors: usize, tests: &str) -> String {
    format!(
        "  <testsuite name=\"{name}\" tests=\"{count}\" failures=\"{failures}\" \
         errors=\"{errors}\">\n{tests}  </testsuite>\n"
    )
}

/// A test that could not be run.
fn error(why: &str) -> String {
    let why = attribute(why);
    format!(
        "    <testcase name=\"{why}\" classname=\"iommulint\">\n      \
         <error message=\"{why}\" type=\"unreadable\"/>\n    </testcase>\n"
    )
}

fn fails(finding: &Finding) -> bool {
    finding.severity > Severity::Note
}

/// `file` as an attribute.
fn test(sources: &Sources, finding: &Finding, file: &str) -> String {
    let (_, Position { line, column, .. }) = super::start(sources, &finding.primary);
    let (rule, severity) = (finding.rule, finding.severity.name());
    let headline = attribute(&finding.headline);
    let text = text(&describe(sources, finding)).into_owned();
    let said = if fails(finding) {
        format!("<failure message=\"{headline}\" type=\"{severity}\">{text}</failure>")
    } else {
        format!("<system-out>{text}</system-out>")
    };
    format!(
        "    <testcase name=\"{rule} {line}:{column}\" classname=\"{file}\">\n      {said}\n    \
         </testcase>\n"
    )
}

/// The finding in lines.
fn describe(sources: &Sources, finding: &Finding) -> String {
    let at = |label: &Label| {
        let (source, Position { line, column, .. }) = super::start(sources, label);
        format!("{}:{line}:{column}", visible::line(&source.name))
    };
    let (rule, severity) = (finding.rule, finding.severity.name());
    let place = at(&finding.primary);
    let headline = visible::line(&finding.headline);
    let headline = format!("{place}: {severity}[{rule}] {headline}");
    let primary = Some(&finding.primary).filter(|primary| !primary.text.is_empty());
    let labels = primary.into_iter().chain(&finding.labels);
    std::iter::once(headline)
        .chain(labels.map(|label| format!("{}: {}", at(label), visible::line(super::fact(label)))))
        .chain(finding.notes.iter().map(|note| format!("note: {note}")))
        .chain(finding.help.iter().map(|help| format!("help: {help}")))
        .chain([finding.url()])
        .collect::<Vec<_>>()
        .join("\n")
}

/// `text` in one line, as it may stand between quotes.
fn attribute(text: &str) -> Cow<'_, str> {
    escape(visible::line(text))
}

/// `text` as it may stand between tags.
fn text(text: &str) -> Cow<'_, str> {
    escape(visible::lines(text))
}

/// Control characters are gone already; of those that XML 1.0 has no way to write, two are left.
fn escape(text: Cow<'_, str>) -> Cow<'_, str> {
    const SPECIAL: [char; 6] = ['&', '<', '>', '"', '\u{fffe}', '\u{ffff}'];
    if !text.contains(SPECIAL) {
        return text;
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use iommulint_lang::span::{Origin, Span};

    use super::*;
    use crate::source::Source;

    #[test]
    fn any_text_can_be_written() {
        let all: String = ('\0'..='\u{ffff}').chain(['😀']).collect();
        let mut sources = Sources::one(Source::new(all.as_str(), "vm"));
        sources.insert(FileId(1), Source::new("b.kdl", "vm"));
        let origin = |file| Origin::new(FileId(file), Span::new(0, 2));
        let finding = Finding::new("pci/slot", Severity::Error, origin(0), all.as_str())
            .with_label(origin(1), all.as_str())
            .with_note(all.as_str());
        let mut summary = Summary::default();
        summary.add(std::slice::from_ref(&finding));
        summary.unreadable.push(all.clone());
        let report = [
            Junit.start(&summary),
            Junit.findings(&sources, FileId(0), &[finding]),
            Junit.end(&sources, &summary),
        ]
        .concat();
        let document = roxmltree::Document::parse(&report).expect("it is XML");
        let failure = document.descendants().find(|node| node.has_tag_name("failure"));
        let message = failure.and_then(|node| node.attribute("message")).expect("there is one");
        let wanted = visible::line(&all).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
        assert_eq!(message, wanted);
    }

    #[test]
    fn a_note_fails_no_test_and_a_clean_file_passes_one() {
        let sources = Sources::one(Source::new("a.kdl", "vm"));
        let note = Finding::new("pci/slot", Severity::Note, Origin::default(), "by the way");
        let suite = Junit.findings(&sources, FileId(0), &[note]);
        assert!(suite.contains("tests=\"1\" failures=\"0\""), "{suite}");
        assert!(suite.contains("<system-out>a.kdl:1:1: note[pci/slot] by the way\n"), "{suite}");
        let suite = Junit.findings(&sources, FileId(0), &[]);
        assert!(suite.contains("<testcase name=\"no findings\" classname=\"a.kdl\"/>"), "{suite}");
    }
}
