//! The language server, over real pipes.

mod answers;
mod client;
mod corpus;
mod diagnostics;
mod lifecycle;
mod memory;
mod pipes;
mod same_findings;
mod text;
mod words;
