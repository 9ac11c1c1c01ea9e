//! What a run came to, beside the findings themselves.

use std::collections::{BTreeMap, BTreeSet};

use iommulint_lang::finding::{Applicability, Finding, Severity};

use super::statistics::Statistics;

/// How to learn more, for whoever sees a rule for the first time.
const EXPLAIN: &str = "`iommulint explain RULE` says more about a rule\n";

/// How many findings there were, and what was not looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    /// Files checked.
    pub(crate) files: usize,
    /// Files in which there is nothing to judge.
    pub(crate) unconcerned: usize,
    /// Files with findings.
    pub(crate) files_with_findings: usize,
    /// Errors.
    pub(crate) errors: usize,
    /// Warnings.
    pub(crate) warnings: usize,
    /// Notes.
    pub(crate) notes: usize,
    /// Findings that `--fix` would remove.
    pub(crate) safely_fixable: usize,
    /// Findings that `--fix --unsafe-fixes` would remove beside those.
    pub(crate) unsafely_fixable: usize,
    /// What could not be read, and why: sentences as on standard error.
    pub(crate) unreadable: Vec<String>,
    /// How often each rule found something, when that is asked for.
    pub(crate) statistics: Option<Statistics>,
    /// The rules that were not run; once for each reason, on however many files.
    pub(crate) not_run: BTreeSet<NotRun>,
}

/// A rule that was not run on something that it might have judged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NotRun {
    /// The rule's name.
    pub(crate) rule: &'static str,
    /// Why.
    pub(crate) why: Why,
}

/// Why a rule was not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Why {
    /// An error hides part of a vm, or where its devices are.
    Errors,
    /// Part of a vm is known only elsewhere, such as in the script that starts it.
    Unknown,
}

impl Why {
    /// Why it is for a file that gives `findings`.
    pub(crate) fn of(findings: &[Finding]) -> Self {
        let has_error = findings.iter().any(|finding| finding.severity == Severity::Error);
        if has_error { Self::Errors } else { Self::Unknown }
    }

    /// In words, as they stand after a colon.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Errors => "errors hide part of a vm",
            Self::Unknown => "part of a vm is not known",
        }
    }
}

impl Summary {
    /// Counts one more file.
    pub(crate) fn add(&mut self, findings: &[Finding]) {
        self.files += 1;
        self.files_with_findings += usize::from(!findings.is_empty());
        for finding in findings {
            match finding.severity {
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
                Severity::Note => self.notes += 1,
            }
            match most_trusted(finding) {
                Some(Applicability::Safe) => self.safely_fixable += 1,
                Some(Applicability::Unsafe) => self.unsafely_fixable += 1,
                Some(Applicability::DisplayOnly) | None => {}
            }
            if let Some(statistics) = &mut self.statistics {
                statistics.add(finding);
            }
        }
    }

    /// Says that `rule` was not run somewhere. The same may be said of several files.
    pub(crate) fn add_not_run(&mut self, rule: &'static str, why: Why) {
        self.not_run.insert(NotRun { rule, why });
    }

    /// How many rules were not run, for each reason.
    fn not_run_by_reason(&self) -> BTreeMap<Why, usize> {
        let mut counts = BTreeMap::new();
        for NotRun { why, .. } in &self.not_run {
            *counts.entry(*why).or_default() += 1;
        }
        counts
    }

    /// How many findings there are at `severity` or above.
    pub(crate) fn at_or_above(&self, severity: Severity) -> usize {
        [
            (Severity::Error, self.errors),
            (Severity::Warning, self.warnings),
            (Severity::Note, self.notes),
        ]
        .into_iter()
        .filter(|&(of, _)| of >= severity)
        .map(|(_, count)| count)
        .sum()
    }

    /// The statistics, how many findings there were, and what was not looked at, in lines for
    /// people; nothing when nothing was checked.
    pub(super) fn lines(&self) -> String {
        if self.files == 0 {
            return String::new();
        }
        let mut lines = self.statistics.as_ref().map(Statistics::table).unwrap_or_default();
        if !lines.is_empty() {
            lines.push('\n');
        }
        lines.push_str(&self.counts());
        lines.push('\n');
        lines.extend(self.unjudged());
        lines.extend(self.fixable());
        if self.files_with_findings > 0 {
            lines.push_str(EXPLAIN);
        }
        for (why, rules) in self.not_run_by_reason() {
            let (were, wait) = if rules == 1 { ("was", "waits") } else { ("were", "wait") };
            let rules = count(rules, "rule");
            lines.extend(match why {
                Why::Errors => [
                    "check again after this: ",
                    &rules,
                    " ",
                    wait,
                    " until the errors are gone",
                    "\n",
                ],
                Why::Unknown => [&rules, " ", were, " not run: ", why.words(), "\n"],
            });
        }
        lines
    }

    /// How many files none of the rules is about, if any.
    fn unjudged(&self) -> Option<String> {
        let why = "neither an IOMMU nor a host device";
        Some(match (self.unconcerned, self.files) {
            (0, _) => return None,
            (1, 1) => format!("it was not judged: it has {why}\n"),
            (1, _) => format!("1 was not judged: it has {why}\n"),
            (n, _) => format!("{n} were not judged: they have {why}\n"),
        })
    }

    /// What `--fix` would do, if anything.
    fn fixable(&self) -> Option<String> {
        let (safe, unsafe_ones) = ("`--fix`", "`--fix --unsafe-fixes`");
        Some(match (self.safely_fixable, self.unsafely_fixable) {
            (0, 0) => return None,
            (n, 0) => format!("{n} can be fixed with {safe}\n"),
            (0, n) => format!("{n} can be fixed with {unsafe_ones}\n"),
            (n, more) => format!("{n} can be fixed with {safe}, {more} more with {unsafe_ones}\n"),
        })
    }

    fn counts(&self) -> String {
        let checked = count(self.files, "file");
        if self.files_with_findings == 0 {
            return format!("{checked} checked, no findings");
        }
        let counts = [(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note")];
        let found: Vec<_> =
            counts.iter().filter(|(n, _)| *n > 0).map(|(n, noun)| count(*n, noun)).collect();
        let of = match (self.files_with_findings, self.files) {
            (1, 1) => String::new(),
            (with, all) => format!(" in {with} of {}", count(all, "file")),
        };
        format!("{}{of}", found.join(", "))
    }
}

/// How far the fix of a finding that may be trusted most may be trusted.
fn most_trusted(finding: &Finding) -> Option<Applicability> {
    let offers = |trust| finding.fixes.iter().any(|fix| fix.applicability == trust);
    [Applicability::Safe, Applicability::Unsafe].into_iter().find(|trust| offers(*trust))
}

fn count(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use iommulint_lang::span::Origin;

    use super::*;

    #[test]
    fn rules_that_were_not_run_are_counted_once_for_each_reason() {
        let mut summary = Summary { files: 2, ..Summary::default() };
        assert_eq!(summary.lines(), "2 files checked, no findings\n");
        for _file in 0..2 {
            summary.add_not_run("iommufd/unused", Why::Errors);
            summary.add_not_run("iommu/empty-group", Why::Errors);
        }
        summary.add_not_run("iommufd/unused", Why::Unknown);
        assert_eq!(
            summary.lines(),
            "2 files checked, no findings\n\
             check again after this: 2 rules wait until the errors are gone\n\
             1 rule was not run: part of a vm is not known\n"
        );
        assert_eq!(summary.not_run.len(), 3);
    }

    #[test]
    fn what_is_not_ours_is_said_to_be_unjudged() {
        let lines =
            |unconcerned, files| Summary { files, unconcerned, ..Summary::default() }.lines();
        let unjudged = |lines: String| lines.lines().nth(1).map(str::to_owned);
        let neither = "neither an IOMMU nor a host device";
        assert_eq!(unjudged(lines(0, 3)), None);
        assert_eq!(unjudged(lines(1, 1)), Some(format!("it was not judged: it has {neither}")));
        assert_eq!(unjudged(lines(1, 3)), Some(format!("1 was not judged: it has {neither}")));
        assert_eq!(unjudged(lines(2, 3)), Some(format!("2 were not judged: they have {neither}")));
    }

    #[test]
    fn what_can_be_fixed_is_said_by_how_far_that_may_be_trusted() {
        let finding = |trust: &[Applicability]| {
            let finding = Finding::new("pci/slot", Severity::Error, Origin::default(), "");
            trust.iter().fold(finding, |finding, trust| {
                finding.with_replacement("", *trust, Origin::default(), "")
            })
        };
        let lines = |findings: &[Finding]| {
            let mut summary = Summary::default();
            summary.add(findings);
            let lines = summary.lines();
            lines.strip_suffix(EXPLAIN).expect("it ends so").to_owned()
        };
        let none = finding(&[]);
        let shown = finding(&[Applicability::DisplayOnly]);
        let risky = finding(&[Applicability::DisplayOnly, Applicability::Unsafe]);
        let sure = finding(&[Applicability::Unsafe, Applicability::Safe]);
        assert_eq!(lines(&[none.clone(), shown]), "2 errors\n");
        assert_eq!(
            lines(&[sure.clone(), risky.clone(), sure.clone()]),
            "3 errors\n2 can be fixed with `--fix`, 1 more with `--fix --unsafe-fixes`\n"
        );
        assert_eq!(lines(&[risky, none]), "2 errors\n1 can be fixed with `--fix --unsafe-fixes`\n");
        assert_eq!(lines(&[sure]), "1 error\n1 can be fixed with `--fix`\n");
    }

    #[test]
    fn nothing_is_said_of_nothing() {
        assert_eq!(Summary::default().lines(), "");
    }
}
