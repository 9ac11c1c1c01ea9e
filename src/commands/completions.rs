//! `iommulint completions`

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::exit::Exit;
use crate::output::OutputFile;

/// Write the completions of a shell
///
/// For bash: `iommulint completions bash > ~/.local/share/bash-completion/completions/iommulint`
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// Which shell
    #[arg(value_enum)]
    shell: Shell,
    #[command(flatten)]
    output: OutputFile,
}

impl Completions {
    pub(crate) fn run(&self) -> Result<Exit, String> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), "iommulint", &mut script);
        self.output.write_all(&String::from_utf8_lossy(&script))?;
        Ok(Exit::Clean)
    }
}
