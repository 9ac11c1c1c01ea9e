//! The commands: one file each.

pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod explain;
pub(crate) mod fmt;
pub(crate) mod graph;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod lower;
pub(crate) mod lsp;
pub(crate) mod man;
pub(crate) mod map;
pub(crate) mod rules;

use clap::ValueEnum;

use crate::arguments::{Arguments, Command};
use crate::exit::Exit;
use crate::output;

/// How a command prints a list or a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextOrJson {
    /// For people
    #[default]
    Text,
    /// One JSON document
    Json,
}

/// Does what the command line says.
pub(crate) fn run(arguments: Arguments) -> Exit {
    let color = arguments.color;
    let done = match arguments.command {
        Command::Check(command) => command.run(color),
        Command::Completions(command) => command.run(),
        Command::Explain(command) => command.run(),
        Command::Fmt(command) => command.run(color),
        Command::Import(command) => command.run(color),
        Command::Init(command) => command.run(),
        Command::Lower(command) => command.run(color),
        Command::Lsp(command) => command.run(),
        Command::Man(command) => command.run(),
        Command::Map(command) => command.run(color),
        Command::Graph(command) => command.run(color),
        Command::Rules(command) => command.run(),
    };
    done.unwrap_or_else(|why| {
        output::log_error(&why);
        Exit::Unusable
    })
}
