//! Rules as users name them: one, or a whole group.

use crate::hash::HashMap;
use std::fmt;
use std::str::FromStr;

use super::{all, group_of, suggest};
use crate::finding::Severity;

/// A rule (`pci/bus-window`) or a group of rules (`pci`), by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RuleName(&'static str);

/// There is neither a rule nor a group of that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownRule {
    /// What was probably meant.
    pub meant: Option<&'static str>,
}

/// What becomes of a rule's findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// There are none: the rule is not run.
    Off,
    /// They are that bad.
    On(Severity),
}

/// Rules and groups of rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleSet(Vec<RuleName>);

/// Levels other than the rules' own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels(HashMap<&'static str, Level>);

impl RuleName {
    /// The name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// Whether it names `rule`, or the group that is in.
    #[must_use]
    pub fn covers(self, rule: &str) -> bool {
        self.0 == rule || self.0 == group_of(rule)
    }
}

impl FromStr for RuleName {
    type Err = UnknownRule;

    fn from_str(name: &str) -> Result<Self, UnknownRule> {
        let names = all().flat_map(|rule| [rule.name, group_of(rule.name)]);
        let known = names.into_iter().find(|known| *known == name);
        known.map(Self).ok_or_else(|| UnknownRule { meant: suggest(name) })
    }
}

impl fmt::Display for UnknownRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.meant {
            Some(meant) => write!(f, "there is no such rule; did you mean `{meant}`?"),
            None => f.write_str("there is no such rule; `iommulint rules` lists them"),
        }
    }
}

impl std::error::Error for UnknownRule {}

impl RuleSet {
    /// Adds a rule, or all of a group.
    pub fn insert(&mut self, name: RuleName) {
        self.0.push(name);
    }

    /// Whether nothing is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `rule` is in it, by its own name or its group's.
    #[must_use]
    pub fn covers(&self, rule: &str) -> bool {
        self.0.iter().any(|name| name.covers(rule))
    }

    /// Whether `rule` is in it by its own name.
    #[must_use]
    pub fn names(&self, rule: &str) -> bool {
        self.0.iter().any(|name| name.0 == rule)
    }
}

impl FromIterator<RuleName> for RuleSet {
    fn from_iter<I: IntoIterator<Item = RuleName>>(names: I) -> Self {
        Self(names.into_iter().collect())
    }
}

impl Levels {
    /// Sets the level of a rule, or of all rules of a group that have none of their own.
    pub fn set(&mut self, name: RuleName, level: Level) {
        self.0.insert(name.0, level);
    }

    /// The level of `rule`, when it is not the rule's own.
    #[must_use]
    pub fn of(&self, rule: &str) -> Option<Level> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(rule).or_else(|| self.0.get(group_of(rule))).copied()
    }

    /// Whether every rule has its own.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> RuleName {
        text.parse().expect("there is such a rule")
    }

    #[test]
    fn a_rule_wins_over_its_group_in_either_order() {
        let (on, off) = (Level::On(Severity::Note), Level::Off);
        let mut levels = Levels::default();
        assert_eq!(levels.of("pci/bus-window"), None);
        levels.set(name("pci/bus-window"), on);
        levels.set(name("pci"), off);
        assert_eq!(levels.of("pci/bus-window"), Some(on));
        assert_eq!(levels.of("pci/index-gap"), Some(off));
        assert_eq!(levels.of("iommu/intel"), None);
    }

    #[test]
    fn what_is_no_rule_is_refused_with_the_nearest() {
        let meant = |text: &str| text.parse::<RuleName>().map_err(|unknown| unknown.meant);
        assert_eq!(meant("pci/bus-windw"), Err(Some("pci/bus-window")));
        assert_eq!(meant("weather"), Err(None));
        assert_eq!(meant("syntax").map(RuleName::as_str), Ok("syntax"));
    }
}
