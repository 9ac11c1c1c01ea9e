//! From what the command line names to texts.

mod find;
mod language;
mod read;
mod reading;

pub(crate) use find::{Exclusion, Found, find, one};
pub(crate) use language::Languages;
pub(crate) use read::{Input, read};
pub(crate) use reading::Reading;
