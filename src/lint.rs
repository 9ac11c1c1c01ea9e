//! What a file is judged against: the one place that decides it.

use clap::Args;
use iommulint_lang::finding::Finding;
use iommulint_lang::span::FileId;

/// The releases to judge against.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Target")]
pub(crate) struct Targets {}

pub(crate) struct Analysis {
    pub(crate) findings: Vec<Finding>,
}

impl Targets {
    /// Everything there is to know of a text.
    pub(crate) fn analyse(&self, text: &str, file: FileId) -> Analysis {
        Analysis { findings: iommulint_lang::syntax::parse(text, file).1 }
    }
}
