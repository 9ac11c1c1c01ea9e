//! The real binary, seen from outside.

mod bad_input;
mod reports;
mod run;
