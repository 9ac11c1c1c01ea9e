//! The iommulint language: parser, model, rules and lowering.
//!
//! Nothing here does input or output, keeps global state, or panics on any input.

pub mod check;
#[cfg(test)]
#[path = "../tests/cpu_time/mod.rs"]
mod cpu_time;
pub mod document;
pub mod elaborate;
pub mod finding;
pub mod fix;
pub mod format;
pub mod graph;
mod hash;
pub mod host;
pub mod import;
pub use import::libvirt::placement;
pub mod language;
pub mod lower;
pub mod map;
pub mod parsed;
pub mod rules;
pub mod span;
pub mod suggest;
pub mod syntax;
pub mod target;
pub mod toml_file;
pub mod topology;
pub mod visible;
pub mod xml;
