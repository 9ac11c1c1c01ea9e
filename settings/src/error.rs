//! What is wrong with a configuration file, or with a host snapshot.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use iommulint_lang::span::Span;
use iommulint_lang::toml_file::Mistake;

/// A configuration file, or a host snapshot, that cannot be used. Cheap to clone: all files it is for get the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigError {
    /// The file cannot be read, or not as text.
    Unreadable {
        /// Which file; absolute.
        path: Arc<Path>,
        /// Why.
        why: Arc<str>,
    },
    /// The file says what no configuration says.
    Wrong {
        /// Which file; absolute.
        path: Arc<Path>,
        /// All of it.
        text: Arc<str>,
        /// What is wrong: at least one mistake, in file order.
        mistakes: Arc<[Mistake]>,
    },
}

impl ConfigError {
    pub(crate) fn unreadable(path: &Path, why: impl fmt::Display) -> Self {
        Self::Unreadable { path: path.into(), why: why.to_string().into() }
    }

    pub(crate) fn wrong(path: &Path, text: &str, mistakes: Vec<Mistake>) -> Self {
        Self::Wrong { path: path.into(), text: text.into(), mistakes: mistakes.into() }
    }

    /// Which file.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Unreadable { path, .. } | Self::Wrong { path, .. } => path,
        }
    }

    /// The file as reports name it to somebody who is in `current_dir`: relative when it is below.
    #[must_use]
    pub fn name(&self, current_dir: &Path) -> PathBuf {
        let path = self.path();
        path.strip_prefix(current_dir).unwrap_or(path).to_path_buf()
    }
}

impl fmt::Display for ConfigError {
    /// A line for each mistake: `path:line:column: headline; help`, counted from 1 in characters.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, text, mistakes) = match self {
            Self::Unreadable { path, why } => {
                return write!(f, "cannot read `{}`: {why}", path.display());
            }
            Self::Wrong { path, text, mistakes } => (path.display(), text, mistakes),
        };
        for (position, Mistake { span, headline, help }) in mistakes.iter().enumerate() {
            let before = Span::new(0, span.start).of(text);
            let line = before.matches('\n').count() + 1;
            let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
            let newline = if position > 0 { "\n" } else { "" };
            write!(f, "{newline}{path}:{line}:{column}: {headline}")?;
            if let Some(help) = help {
                write!(f, "; {help}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
