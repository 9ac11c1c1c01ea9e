//! The language server, over real pipes.

mod answers;
mod client;
mod corpus;
mod diagnostics;
mod disorder;
mod features;
mod lifecycle;
mod load;
mod memory;
mod pipes;
mod random;
mod same_findings;
mod text;
mod words;
