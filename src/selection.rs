//! Which rules' findings are wanted.

use std::str::FromStr;

use clap::Args;
use iommulint_lang::finding::Finding;
use iommulint_lang::rules;

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
        let groups = rules::all().map(|rule| group_of(rule.name));
        Err(unknown(name, rules::all().map(|rule| rule.name).chain(groups)))
    }
}

/// Says that there is no rule of that name, and which was probably meant.
pub(crate) fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let unlike = |candidate: &str| {
        if candidate.starts_with(name) {
            return 0;
        }
        let short = candidate.rsplit('/').next().unwrap_or(candidate);
        strsim::osa_distance(name, candidate).min(strsim::osa_distance(name, short))
    };
    let nearest = known.map(|candidate| (unlike(candidate), candidate)).min();
    match nearest {
        Some((distance, nearest)) if distance <= name.chars().count().max(3) / 3 => {
            format!("there is no such rule; did you mean `{nearest}`?")
        }
        _ => "there is no such rule; `iommulint rules` lists them".to_owned(),
    }
}

fn group_of(rule: &str) -> &str {
    rule.split_once('/').map_or(rule, |(group, _)| group)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_name_is_suggested() {
        let rules = ["pci/bus-window", "pci/slot", "pci"];
        let near = |name| unknown(name, rules.into_iter());
        assert_eq!(near("pci/bus-windw"), "there is no such rule; did you mean `pci/bus-window`?");
        assert_eq!(near("slot"), "there is no such rule; did you mean `pci/slot`?");
        assert_eq!(near("pci/bus"), "there is no such rule; did you mean `pci/bus-window`?");
        assert_eq!(near("nothing"), "there is no such rule; `iommulint rules` lists them");
    }
}
