//! One run over many files.

mod compare;
mod each;
mod failures;
mod file;
mod progress;

pub(crate) use compare::compare;
pub(crate) use each::each;
pub(crate) use failures::{Failure, Failures, sort_out};
pub(crate) use file::CheckedFile;
