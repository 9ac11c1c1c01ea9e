//! Reading one input.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use iommulint_lang::language::Language;
use iommulint_lang::span::MAX_TEXT;

use crate::source::Source;

/// Where a text comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// Standard input, and the name reports give it.
    Stdin {
        /// The name.
        name: String,
        /// What it is written in.
        language: Language,
    },
    /// A file.
    File {
        /// Where it is.
        path: PathBuf,
        /// What it is written in.
        language: Language,
    },
}

impl Input {
    /// Whether it is standard input.
    pub(crate) fn is_stdin(&self) -> bool {
        matches!(self, Self::Stdin { .. })
    }

    /// What it is written in.
    pub(crate) fn language(&self) -> Language {
        match self {
            Self::Stdin { language, .. } | Self::File { language, .. } => *language,
        }
    }

    /// Where it is, or for standard input, where a file of its name would be.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Stdin { name, .. } => Path::new(name),
            Self::File { path, .. } => path,
        }
    }

    /// The name that reports use.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Stdin { name, .. } => name.clone(),
            Self::File { path, .. } => path.display().to_string(),
        }
    }
}

/// Reads all of an input.
///
/// # Errors
///
/// When it cannot be read, is longer than spans can address, or is not UTF-8.
pub(crate) fn read(input: &Input) -> Result<Source, String> {
    let cannot = |error: io::Error| format!("cannot read `{}`: {error}", input.name());
    let bytes = match input {
        Input::Stdin { .. } => read_at_most(io::stdin().lock(), 0),
        Input::File { path, .. } => File::open(path).and_then(|file| {
            let length = file.metadata()?.len();
            read_at_most(file, length)
        }),
    }
    .map_err(cannot)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(&error.as_bytes()[..valid]);
        let line = before.matches('\n').count() + 1;
        format!(
            "cannot read `{}`: not UTF-8: byte 0x{:02x} at offset {valid}, in line {line}",
            input.name(),
            error.as_bytes()[valid],
        )
    })?;
    Ok(Source::new(input.name(), text))
}

/// Reads to the end, which must not be past what spans can address.
fn read_at_most(mut from: impl Read, expected: u64) -> io::Result<Vec<u8>> {
    let too_long =
        || io::Error::other(format!("longer than {MAX_TEXT} bytes, the most a file may have"));
    let most = MAX_TEXT as u64;
    if expected > most {
        return Err(too_long());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(expected).unwrap_or_default());
    from.by_ref().take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() > MAX_TEXT { Err(too_long()) } else { Ok(bytes) }
}
