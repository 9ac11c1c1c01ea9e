//! The iommulint language: parser, model, rules and lowering.
//!
//! Nothing here does input or output, keeps global state, or panics on any input.

pub mod finding;
pub mod span;
pub mod syntax;
