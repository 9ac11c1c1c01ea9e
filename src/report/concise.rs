//! One line for each finding, as compilers write them and editors read them.

use iommulint_lang::finding::Finding;
use iommulint_lang::span::FileId;

use super::{Report, Statistics, Summary, visible};
use crate::sources::Sources;

/// `file:line:column: severity[rule] text`; nothing at all when there is nothing to say.
pub(super) struct Concise;

impl Report for Concise {
    fn findings(&self, sources: &Sources, _: FileId, findings: &[Finding]) -> String {
        let line = |finding: &Finding| {
            let (source, start) = super::start(sources, &finding.primary);
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

    fn end(&self, _: &Sources, summary: &Summary) -> String {
        match summary.statistics.as_ref().map(Statistics::table) {
            Some(table) if !table.is_empty() => format!("\n{table}"),
            _ => String::new(),
        }
    }
}
