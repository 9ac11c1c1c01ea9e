//! Names of rules and groups.

use std::fmt;

use iommulint_lang::rules::RuleName;
use iommulint_lang::toml_file::{Advice as _, did_you_mean};
use serde::Deserialize;

use super::OfSettings;

/// A rule, or a whole group of rules.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Rule(pub(crate) RuleName);

/// A name that no rule has; its second line says what to do.
#[derive(Debug)]
pub(crate) struct NoRule {
    name: String,
    meant: Option<&'static str>,
}

impl TryFrom<String> for Rule {
    type Error = NoRule;

    fn try_from(name: String) -> Result<Self, NoRule> {
        match name.parse() {
            Ok(rule) => Ok(Self(rule)),
            Err(unknown) => Err(NoRule { name, meant: unknown.meant }),
        }
    }
}

impl fmt::Display for NoRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "there is no rule `{}`", self.name)?;
        match (self.meant, OfSettings.place_of(&self.name)) {
            (_, Some(place)) => f.write_str(&place),
            (Some(meant), None) => f.write_str(&did_you_mean(meant)),
            (None, None) => f.write_str("`iommulint rules` lists them"),
        }
    }
}
