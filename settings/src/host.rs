//! Snapshots of hosts, read from disk.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use iommulint_lang::host::{Snapshot, parse};

use crate::error::ConfigError;
use crate::text::text;

/// The snapshot of a host, as it is on disk.
#[derive(Debug)]
pub struct Host {
    path: Arc<Path>,
    text: String,
    snapshot: Snapshot,
}

impl Host {
    /// Reads the snapshot at `path`, an absolute one; none when there is no such file: its name alone says which
    /// vms are of one host.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or something in it is wrong.
    pub fn read(path: &Path) -> Result<Option<Self>, ConfigError> {
        match path.metadata() {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            _ => Self::parse(path, text(path)?).map(Some),
        }
    }

    /// Reads the text of the snapshot at `path`, an absolute one.
    ///
    /// # Errors
    ///
    /// When something in it is wrong.
    pub fn parse(path: &Path, text: String) -> Result<Self, ConfigError> {
        let (snapshot, mistakes) = parse(&text);
        if !mistakes.is_empty() {
            return Err(ConfigError::wrong(path, &text, mistakes));
        }
        Ok(Self { path: path.into(), text, snapshot })
    }

    /// Where it was read from.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All of its text, of which the snapshot has the places.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it says.
    #[must_use]
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }
}
