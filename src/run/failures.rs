//! What could not be checked.

use std::collections::HashSet;

use iommulint_settings::ConfigError;

use crate::color::Color;
use crate::output::{log, log_error};
use crate::report;

/// Why a file was not checked.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// It cannot be read.
    Input(String),
    /// Its configuration cannot be used.
    Configuration(ConfigError),
}

/// Why files were not checked, in the order of the run.
#[derive(Debug, Default)]
pub(crate) struct Failures(Vec<Failure>);

/// What came of the files, and why nothing came of the others.
pub(crate) fn sort_out<F>(outcomes: Vec<Result<F, Failure>>) -> (Vec<F>, Failures) {
    let mut files = Vec::with_capacity(outcomes.len());
    let mut failures = Failures::default();
    for outcome in outcomes {
        match outcome {
            Ok(file) => files.push(file),
            Err(failure) => failures.0.push(failure),
        }
    }
    (files, failures)
}

impl Failures {
    /// Says each on standard error, a configuration once for all files it is for. Whether there were
    /// any.
    pub(crate) fn log(&self, color: Color) -> bool {
        let mut said = HashSet::new();
        for failure in &self.0 {
            match failure {
                Failure::Input(why) => log_error(why),
                Failure::Configuration(error) if !said.insert(error.path()) => {}
                Failure::Configuration(error) => log(&report::configuration(error, color)),
            }
        }
        !self.0.is_empty()
    }
}
