//! `iommulint lsp`

use clap::Args;
use iommulint_lsp::serve;

use crate::exit::Exit;
use crate::internal_error;
use crate::lint::{Configuration, Targets};
use crate::selection::Selection;

/// Serve an editor: the language server, on standard input and output
#[derive(Debug, Args)]
#[command(after_help = "Exit code: 0 when the editor said `shutdown` first, else 1.")]
pub(crate) struct Lsp {
    /// Speak over standard input and output, as is done anyway
    #[arg(long)]
    stdio: bool,
    #[command(flatten)]
    configuration: Configuration,
    #[command(flatten)]
    targets: Targets,
    #[command(flatten)]
    selection: Selection,
}

impl Lsp {
    pub(crate) fn run(&self) -> Result<Exit, String> {
        internal_error::survive();
        let mut given = self.configuration.given(&self.targets, self.selection.asked());
        // The editor's folder may be another one than this.
        if let Some(config) = &mut given.config {
            *config = std::path::absolute(&*config)
                .map_err(|error| format!("cannot tell which folder this is: {error}"))?;
        }
        Ok(if serve(given) { Exit::Clean } else { Exit::Findings })
    }
}
