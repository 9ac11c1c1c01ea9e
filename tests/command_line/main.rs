//! The real binary, seen from outside.

mod bad_input;
mod lower;
mod reports;
mod run;
