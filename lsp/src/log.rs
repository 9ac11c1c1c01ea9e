//! What is said to whoever looks after the server.

use std::io::Write as _;

/// Writes a line to standard error, which editors keep in a log; when nobody reads it, nothing happens.
pub(crate) fn log(line: &str) {
    drop(writeln!(std::io::stderr().lock(), "iommulint lsp: {line}"));
}
