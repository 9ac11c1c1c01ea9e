//! The real pre-commit.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::setting::{crate_folder, skip};

/// A folder made by `conformance/setup-pre-commit`.
#[derive(Clone, Debug)]
pub struct PreCommit {
    program: PathBuf,
}

impl PreCommit {
    /// That in `IOMMULINT_PRE_COMMIT_ROOT`, else in `conformance/.cache/pre-commit`.
    ///
    /// `None`, with a line on standard error saying why, when it is not there.
    ///
    /// # Panics
    ///
    /// Instead of `None` when `IOMMULINT_CONFORMANCE_REQUIRED` is set, as `conformance/run` does.
    #[must_use]
    pub fn locate() -> Option<Self> {
        let folder = env::var_os("IOMMULINT_PRE_COMMIT_ROOT")
            .map_or_else(|| crate_folder().join(".cache/pre-commit"), PathBuf::from);
        let program = folder.join("bin/pre-commit");
        if !program.is_file() {
            skip("no pre-commit (conformance/setup-pre-commit installs it)");
            return None;
        }
        Some(Self { program })
    }

    /// The Python it runs in, with its packages.
    #[must_use]
    pub fn python(&self) -> Command {
        Command::new(self.program.with_file_name("python"))
    }

    /// The program.
    #[must_use]
    pub fn command(&self) -> Command {
        Command::new(&self.program)
    }
}
