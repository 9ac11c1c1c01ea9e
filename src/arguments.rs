//! The command line: commands, and the flags that all of them have.

use std::ffi::OsStr;

use clap::builder::Resettable;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::color::Color;
use crate::commands::{
    check, completions, explain, fmt, graph, import, init, lower, lsp, man, map, rules,
};

/// A linter and configuration language for the IOMMU topologies of virtual machines
#[derive(Debug, Parser)]
#[command(name = "iommulint", version, propagate_version = true, max_term_width = 100)]
#[command(
    after_help = "Exit code: 0 clean, 1 findings, 2 usage, configuration or unreadable input, 101 internal error."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// When to use colours
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        env = "IOMMULINT_COLOR",
        help_heading = "Output"
    )]
    pub(crate) color: Color,
}

impl Arguments {
    /// Reads the command line and the variables; ends the process when they are wrong.
    pub(crate) fn read() -> Self {
        let matches = without_empty_variables(Self::command()).get_matches();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }
}

/// A variable that is set to nothing counts as not set: that is what a CI system makes of an input
/// that was not given.
fn without_empty_variables(command: clap::Command) -> clap::Command {
    let is_empty = |name: &OsStr| std::env::var_os(name).is_some_and(|value| value.is_empty());
    command
        .mut_args(|argument| match argument.get_env() {
            Some(name) if is_empty(name) => argument.env(Resettable::Reset),
            _ => argument,
        })
        .mut_subcommands(without_empty_variables)
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Check(check::Check),
    Fmt(fmt::Fmt),
    Lower(lower::Lower),
    Import(import::Import),
    Map(map::Map),
    Graph(graph::Graph),
    Explain(explain::Explain),
    Rules(rules::Rules),
    Init(init::Init),
    Lsp(lsp::Lsp),
    Completions(completions::Completions),
    Man(man::Man),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_flag_with_a_value_has_a_variable() {
        for command in Arguments::command().get_subcommands() {
            for argument in
                command.get_opts().filter(|argument| argument.get_action().takes_values())
            {
                let flag = argument.get_long().expect("every flag has a long form");
                let variable = argument.get_env().map(|name| name.to_string_lossy().into_owned());
                let variable = variable.expect("it has a variable");
                let name = flag.to_uppercase().replace('-', "_");
                // `--format` means different things to different commands.
                let of_command = command.get_name().to_uppercase();
                let known = [format!("IOMMULINT_{name}"), format!("IOMMULINT_{of_command}_{name}")];
                assert!(known.contains(&variable), "--{flag}: {variable}");
            }
        }
    }
}
