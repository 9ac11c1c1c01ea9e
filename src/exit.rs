//! What the exit code says.

use std::process::ExitCode;

/// How a run ended, least bad first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Nothing to object to.
    Clean,
    /// There are findings at or above the fail level, or the result is refused.
    Findings,
    /// The command line is wrong, or an input or output cannot be read or written.
    Unusable,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Clean => Self::SUCCESS,
            Exit::Findings => Self::from(1),
            Exit::Unusable => Self::from(2),
        }
    }
}
