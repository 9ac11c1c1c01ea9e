//! What serde finds wrong, in the words of this project.

use std::fmt;

use serde::de::{self, Expected, Unexpected};

use super::{Advice, Mistake};
use crate::span::Span;
use crate::suggest::suggest;

/// What is wrong with a value or a key.
#[derive(Debug)]
pub(super) struct Problem {
    /// Where; the innermost key or value that knows its place says it.
    pub(super) span: Option<Span>,
    /// The innermost entry of a table or element of an array with it, as [`Wrong`] knows it.
    ///
    /// [`Wrong`]: super::located::Wrong
    pub(super) part: Option<Span>,
    what: What,
    /// Whether it may come of a mistake that was found before.
    pub(super) is_consequence: bool,
}

#[derive(Debug)]
enum What {
    /// What is said here.
    Said { headline: String, help: Option<String> },
    /// A key that is not one of the `known`.
    UnknownKey { key: String, known: &'static [&'static str] },
    /// A word that is not one of the `known`.
    UnknownWord { word: String, known: &'static [&'static str] },
    /// A key is missing.
    Missing { key: &'static str },
}

impl Problem {
    fn new(what: What) -> Self {
        Self { span: None, part: None, what, is_consequence: false }
    }

    fn said(headline: impl Into<String>, help: Option<String>) -> Self {
        Self::new(What::Said { headline: headline.into(), help })
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
        let is_absence_here = matches!(self.what, What::Missing { .. }) && self.span.is_none();
        let is_consequence = self.is_consequence || (is_absence_here && table_is_wrong);
        Self { is_consequence, ..self }
    }

    /// The same in words, at `span`.
    pub(super) fn mistake(self, span: Span, advice: &dyn Advice) -> Mistake {
        let headline = self.to_string();
        let help = match self.what {
            What::Said { help, .. } => help,
            What::UnknownKey { key, known } => {
                let all = || match known {
                    [only] => format!("the only key here is `{only}`"),
                    _ => format!("the keys here are {}", listed(known, "and")),
                };
                let meant = || suggest(&key, known.iter().copied()).map(did_you_mean);
                Some(advice.place_of(&key).or_else(meant).unwrap_or_else(all))
            }
            What::UnknownWord { word, known } => advice
                .meaning_of(&word)
                .filter(|meant| known.contains(meant))
                .or_else(|| suggest(&word, known.iter().copied()))
                .map(did_you_mean),
            What::Missing { key } => Some(format!("add `{key} = …`")),
        };
        Mistake { span, headline, help }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            What::Said { headline, .. } => f.write_str(headline),
            What::UnknownKey { key, .. } => write!(f, "there is no key `{key}` here"),
            What::UnknownWord { word, known } => {
                write!(f, "expected {}, found `{word}`", listed(known, "or"))
            }
            What::Missing { key } => write!(f, "`{key}` is missing"),
        }
    }
}

impl std::error::Error for Problem {}

impl de::Error for Problem {
    /// The second line of a message is its help.
    fn custom<T: fmt::Display>(message: T) -> Self {
        let message = message.to_string();
        match message.split_once('\n') {
            Some((headline, help)) => Self::said(headline, Some(help.to_owned())),
            None => Self::said(message, None),
        }
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        // serde's words for it.
        let expected = match expected.to_string().as_str() {
            "i64" => "a whole number".to_owned(),
            "a boolean" => "`true` or `false`".to_owned(),
            other => other.replace("a sequence", "an array"),
        };
        let help = match (expected.as_str(), found) {
            ("a string", Unexpected::Other(_) | Unexpected::Signed(_) | Unexpected::Bool(_)) => {
                Some("put it in quotes")
            }
            ("`true` or `false`" | "a whole number", Unexpected::Str(_)) => {
                Some("it has no quotes")
            }
            ("an array", Unexpected::Str(_)) => Some("put it in brackets: `[…]`"),
            ("an array", Unexpected::Map) => Some("its header has two brackets: `[[…]]`"),
            _ => None,
        };
        let found = match found {
            Unexpected::Str(text) => format!("the string `{text}`"),
            Unexpected::Seq => "an array".to_owned(),
            Unexpected::Map => "a table".to_owned(),
            Unexpected::Signed(number) => format!("the number `{number}`"),
            Unexpected::Bool(switch) => format!("`{switch}`"),
            other => other.to_string(),
        };
        Self::said(format!("expected {expected}, found {found}"), help.map(str::to_owned))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::new(What::UnknownWord { word: variant.to_owned(), known: expected })
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::new(What::UnknownKey { key: field.to_owned(), known: expected })
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(What::Missing { key: field })
    }
}

/// The question that follows a name which is nearly another.
#[must_use]
pub fn did_you_mean(meant: &str) -> String {
    format!("did you mean `{meant}`?")
}

/// `` `a`, `b` or `c` ``
fn listed(names: &[&str], last: &str) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((end, [])) => end.clone(),
        Some((end, begin)) => format!("{} {last} {end}", begin.join(", ")),
        None => String::new(),
    }
}
