//! What a user sees of a bug in iommulint itself.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::{self, PanicHookInfo};
use std::process;

use crate::output;

/// The exit code of an internal error.
const INTERNAL_ERROR: i32 = 101;

/// Lets every panic, of whatever thread, end the process with a request to report it.
///
/// The process ends at once, so that nothing is written after a panic: files are replaced whole
/// (see `output`), and so are never left half-written.
pub(crate) fn install() {
    panic::set_hook(Box::new(|panic| {
        ask_for_report(panic);
        process::exit(INTERNAL_ERROR)
    }));
}

/// Lets a panic be said only: whoever runs the work that panics, goes on without it.
pub(crate) fn survive() {
    panic::set_hook(Box::new(ask_for_report));
}

fn ask_for_report(panic: &PanicHookInfo<'_>) {
    output::log(&format!(
        "internal error: {panic}\n\nThis is a bug in iommulint {}, not in your file. Please report it, with this text and the \
         command line:\n  {}/issues",
        env!("CARGO_PKG_VERSION"),
        env!("CARGO_PKG_REPOSITORY"),
    ));
    let backtrace = Backtrace::capture();
    if backtrace.status() == BacktraceStatus::Captured {
        output::log(&backtrace.to_string());
    }
}
