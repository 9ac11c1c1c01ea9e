//! What serde finds wrong, in the words of this project.

use std::fmt;

use iommulint_lang::span::Span;
use iommulint_lang::suggest::suggest;
use serde::de::{self, Expected, Unexpected};

use crate::Mistake;
use crate::file::place_of;

/// What is wrong with a value or a key.
#[derive(Debug)]
pub(super) struct Problem {
    /// Where; the innermost key or value that knows its place says it.
    pub(super) span: Option<Span>,
    /// The innermost entry of a table or element of an array with it, as [`Wrong`] knows it.
    ///
    /// [`Wrong`]: super::located::Wrong
    pub(super) part: Option<Span>,
    headline: String,
    help: Option<String>,
    /// Whether a key is missing.
    is_absence: bool,
    /// Whether it may come of a mistake that was found before.
    pub(super) is_consequence: bool,
}

impl Problem {
    fn new(headline: impl Into<String>, help: Option<String>) -> Self {
        Self {
            span: None,
            part: None,
            headline: headline.into(),
            help,
            is_absence: false,
            is_consequence: false,
        }
    }

    /// The same, at `span` unless a place inside is known.
    pub(super) fn at(self, span: Span) -> Self {
        Self { span: self.span.or(Some(span)), ..self }
    }

    /// The same, in the part `part` unless a part of that is known.
    pub(super) fn within(self, part: Span) -> Self {
        Self { part: self.part.or(Some(part)), ..self }
    }

    /// A missing key may be one that was misspelt, or had a wrong value.
    pub(super) fn consequence_if(self, table_is_wrong: bool) -> Self {
        let is_absence_here = self.is_absence && self.span.is_none();
        let is_consequence = self.is_consequence || (is_absence_here && table_is_wrong);
        Self { is_consequence, ..self }
    }

    pub(super) fn mistake(self, span: Span) -> Mistake {
        Mistake { span, headline: self.headline, help: self.help }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline)
    }
}

impl std::error::Error for Problem {}

impl de::Error for Problem {
    /// The second line of a message is its help.
    fn custom<T: fmt::Display>(message: T) -> Self {
        let message = message.to_string();
        match message.split_once('\n') {
            Some((headline, help)) => Self::new(headline, Some(help.to_owned())),
            None => Self::new(message, None),
        }
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        // serde's word for it.
        let expected = expected.to_string().replace("a sequence", "an array");
        let help = match (expected.as_str(), found) {
            ("a string", Unexpected::Other(_)) => Some("put it in quotes"),
            ("an array", Unexpected::Str(_)) => Some("put it in brackets: `[…]`"),
            ("an array", Unexpected::Map) => Some("its header has two brackets: `[[…]]`"),
            _ => None,
        };
        let found = match found {
            Unexpected::Str(text) => format!("the string `{text}`"),
            Unexpected::Seq => "an array".to_owned(),
            Unexpected::Map => "a table".to_owned(),
            other => other.to_string(),
        };
        Self::new(format!("expected {expected}, found {found}"), help.map(str::to_owned))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::new(
            format!("expected {}, found `{variant}`", listed(expected, "or")),
            habit(variant)
                .filter(|meant| expected.contains(meant))
                .or_else(|| suggest(variant, expected.iter().copied()))
                .map(did_you_mean),
        )
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let known = || match expected {
            [only] => format!("the only key here is `{only}`"),
            _ => format!("the keys here are {}", listed(expected, "and")),
        };
        let help = place_of(field)
            .or_else(|| suggest(field, expected.iter().copied()).map(did_you_mean))
            .unwrap_or_else(known);
        Self::new(format!("there is no key `{field}` here"), Some(help))
    }

    fn missing_field(field: &'static str) -> Self {
        Self {
            is_absence: true,
            ..Self::new(format!("`{field}` is missing"), Some(format!("add `{field} = …`")))
        }
    }
}

/// What other linters' words for the level of a rule mean here.
fn habit(word: &str) -> Option<&'static str> {
    Some(match word {
        "none" | "disable" | "disabled" | "ignore" | "allow" | "false" => "off",
        "warn" => "warning",
        "info" | "information" | "hint" => "note",
        "deny" | "forbid" => "error",
        _ => return None,
    })
}

/// The question that follows a name which is nearly another.
pub(crate) fn did_you_mean(meant: &str) -> String {
    format!("did you mean `{meant}`?")
}

/// `` `a`, `b` or `c` ``
pub(crate) fn listed(names: &[&str], last: &str) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((end, [])) => end.clone(),
        Some((end, begin)) => format!("{} {last} {end}", begin.join(", ")),
        None => String::new(),
    }
}
