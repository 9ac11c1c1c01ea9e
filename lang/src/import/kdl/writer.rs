//! Writes nodes, one a line; the formatter indents them.

use std::fmt::{Display, Write as _};

use crate::span::Written;
use crate::syntax::{is_disallowed, is_newline, quote};
use crate::topology::{Granule, NumberOrAuto, NumberSet, OnOffAuto, PropertyValue, Size};

/// A text in the making.
#[derive(Debug, Default)]
pub(super) struct Writer {
    text: String,
    /// Of each node that may get a block, whether it has one yet.
    blocks: Vec<bool>,
}

impl Writer {
    /// Begins a node in the innermost block.
    pub(super) fn node(&mut self, name: &str) -> Node<'_> {
        if let Some(open @ false) = self.blocks.last_mut() {
            *open = true;
            self.text.push_str(" {");
        }
        self.end_line();
        self.text.push_str(name);
        Node { text: &mut self.text }
    }

    /// What follows stands in the node written last.
    pub(super) fn enter(&mut self) {
        self.blocks.push(false);
    }

    /// The innermost block is over; one that holds nothing is left out.
    pub(super) fn leave(&mut self) {
        if self.blocks.pop() == Some(true) {
            self.end_line();
            self.text.push('}');
        }
    }

    /// How many blocks are open, those that hold nothing yet included.
    pub(super) fn depth(&self) -> usize {
        self.blocks.len()
    }

    /// An empty line before what follows.
    pub(super) fn empty_line(&mut self) {
        if !matches!(self.blocks.last(), Some(false)) {
            self.end_line();
            self.text.push('\n');
        }
    }

    /// A comment with a line for each of `lines` below `title`, if there are any.
    pub(super) fn comment_block(&mut self, title: &str, lines: &[String]) {
        if lines.is_empty() {
            return;
        }
        self.comment(title, "");
        for line in lines {
            self.comment("- ", line);
        }
        self.empty_line();
    }

    /// A comment of one line.
    pub(super) fn comment(&mut self, start: &str, rest: &str) {
        self.node("// ");
        self.text.push_str(start);
        for c in rest.chars() {
            if is_newline(c) || is_disallowed(c) {
                self.text.extend(c.escape_unicode());
            } else {
                self.text.push(c);
            }
        }
    }

    /// The text, all blocks closed.
    pub(super) fn finish(mut self) -> String {
        while !self.blocks.is_empty() {
            self.leave();
        }
        self.end_line();
        self.text
    }

    fn end_line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }
}

/// A node whose entries are being written.
#[derive(Debug)]
pub(super) struct Node<'w> {
    text: &'w mut String,
}

impl Node<'_> {
    /// An argument.
    pub(super) fn argument(&mut self, value: impl Value) -> &mut Self {
        self.text.push(' ');
        value.write(self.text);
        self
    }

    /// A property.
    pub(super) fn property(&mut self, key: &str, value: impl Value) -> &mut Self {
        self.text.push(' ');
        self.text.push_str(key);
        self.text.push('=');
        value.write(self.text);
        self
    }

    /// A property whose key is not one of the language.
    pub(super) fn property_of_any_key(&mut self, key: &str, value: impl Value) -> &mut Self {
        if is_plain(key) { self.property(key, value) } else { self.property(&quote(key), value) }
    }

    /// A property, if it has a value.
    pub(super) fn written<T: Value>(&mut self, key: &str, value: Option<&Written<T>>) -> &mut Self {
        match value {
            Some(written) => self.property(key, &written.value),
            None => self,
        }
    }
}

/// Whether `key` needs no quotes, whatever it is compared with.
fn is_plain(key: &str) -> bool {
    let mut bytes = key.bytes();
    let words = ["true", "false", "null", "inf", "nan"];
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
        && !words.contains(&key)
}

/// What an argument or a property can hold.
pub(super) trait Value {
    /// Writes it as KDL.
    fn write(&self, text: &mut String);
}

impl<T: Value + ?Sized> Value for &T {
    fn write(&self, text: &mut String) {
        (*self).write(text);
    }
}

impl Value for str {
    fn write(&self, text: &mut String) {
        text.push_str(&quote(self));
    }
}

impl Value for String {
    fn write(&self, text: &mut String) {
        self.as_str().write(text);
    }
}

impl Value for bool {
    fn write(&self, text: &mut String) {
        text.push_str(if *self { "#true" } else { "#false" });
    }
}

impl Value for i64 {
    fn write(&self, text: &mut String) {
        push(text, self);
    }
}

impl Value for usize {
    fn write(&self, text: &mut String) {
        push(text, self);
    }
}

impl Value for NumberSet {
    fn write(&self, text: &mut String) {
        self.to_string().write(text);
    }
}

impl Value for OnOffAuto {
    fn write(&self, text: &mut String) {
        match self.fixed() {
            Some(on) => on.write(text),
            None => "auto".write(text),
        }
    }
}

impl Value for NumberOrAuto {
    fn write(&self, text: &mut String) {
        match self.fixed() {
            Some(number) => number.write(text),
            None => "auto".write(text),
        }
    }
}

impl Value for Granule {
    fn write(&self, text: &mut String) {
        match self {
            Self::Host => "host".write(text),
            Self::Size(size) => size.write(text),
        }
    }
}

impl Value for PropertyValue {
    fn write(&self, text: &mut String) {
        match self {
            Self::Text(words) => words.write(text),
            Self::Integer(number) => number.write(text),
            Self::Boolean(on) => on.write(text),
        }
    }
}

impl Value for Size {
    /// In the largest unit that gives a whole number, otherwise in bytes.
    fn write(&self, text: &mut String) {
        if self.0 != 0 && self.0.is_multiple_of(1 << 10) {
            self.to_string().write(text);
        } else {
            push(text, self.0);
        }
    }
}

/// Appends a number.
fn push(text: &mut String, number: impl Display) {
    // Writing to a string does not fail.
    let _ = write!(text, "{number}");
}
