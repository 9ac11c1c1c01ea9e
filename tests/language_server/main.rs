//! The language server, over real pipes.

mod client;
mod diagnostics;
mod lifecycle;
