//! Arguments and properties.

use std::borrow::Cow;

use super::super::token::Kind;
use super::super::{Value, number, string, value};
use super::rows::EntryRow;
use super::{NONE, Tree};
use crate::span::{Origin, Span};

/// An argument or a property.
#[derive(Clone, Copy)]
pub struct Entry<'t> {
    pub(super) tree: &'t Tree,
    pub(super) row: u32,
}

impl std::fmt::Debug for Entry<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entry")
            .field("key", &self.key())
            .field("value", &self.value())
            .field("span", &self.span())
            .finish()
    }
}

impl<'t> Entry<'t> {
    pub(super) fn data(self) -> &'t EntryRow {
        &self.tree.entries[self.row as usize]
    }

    /// Whether it is a property, that is, has a key.
    #[must_use]
    pub fn is_property(self) -> bool {
        self.data().key != NONE
    }

    /// The key of a property, escapes resolved.
    #[must_use]
    pub fn key(self) -> Option<Cow<'t, str>> {
        self.is_property().then(|| self.tree.decoded(self.data().key))
    }

    /// The bytes of the key, quotes included.
    #[must_use]
    pub fn key_span(self) -> Option<Span> {
        self.tree.optional_span(self.data().key)
    }

    /// Whether the key is none: a number, or a keyword.
    #[must_use]
    pub fn has_broken_key(self) -> bool {
        self.is_property() && !self.tree.kind(self.data().key).is_string()
    }

    /// Whether the key stands in quotes.
    #[must_use]
    pub fn has_quoted_key(self) -> bool {
        self.is_property() && self.tree.kind(self.data().key).is_quoted()
    }

    /// What it holds.
    #[must_use]
    pub fn value(self) -> Value<'t> {
        let data = self.data();
        if data.broken || data.value == NONE {
            return Value::Missing;
        }
        let text = || self.value_span().of(&self.tree.text);
        match self.tree.kind(data.value) {
            Kind::Number => number::decode(text()),
            Kind::Keyword | Kind::BareKeyword => value::keyword(text()),
            kind if kind.is_string() => Value::Text(string::decode(text(), kind)),
            _ => Value::Missing,
        }
    }

    /// The bytes of the value, quotes included, type annotation excluded. Of a property without a
    /// value: an empty range behind the `=`.
    #[must_use]
    pub fn value_span(self) -> Span {
        let data = self.data();
        if data.value == NONE {
            return Span::at(self.span().end);
        }
        self.tree.span(data.value, data.end)
    }

    /// The value's file and bytes.
    #[must_use]
    pub fn origin(self) -> Origin {
        Origin::new(self.tree.file, self.value_span())
    }

    /// All its bytes, `/-`, key and type annotation included.
    #[must_use]
    pub fn span(self) -> Span {
        self.tree.span(self.data().first, self.data().end)
    }

    /// The bytes of the type annotation, parentheses included.
    #[must_use]
    pub fn type_annotation(self) -> Option<Span> {
        self.tree.annotation(self.data().annotation)
    }

    /// The name in its type annotation, escapes resolved.
    #[must_use]
    pub fn type_name(self) -> Option<Cow<'t, str>> {
        self.tree.annotation_name(self.data().annotation)
    }

    /// Whether `/-` stands before it.
    #[must_use]
    pub fn is_slashdashed(self) -> bool {
        self.data().slashdashed
    }

    /// Whether the value is a string written without quotes.
    #[must_use]
    pub fn is_bare_string(self) -> bool {
        !self.data().broken && self.tree.kind(self.data().value) == Kind::Identifier
    }
}
