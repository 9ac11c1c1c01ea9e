//! The language server, over real pipes.

mod answers;
mod client;
mod corpus;
mod diagnostics;
mod disorder;
mod features;
mod host;
mod lifecycle;
#[cfg(target_os = "linux")]
mod load;
mod own_group;
mod pipes;
mod previews;
#[cfg(target_os = "linux")]
mod process;
mod random;
mod same_findings;
mod text;
mod words;
mod workspace;
