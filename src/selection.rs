//! Which rules' findings are wanted.

use std::str::FromStr;

use clap::Args;
use iommulint_lang::finding::Finding;
use iommulint_lang::rules::{self, group_of};

/// A rule (`pci/bus-window`) or a group of rules (`pci`), by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RuleName(String);

/// Which rules' findings are wanted.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Rules")]
pub(crate) struct Selection {
    /// Report these rules only: `group/name`, or a group; several are separated by commas
    #[arg(long, value_name = "RULE", value_delimiter = ',', env = "IOMMULINT_SELECT")]
    select: Vec<RuleName>,
    /// Do not report these rules; wins over --select
    #[arg(long, value_name = "RULE", value_delimiter = ',', env = "IOMMULINT_IGNORE")]
    ignore: Vec<RuleName>,
}

/// Findings of this group say that a file was not understood: without them a broken file would
/// look clean, so they are always wanted.
const SYNTAX: &str = "syntax";

impl Selection {
    /// Whether a finding is to be reported.
    pub(crate) fn wants(&self, finding: &Finding) -> bool {
        let named = |names: &[RuleName]| names.iter().any(|name| name.covers(finding.rule));
        let selected = self.select.is_empty() || named(&self.select);
        group_of(finding.rule) == SYNTAX || (selected && !named(&self.ignore))
    }
}

impl RuleName {
    fn covers(&self, rule: &str) -> bool {
        self.0 == rule || self.0 == group_of(rule)
    }
}

impl FromStr for RuleName {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = |rule: &&rules::Rule| rule.name == name || group_of(rule.name) == name;
        if name == SYNTAX || rules::all().any(|rule| known(&rule)) {
            return Ok(Self(name.to_owned()));
        }
        Err(unknown(name))
    }
}

/// Says that there is no rule of that name, and which was probably meant.
pub(crate) fn unknown(name: &str) -> String {
    match rules::suggest(name) {
        Some(meant) => format!("there is no such rule; did you mean `{meant}`?"),
        None => "there is no such rule; `iommulint rules` lists them".to_owned(),
    }
}
