//! The iommulint command line.

mod arguments;
mod color;
mod commands;
mod exit;
mod input;
mod internal_error;
mod lint;
mod one_file;
mod output;
mod report;
mod rule_names;
mod run;
mod selection;
mod source;
mod sources;

use std::process::ExitCode;

fn main() -> ExitCode {
    internal_error::install();
    commands::run(arguments::Arguments::read()).into()
}
