//! How bad the findings of rules are.

use std::fmt;

use iommulint_lang::finding::Severity;
use iommulint_lang::rules::{self, RuleName};
#[cfg(test)]
use schemars::JsonSchema;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::Rule;

/// The levels of rules and groups, each named once.
#[derive(Debug, Default)]
pub(crate) struct Levels(pub(crate) Vec<(RuleName, rules::Level)>);

/// What becomes of a rule's findings.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "kebab-case", expecting = "`error`, `warning`, `note` or `off`")]
pub(crate) enum Level {
    /// The configuration cannot work as written.
    Error,
    /// Probably not what was meant.
    Warning,
    /// Worth knowing; the configuration works.
    Note,
    /// The rule is not run.
    Off,
}

/// The level of a rule without which a broken file would look clean.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Level")]
struct LevelThatIsOn(Level);

impl TryFrom<Level> for LevelThatIsOn {
    type Error = &'static str;

    fn try_from(level: Level) -> Result<Self, Self::Error> {
        match level {
            Level::Off => Err("the rules of the group `syntax` cannot be off\n\
                               without them a file that cannot be read would look clean"),
            on => Ok(Self(on)),
        }
    }
}

impl From<Level> for rules::Level {
    fn from(level: Level) -> Self {
        match level {
            Level::Error => Self::On(Severity::Error),
            Level::Warning => Self::On(Severity::Warning),
            Level::Note => Self::On(Severity::Note),
            Level::Off => Self::Off,
        }
    }
}

/// Whether the rule, or the group, is one that is always run.
pub(crate) fn is_always_on(rule: &str) -> bool {
    rules::group_of(rule) == "syntax"
}

impl<'de> Deserialize<'de> for Levels {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(LevelsVisitor)
    }
}

struct LevelsVisitor;

impl<'de> Visitor<'de> for LevelsVisitor {
    type Value = Levels;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table of rules")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Levels, A::Error> {
        let mut levels = Vec::new();
        while let Some(Rule(rule)) = map.next_key()? {
            let level = if is_always_on(rule.as_str()) {
                map.next_value::<LevelThatIsOn>()?.0
            } else {
                map.next_value()?
            };
            levels.push((rule, level.into()));
        }
        Ok(Levels(levels))
    }
}
