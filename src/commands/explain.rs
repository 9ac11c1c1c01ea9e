//! `iommulint explain`

use clap::Args;
use iommulint_lang::rules::{self, Rule, RuleName};

use super::TextOrJson;
use crate::exit::Exit;
use crate::output::OutputFile;
use crate::rule_names::RuleNameParser;

/// Explain a rule: what it does, why, an example, and what to write instead
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The rule, such as `pci/bus-window`; all of them when it is left out
    #[arg(value_parser = RuleNameParser, hide_possible_values = true)]
    rule: Option<RuleName>,
    /// What the explanation looks like
    #[arg(
        long,
        value_enum,
        default_value_t,
        env = "IOMMULINT_EXPLAIN_FORMAT",
        help_heading = "Output"
    )]
    format: TextOrJson,
    #[command(flatten)]
    output: OutputFile,
}

impl Explain {
    pub(crate) fn run(&self) -> Result<Exit, String> {
        let rules: Vec<&Rule> = match self.rule {
            None => rules::all().collect(),
            Some(name) => rules::all().filter(|rule| name.covers(rule.name)).collect(),
        };
        let text = match self.format {
            TextOrJson::Json => super::rules::json(&rules),
            TextOrJson::Text => {
                rules.iter().map(|rule| rule.page()).collect::<Vec<_>>().join("\n\n")
            }
        };
        self.output.write_all(&text)?;
        Ok(Exit::Clean)
    }
}
