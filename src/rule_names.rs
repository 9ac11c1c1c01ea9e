//! Names of rules on the command line.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use iommulint_lang::rules::{self, RuleName, group_of};

/// Takes a rule (`pci/bus-window`) or a group (`pci`), and tells shells which there are.
#[derive(Clone, Debug)]
pub(crate) struct RuleNameParser;

impl TypedValueParser for RuleNameParser {
    type Value = RuleName;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<RuleName, clap::Error> {
        let parser = StringValueParser::new().try_map(|name| name.parse::<RuleName>());
        parser.parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let mut groups: Vec<&str> = rules::all().map(|rule| group_of(rule.name)).collect();
        groups.dedup();
        let groups = groups.into_iter().map(PossibleValue::new);
        let rules = rules::all().map(|rule| PossibleValue::new(rule.name).help(rule.summary));
        Some(Box::new(groups.chain(rules)))
    }
}
