//! What could not be checked.

use std::collections::HashSet;
use std::path::Path;

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
    /// Says each on standard error, a configuration with all that is wrong in it.
    pub(crate) fn log(&self, color: Color) {
        for failure in self.distinct() {
            match failure {
                Failure::Input(why) => log_error(why),
                Failure::Configuration(error) => log(&report::configuration(error, color)),
            }
        }
    }

    /// Whether every file could be read and has a configuration that can be used.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each in a sentence.
    pub(crate) fn sentences(&self) -> impl Iterator<Item = String> {
        self.distinct().map(|failure| match failure {
            Failure::Input(why) => why.clone(),
            Failure::Configuration(error) => error.to_string(),
        })
    }

    /// The configurations that cannot be used.
    pub(crate) fn configurations(&self) -> impl Iterator<Item = &Path> {
        self.distinct().filter_map(|failure| match failure {
            Failure::Input(_) => None,
            Failure::Configuration(error) => Some(error.path()),
        })
    }

    /// All of them, but a configuration once for all files it is for.
    fn distinct(&self) -> impl Iterator<Item = &Failure> {
        let mut said = HashSet::new();
        self.0.iter().filter(move |failure| match failure {
            Failure::Input(_) => true,
            Failure::Configuration(error) => said.insert(error.path()),
        })
    }
}
