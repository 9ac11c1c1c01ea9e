//! The real binary, seen from outside.

mod bad_input;
mod changes;
mod completions;
mod configuration;
mod documented;
mod fmt;
mod graph;
mod import;
mod init;
mod lower;
mod reports;
mod run;
mod same_findings;
mod schemas;
mod watch;
