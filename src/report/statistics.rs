//! How often each rule found something.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use iommulint_lang::finding::{Finding, Severity};
use serde::Serialize;

/// The number of findings of each rule, apart for each severity: settings may differ by file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Statistics {
    counts: BTreeMap<(&'static str, Severity), usize>,
}

/// One line of the statistics.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Line {
    /// The rule's name.
    pub(super) rule: &'static str,
    /// `error`, `warning` or `note`.
    pub(super) severity: &'static str,
    /// How many findings.
    pub(super) count: usize,
}

impl Statistics {
    /// Counts a finding.
    pub(super) fn add(&mut self, finding: &Finding) {
        *self.counts.entry((finding.rule, finding.severity)).or_default() += 1;
    }

    /// The most frequent first; among equals what is worse, then by name.
    pub(super) fn lines(&self) -> Vec<Line> {
        let mut counts: Vec<_> = self.counts.iter().collect();
        counts.sort_by_key(|&((rule, severity), count)| (Reverse((count, severity)), rule));
        let line = |(&(rule, severity), &count): (&(&'static str, Severity), &usize)| Line {
            rule,
            severity: severity.name(),
            count,
        };
        counts.into_iter().map(line).collect()
    }

    /// A line for each rule; nothing when there was nothing to count.
    pub(super) fn table(&self) -> String {
        let lines = self.lines();
        let Some(most) = lines.first() else { return String::new() };
        let width = most.count.to_string().len();
        let line = |Line { rule, severity, count }: &Line| {
            format!("{count:width$}  {severity:7}  {rule}\n")
        };
        lines.iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use iommulint_lang::span::Origin;

    use super::*;

    #[test]
    fn the_most_frequent_come_first() {
        let mut statistics = Statistics::default();
        assert_eq!(statistics.table(), "");
        let found = [
            ("pci/slot", Severity::Warning, 2),
            ("iommufd/unused", Severity::Warning, 1),
            ("pci/bus-window", Severity::Error, 1),
            ("numa/cell", Severity::Error, 12),
            ("pci/slot", Severity::Error, 1),
        ];
        for (rule, severity, times) in found {
            for _ in 0..times {
                statistics.add(&Finding::new(rule, severity, Origin::default(), ""));
            }
        }
        assert_eq!(
            statistics.table(),
            "12  error    numa/cell\n \
              2  warning  pci/slot\n \
              1  error    pci/bus-window\n \
              1  error    pci/slot\n \
              1  warning  iommufd/unused\n"
        );
    }
}
