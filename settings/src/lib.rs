//! Which file is checked with which settings: what `iommulint.toml` says, and where it is found.
//!
//! A [`Project`] answers for every path, so that a folder, standard input and an editor agree. The host snapshots
//! that configurations name are read here too, and folders walked through. Files are read here and nowhere written;
//! neither the command line nor the language server is known.

mod configuration;
mod error;
mod file;
mod host;
mod paths;
mod project;
#[cfg(test)]
mod schema;
mod text;
mod walk;

pub use configuration::Configuration;
pub use error::ConfigError;
pub use host::Host;
pub use project::{FileSettings, Given, Project};
pub use walk::paths_below;

/// The name of a configuration file.
pub const FILE_NAME: &str = "iommulint.toml";

/// A configuration file that says nothing, with every key in a comment.
pub const TEMPLATE: &str = include_str!("template.toml");
