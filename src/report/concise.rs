//! One line for each finding, as compilers write them and editors read them.

use iommulint_lang::finding::Finding;

use super::{Report, Summary, visible};
use crate::source::Source;

/// `file:line:column: severity[rule] text`; nothing at all when there is nothing to say.
pub(super) struct Concise;

impl Report for Concise {
    fn findings(&self, source: &Source, findings: &[Finding]) -> String {
        let line = |finding: &Finding| {
            let start = source.position(source.clamp(finding.primary.origin.span).start);
            format!(
                "{}:{}:{}: {}[{}] {}\n",
                visible::line(&source.name),
                start.line,
                start.column,
                finding.severity.name(),
                finding.rule,
                visible::line(&finding.headline),
            )
        };
        findings.iter().map(line).collect()
    }

    fn end(&self, _: &Summary) -> String {
        String::new()
    }
}
