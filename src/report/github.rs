//! Workflow commands of GitHub Actions: each finding becomes an annotation.

use iommulint_lang::finding::{Finding, Severity};

use super::{Report, Summary, visible};
use crate::source::Source;

/// `::error file=…,line=…::text`
pub(super) struct Github;

impl Report for Github {
    fn findings(&self, source: &Source, findings: &[Finding]) -> String {
        findings.iter().map(|finding| command(source, finding)).collect()
    }

    fn end(&self, _: &Summary) -> String {
        String::new()
    }
}

fn command(source: &Source, finding: &Finding) -> String {
    let span = source.clamp(finding.primary.origin.span);
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
