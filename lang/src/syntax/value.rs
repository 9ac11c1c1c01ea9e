//! What an argument or a property can hold.

use std::borrow::Cow;

/// The value of an [`Entry`](super::Entry).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'t> {
    /// A string, in whatever spelling, with its escapes resolved.
    Text(Cow<'t, str>),
    /// A whole number that fits; written in decimal, hexadecimal, octal or binary.
    Integer(i128),
    /// A whole number that does not fit into 128 bits, as written.
    BigInteger(&'t str),
    /// A decimal number with a fraction or an exponent, as written.
    Decimal(&'t str),
    /// `#inf` or `#-inf`.
    Infinity {
        /// Whether it is `#-inf`.
        negative: bool,
    },
    /// `#nan`.
    NotANumber,
    /// `#true` or `#false`.
    Boolean(bool),
    /// `#null`.
    Null,
    /// There is none, or none that can be understood. The mistake has been reported: later stages
    /// stay silent about this value.
    Missing,
}

/// The value of a keyword, with or without its `#`.
pub(crate) fn keyword(word: &str) -> Value<'static> {
    match word.strip_prefix('#').unwrap_or(word) {
        "true" => Value::Boolean(true),
        "false" => Value::Boolean(false),
        "null" => Value::Null,
        "inf" => Value::Infinity { negative: false },
        "-inf" => Value::Infinity { negative: true },
        "nan" => Value::NotANumber,
        _ => Value::Missing,
    }
}

/// Whether `word` is a keyword without its `#`.
pub(crate) fn is_bare_keyword(word: &str) -> bool {
    matches!(word, "true" | "false" | "null" | "inf" | "-inf" | "nan")
}
