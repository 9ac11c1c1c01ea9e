//! `iommulint graph`

use clap::{Args, ValueEnum};
use iommulint_lang::graph;
use iommulint_lang::map;

use crate::color::Color;
use crate::exit::Exit;
use crate::one_file::OneFile;
use crate::output::OutputFile;

/// Draw what the guest will see: buses, devices, and which vSMMU translates for what
#[derive(Debug, Args)]
pub(crate) struct Graph {
    #[command(flatten)]
    file: OneFile,
    /// What the picture is written in
    #[arg(
        long,
        value_enum,
        default_value_t,
        env = "IOMMULINT_GRAPH_FORMAT",
        help_heading = "Output"
    )]
    format: Format,
    #[command(flatten)]
    output: OutputFile,
}

/// What a picture is written in.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    /// A picture
    #[default]
    Svg,
    /// A page with the picture
    Html,
    /// A graph for Graphviz
    Dot,
    /// A flowchart for Mermaid, which GitHub and GitLab draw in Markdown
    Mermaid,
}

impl Graph {
    pub(crate) fn run(&self, color: Color) -> Result<Exit, String> {
        let analysis = match self.file.analyse(None, None, color)? {
            Ok((_, analysis)) => analysis,
            Err(exit) => return Ok(exit),
        };
        let maps = map::all(&analysis);
        let text = match self.format {
            Format::Svg => graph::svg(&maps),
            Format::Html => graph::html(&maps),
            Format::Dot => graph::dot(&maps),
            Format::Mermaid => graph::mermaid(&maps),
        };
        self.output.write_all(&text)?;
        Ok(Exit::Clean)
    }
}
