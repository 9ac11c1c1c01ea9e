//! The language server, over real pipes.

mod client;
mod corpus;
mod diagnostics;
mod lifecycle;
mod same_findings;
mod text;
