//! `iommulint man`

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory as _};
use clap_mangen::Man as Page;

use crate::arguments::Arguments;
use crate::exit::Exit;
use crate::output::{OutputFile, write_file};

/// Write the man page, of iommulint or of one of its commands
#[derive(Debug, Args)]
pub(crate) struct Man {
    /// Of which command
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
    /// Write all pages into this folder, each as `iommulint-COMMAND.1`
    #[arg(
        long,
        value_name = "FOLDER",
        env = "IOMMULINT_OUTPUT_FOLDER",
        help_heading = "Output",
        conflicts_with_all = ["command", "output_file"]
    )]
    output_folder: Option<PathBuf>,
    #[command(flatten)]
    output: OutputFile,
}

impl Man {
    pub(crate) fn run(&self) -> Result<Exit, String> {
        let mut program = Arguments::command().flatten_help(false);
        program.build();
        if let Some(folder) = &self.output_folder {
            write_all(&program, folder)?;
            return Ok(Exit::Clean);
        }
        let described = match &self.command {
            None => Some(&program),
            Some(name) => commands(&program).find(|command| command.get_name() == name),
        };
        let described = described.ok_or_else(|| {
            let names: Vec<_> = commands(&program).map(clap::Command::get_name).collect();
            let name = self.command.as_deref().unwrap_or_default();
            format!("there is no command `{name}`; there is `{}`", names.join("`, `"))
        })?;
        self.output.write_all(&page(described)?)?;
        Ok(Exit::Clean)
    }
}

/// The commands that have a page.
fn commands(program: &clap::Command) -> impl Iterator<Item = &clap::Command> {
    program.get_subcommands().filter(|command| command.get_name() != "help")
}

fn write_all(program: &clap::Command, folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder)
        .map_err(|error| format!("cannot make `{}`: {error}", folder.display()))?;
    for command in std::iter::once(program).chain(commands(program)) {
        let name = command.get_display_name().unwrap_or_else(|| command.get_name());
        write_file(&folder.join(format!("{name}.1")), page(command)?.as_bytes())?;
    }
    Ok(())
}

fn page(command: &clap::Command) -> Result<String, String> {
    let mut page = Vec::new();
    Page::new(command.clone()).render(&mut page).map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}
