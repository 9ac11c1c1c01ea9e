//! How far a long run is, for whoever waits for it.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

/// A run shorter than this needs no word.
const LONG: Duration = Duration::from_secs(1);
/// Nobody reads faster than this.
const BETWEEN: Duration = Duration::from_millis(100);

/// One line on standard error, when that is a terminal, written over and over and removed at the end.
pub(crate) struct Progress {
    done: usize,
    all: usize,
    started: Instant,
    last_said: Option<Instant>,
}

impl Progress {
    /// Begins a run over that many files.
    pub(crate) fn of(all: usize) -> Self {
        Self { done: 0, all, started: Instant::now(), last_said: None }
    }

    /// One more file is done.
    pub(crate) fn one_more(&mut self) {
        self.done += 1;
        let now = Instant::now();
        let is_due = self.last_said.unwrap_or(self.started + LONG) + BETWEEN <= now;
        let mut stderr = io::stderr();
        if is_due && stderr.is_terminal() {
            self.last_said = Some(now);
            // A progress that nobody sees is no reason to fail.
            drop(write!(stderr, "\r\x1b[K{} of {} files checked", self.done, self.all));
            drop(stderr.flush());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.last_said.is_some() {
            drop(write!(io::stderr(), "\r\x1b[K"));
        }
    }
}
