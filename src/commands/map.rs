//! `iommulint map`

use clap::Args;
use iommulint_lang::map;

use super::TextOrJson;
use crate::color::Color;
use crate::exit::Exit;
use crate::one_file::OneFile;
use crate::output::OutputFile;
use crate::report;

/// Show what the guest will see: buses, addresses, StreamIDs, free bus numbers
#[derive(Debug, Args)]
pub(crate) struct Map {
    #[command(flatten)]
    file: OneFile,
    /// What the map looks like
    #[arg(
        long,
        value_enum,
        default_value_t,
        env = "IOMMULINT_MAP_FORMAT",
        help_heading = "Output"
    )]
    format: TextOrJson,
    #[command(flatten)]
    output: OutputFile,
}

impl Map {
    pub(crate) fn run(&self, color: Color) -> Result<Exit, String> {
        let analysis = match self.file.analyse(None, None, color)? {
            Ok((_, analysis)) => analysis,
            Err(exit) => return Ok(exit),
        };
        let maps = map::all(&analysis);
        let text = match self.format {
            TextOrJson::Text => map::text(&maps),
            TextOrJson::Json => report::map::json(&maps),
        };
        self.output.write_all(&text)?;
        Ok(Exit::Clean)
    }
}
