//! From what the command line names to texts.

mod find;
mod kind;
mod read;

pub(crate) use find::{Exclusion, Found, find, one};
pub(crate) use kind::Kind;
pub(crate) use read::{Input, read};
