//! How many errors a file has.

use crate::finding::{Finding, Severity};
use crate::rules::group_of;

/// What a finding is about. What cannot be read hides what the rules would say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Concern {
    /// What is no KDL.
    Syntax,
    /// What is none of the language.
    Schema,
    /// What cannot work, or was not meant.
    Topology,
    /// Comments that suppress findings.
    Comment,
}

impl Concern {
    /// All of them, what hides others first.
    pub(crate) const ALL: [Self; 4] = [Self::Syntax, Self::Schema, Self::Topology, Self::Comment];

    /// That of a rule's findings.
    pub(crate) fn of(rule: &str) -> Self {
        match group_of(rule) {
            "syntax" => Self::Syntax,
            "schema" => Self::Schema,
            "lint" => Self::Comment,
            _ => Self::Topology,
        }
    }
}

/// The number of errors of each [`Concern`]. More are those with more of the first concern in which
/// they differ: an error that was hidden behind one of an earlier concern is not a new one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Errors([usize; 4]);

impl Errors {
    /// Those among `findings`.
    pub(super) fn among(findings: &[Finding]) -> Self {
        let mut numbers = [0; 4];
        for finding in findings.iter().filter(|finding| finding.severity == Severity::Error) {
            numbers[Concern::of(finding.rule) as usize] += 1;
        }
        Self(numbers)
    }

    /// Whether there is none.
    pub(super) fn is_none(self) -> bool {
        self == Self::default()
    }
}
