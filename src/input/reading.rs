//! How what the command line names is read.

use clap::Args;
use iommulint_lang::language::Language;

/// How what the command line names is read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct Reading {
    /// What the named files are written in, whatever their names say: `kdl`, `libvirt` (domain XML) or
    /// `qemu` (a command line)
    #[arg(long, value_name = "LANGUAGE", env = "IOMMULINT_FROM")]
    pub(crate) from: Option<Language>,
    /// What reports call standard input; its configuration is that of a file of this name
    #[arg(long, value_name = "NAME", default_value = "<stdin>", env = "IOMMULINT_STDIN_FILENAME")]
    pub(crate) stdin_filename: String,
}
