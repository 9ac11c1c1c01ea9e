//! Workflow commands of GitHub Actions: each finding becomes an annotation.

use iommulint_lang::finding::{Finding, Severity};
use iommulint_lang::span::FileId;

use super::{Report, Summary, visible};
use crate::source::Position;
use crate::sources::Sources;

/// `::error file=…,line=…::text`
pub(super) struct Github;

impl Report for Github {
    fn findings(&self, sources: &Sources, _: FileId, findings: &[Finding]) -> String {
        findings.iter().map(|finding| command(sources, finding)).collect()
    }

    fn end(&self, _: &Sources, _: &Summary) -> String {
        String::new()
    }
}

fn command(sources: &Sources, finding: &Finding) -> String {
    let (source, span) = sources.at(finding.primary.origin);
    let (start, end) = (source.position(span.start), source.position(span.end));
    let kind = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    // GitHub takes columns only when the range stays in one line.
    let columns = if start.line == end.line {
        // Its last column is included.
        let last = end.column.saturating_sub(1).max(start.column);
        format!(",col={},endColumn={last}", start.column)
    } else {
        String::new()
    };
    let mut text = visible::line(&finding.headline).into_owned();
    // An annotation has one place.
    for label in super::elsewhere(finding) {
        let (source, Position { line, column, .. }) = super::start(sources, label);
        let fact = format!("{}:{line}:{column}: {}", source.name, super::fact(label));
        text.push('\n');
        text.push_str(&visible::line(&fact));
    }
    for further in finding.notes.iter().chain(&finding.help) {
        text.push('\n');
        text.push_str(&visible::lines(further));
    }
    format!(
        "::{kind} file={},line={},endLine={}{columns},title={}::{}\n",
        property(&visible::line(&source.name)),
        start.line,
        end.line,
        property(finding.rule),
        escape(&text),
    )
}

fn escape(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    escape(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use iommulint_lang::span::{Origin, Span};

    use super::*;
    use crate::source::Source;

    #[test]
    fn labels_in_other_files_are_said_in_the_text() {
        let mut sources = Sources::one(Source::new("a.kdl", "vm \"a\"\n"));
        sources.insert(FileId(1), Source::new("b.kdl", "vm \"b\"\n"));
        let origin = |file| Origin::new(FileId(file), Span::new(3, 6));
        let finding = Finding::new("hostdev/two-vms", Severity::Error, origin(0), "shared")
            .with_label(origin(0), "this vm")
            .with_label(origin(1), "with this vm");
        assert_eq!(
            Github.findings(&sources, FileId(0), &[finding]),
            "::error file=a.kdl,line=1,endLine=1,col=4,endColumn=6,title=hostdev/two-vms::\
             shared%0Ab.kdl:1:4: with this vm\n"
        );
    }
}
