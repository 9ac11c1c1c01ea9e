//! Which rules' findings are wanted.

use clap::Args;
use iommulint_lang::check;
use iommulint_lang::rules::RuleName;

use crate::rule_names::RuleNameParser;

/// Which rules' findings are wanted.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Rules")]
pub(crate) struct Selection {
    /// Report these rules only: `group/name`, or a group; several are separated by commas
    #[arg(
        long,
        value_name = "RULE",
        value_delimiter = ',',
        value_parser = RuleNameParser,
        hide_possible_values = true,
        env = "IOMMULINT_SELECT"
    )]
    select: Vec<RuleName>,
    /// Do not report these rules; wins over --select
    #[arg(
        long,
        value_name = "RULE",
        value_delimiter = ',',
        value_parser = RuleNameParser,
        hide_possible_values = true,
        env = "IOMMULINT_IGNORE"
    )]
    ignore: Vec<RuleName>,
}

impl Selection {
    /// As a check takes it.
    pub(crate) fn asked(&self) -> check::Selection {
        check::Selection {
            select: self.select.iter().copied().collect(),
            ignore: self.ignore.iter().copied().collect(),
        }
    }
}
