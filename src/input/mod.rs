//! From what the command line names to texts.

mod find;
mod kind;
mod read;
mod reading;

pub(crate) use find::{Exclusion, Found, find, one};
pub(crate) use kind::Kind;
pub(crate) use read::{Input, read};
pub(crate) use reading::Reading;
