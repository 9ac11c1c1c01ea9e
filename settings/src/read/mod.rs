//! From TOML to serde's types, with every mistake at its place.

mod located;
mod problem;

use iommulint_lang::rules::RuleName;
use iommulint_lang::span::Span;
use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue};

use crate::Mistake;
use located::{Located, Wrong, to_span};
pub(crate) use problem::did_you_mean;

/// More mistakes than this are not looked for: each costs another reading of the file.
const MOST: usize = 100;

/// Reads a file.
///
/// # Errors
///
/// What is wrong with it, in file order: when it is no TOML the first thing only, else everything.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Vec<Mistake>> {
    let table = DeTable::parse(text).map_err(|error| vec![no_toml(text, &error)])?;
    let span = to_span(table.span());
    let root = DeValue::Table(table.into_inner());
    let mut wrong = Wrong::new();
    let mut mistakes = Vec::new();
    // What is wrong is left out of the next reading, which then finds the next mistake.
    loop {
        let problem = match T::deserialize(Located { value: &root, span, wrong: &wrong }) {
            Ok(file) if mistakes.is_empty() => return Ok(file),
            Ok(_) => break,
            Err(problem) => problem,
        };
        let is_new = wrong.insert(problem.part.unwrap_or(span));
        if is_new && !problem.is_consequence {
            let place = problem.span.unwrap_or(span);
            mistakes.push(problem.mistake(place));
        }
        if !is_new || mistakes.len() == MOST {
            break;
        }
    }
    mistakes.sort_by_key(|mistake| mistake.span);
    Err(mistakes)
}

fn no_toml(text: &str, error: &toml::de::Error) -> Mistake {
    let span = error.span().map(to_span).unwrap_or_default();
    let unquoted = unquoted_rule(text, span);
    Mistake {
        span: unquoted.map_or(span, |(span, _)| span),
        headline: error.message().to_owned(),
        help: unquoted.map(|(_, rule)| format!("write the rule's name in quotes: `\"{rule}\"`")),
    }
}

/// The rule's name with which the line of `span` begins, when `span` is in it: TOML wants quotes around
/// its slash.
fn unquoted_rule(text: &str, span: Span) -> Option<(Span, &str)> {
    let start = text.get(..span.start as usize)?.rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[start..].lines().next()?;
    let key = line.split_once('=')?.0.trim_end();
    let name = key.trim_start();
    name.parse::<RuleName>().ok()?;
    let start = start + key.len() - name.len();
    let key = to_span(start..start + name.len());
    (span.start >= key.start && span.end <= key.end).then_some((key, name))
}
