//! From TOML to serde's types, with every mistake at its place: what this project's own files, the settings
//! and the snapshots of hosts, are read with.

mod located;
mod problem;

use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue};

use crate::span::Span;
pub(crate) use located::to_span;
use located::{Located, Wrong};
pub use problem::did_you_mean;

/// More mistakes than this are not looked for: each costs another reading of the file.
const MOST: usize = 100;

/// One mistake in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The bytes of the key or value that is wrong.
    pub span: Span,
    /// What is wrong: lower case, no final dot, user text in backticks.
    pub headline: String,
    /// What to do.
    pub help: Option<String>,
}

/// What is known of the ways in which people get a kind of file wrong.
pub trait Advice {
    /// What to do with a key of that name, which is known but not where it stands.
    fn place_of(&self, _key: &str) -> Option<String> {
        None
    }

    /// What a word of other programs means here, where one of a few is expected.
    fn meaning_of(&self, _word: &str) -> Option<&'static str> {
        None
    }

    /// The bytes of what is meant where `text` ceases to be TOML, at `span`, and what to do about it.
    fn no_toml(&self, _text: &str, _span: Span) -> Option<(Span, String)> {
        None
    }
}

/// Reads a file of at most [`MAX_TEXT`](crate::span::MAX_TEXT) bytes: what is left of it when everything wrong
/// is taken for not there, if that can be read, and what is wrong, in file order. When it is no TOML, that is
/// the first thing only.
pub fn read<T: DeserializeOwned>(text: &str, advice: &dyn Advice) -> (Option<T>, Vec<Mistake>) {
    let table = match DeTable::parse(text) {
        Ok(table) => table,
        Err(error) => return (None, vec![no_toml(text, &error, advice)]),
    };
    let span = to_span(table.span());
    let root = DeValue::Table(table.into_inner());
    let mut wrong = Wrong::new();
    let mut mistakes = Vec::new();
    // What is wrong is left out of the next reading, which then finds the next mistake.
    let read = loop {
        let problem = match T::deserialize(Located { value: &root, span, wrong: &wrong }) {
            Ok(file) => break Some(file),
            Err(problem) => problem,
        };
        let is_new = wrong.insert(problem.part.unwrap_or(span));
        if is_new && !problem.is_consequence {
            let place = problem.span.unwrap_or(span);
            mistakes.push(problem.mistake(place, advice));
        }
        if !is_new || mistakes.len() == MOST {
            break None;
        }
    };
    mistakes.sort_by_key(|mistake| mistake.span);
    (read, mistakes)
}

fn no_toml(text: &str, error: &toml::de::Error, advice: &dyn Advice) -> Mistake {
    let span = error.span().map(to_span).unwrap_or_default();
    let (span, help) = match advice.no_toml(text, span) {
        Some((span, help)) => (span, Some(help)),
        None => (span, None),
    };
    Mistake { span, headline: error.message().to_owned(), help }
}
