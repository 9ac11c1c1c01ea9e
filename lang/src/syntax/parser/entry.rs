//! Arguments, properties, their values and type annotations.

use super::super::string;
use super::super::token::Kind;
use super::super::tree::{EntryRow, NONE, State, row_number};
use super::Parser;
use crate::span::Span;

/// How many tokens of a line are looked at for a string without an end.
const LINE_REACH: usize = 64;

/// How many tokens a list in brackets is looked through for its end.
const LIST_REACH: usize = 256;

impl Parser<'_> {
    /// Reads an argument or a property of node `row`; `first` is its `/-`, or its first token.
    pub(super) fn entry(&mut self, row: u32, first: usize, slashdashed: bool) {
        let mut entry = EntryRow {
            first: row_number(first),
            key: NONE,
            annotation: NONE,
            value: NONE,
            end: NONE,
            slashdashed,
            broken: false,
        };
        let before = self.mistakes.count();
        let start = self.at;
        entry.annotation = self.annotation();
        let annotated = self.at > start;
        if annotated {
            self.skip_misplaced_slashdash();
        }
        let value = self.at;
        entry.value = row_number(value);
        if self.begins_list() {
            self.list();
            entry.broken = true;
        } else if self.begins_word() {
            let sound = self.word();
            let end = self.at;
            self.skip_node_space();
            if self.kind() == Kind::Equals {
                if annotated {
                    self.mistakes.annotated_key(self.span(start, value));
                } else if sound {
                    self.check_as_name(value, "property key");
                } else {
                    self.mistakes.unquoted(self.text, self.span(value, end), "property key");
                }
                entry.key = row_number(value);
                self.property_value(&mut entry);
                if !sound {
                    entry.key = NONE;
                    entry.broken = true;
                }
            } else {
                self.at = end;
                entry.broken = self.check_word(value, sound);
            }
        } else if annotated {
            if self.mistakes.count() == before {
                self.mistakes
                    .annotation_without_target(self.text, self.span(start, self.trimmed(value)));
            }
            self.at = self.trimmed(value);
            entry.annotation = NONE;
            entry.value = NONE;
            entry.broken = true;
        } else {
            self.bump();
            self.mistakes.unquoted(self.text, self.span(value, self.at), "value");
            entry.broken = true;
        }
        entry.end = row_number(self.at);
        if self.at > first {
            self.add_entry(row, entry);
        }
    }

    fn add_entry(&mut self, row: u32, entry: EntryRow) {
        self.entries.push(entry);
        let node = &mut self.nodes[row as usize];
        node.entries += 1;
        node.end = entry.end;
    }

    /// Reads `= value`.
    fn property_value(&mut self, entry: &mut EntryRow) {
        let equals = self.at;
        self.at += 1;
        let end = self.at;
        self.skip_node_space();
        let start = self.at;
        entry.annotation = self.annotation();
        let annotated = self.at > start;
        if self.kind() == Kind::Slashdash {
            self.mistakes.misplaced_slashdash(self.here());
            self.at += 1;
            self.skip_node_space();
            entry.broken = true;
        }
        let value = self.at;
        entry.value = row_number(value);
        match self.kind() {
            _ if self.begins_list() => {
                self.list();
                entry.broken = true;
            }
            Kind::Backslash if !self.begins_word() => {
                self.mistakes.bad_continuation(self.here());
                self.at += 1;
                entry.broken = true;
            }
            kind if self.begins_word() || kind == Kind::Equals => {
                let mut sound = kind != Kind::Equals && self.word();
                while self.kind() == Kind::Equals {
                    sound = false;
                    self.at += 1;
                    if self.begins_word() {
                        self.word();
                    }
                }
                entry.broken |= self.check_word(value, sound);
            }
            _ => {
                let reported = entry.broken;
                entry.value = NONE;
                entry.broken = true;
                if annotated {
                    self.at = self.trimmed(value);
                    if entry.annotation != NONE && !reported {
                        self.mistakes
                            .annotation_without_target(self.text, self.span(start, self.at));
                    }
                    entry.annotation = NONE;
                } else {
                    self.at = end;
                    if !reported {
                        let key = self.token_span(entry.key as usize);
                        self.mistakes.missing_value(self.text, key, self.token_span(equals));
                    }
                }
            }
        }
    }

    /// Whether a value begins at the next token, be it one which ought to be in quotes.
    pub(super) fn begins_word(&self) -> bool {
        match self.kind() {
            Kind::Reserved => true,
            Kind::Backslash => self.is_word_part(self.at + 1),
            kind => kind.is_value(),
        }
    }

    /// Reads a value, which is one token, and what is glued to a bare one although it must not be.
    /// Whether it is one token that can be a value.
    pub(super) fn word(&mut self) -> bool {
        let first = self.at;
        if self.kind().is_value() {
            self.at += 1;
        }
        let glued = match self.kind() {
            Kind::Reserved | Kind::Keyword | Kind::BadKeyword => true,
            Kind::Backslash => self.continuation_end().is_none() && self.is_word_part(self.at + 1),
            _ => false,
        };
        let sound = self.kind_at(first).is_quoted() || !(glued || self.at == first);
        if !sound {
            self.skip_word();
        }
        sound
    }

    /// Reports what is wrong with the value that [`Self::word`] has read from token `first` on.
    /// Whether it cannot be understood.
    fn check_word(&mut self, first: usize, sound: bool) -> bool {
        if sound {
            return self.check_value(first);
        }
        self.mistakes.unquoted(self.text, self.span(first, self.at), "value");
        true
    }

    /// Whether the token at `at` goes on with a bare word that ought to be in quotes.
    pub(super) fn is_word_part(&self, at: usize) -> bool {
        matches!(
            self.kind_at(at),
            Kind::Identifier
                | Kind::BareKeyword
                | Kind::Number
                | Kind::BadNumber
                | Kind::Keyword
                | Kind::BadKeyword
                | Kind::Reserved
                | Kind::Backslash
                | Kind::ParenClose
        )
    }

    /// Skips the tokens that are glued together from here on.
    fn skip_word(&mut self) {
        while self.is_word_part(self.at) {
            if self.kind() == Kind::Backslash && self.continuation_end().is_some() {
                break;
            }
            self.at += 1;
        }
    }

    fn begins_list(&self) -> bool {
        self.kind() == Kind::Reserved && self.token_text(self.at) == "["
    }

    /// Reads a list in brackets, as other languages have them.
    fn list(&mut self) {
        let first = self.at;
        self.at = self.list_end();
        self.mistakes.list(self.text, self.span(first, self.at));
    }

    /// Where the list in brackets that begins at the next token ends: behind its `]`, on whatever
    /// line that is as long as only values precede it; else where its line ends.
    fn list_end(&self) -> usize {
        let is_item = |kind: Kind| {
            kind.is_value() || matches!(kind, Kind::Reserved | Kind::Space | Kind::Newline)
        };
        let reach = self.tokens[self.at..].iter().take(LIST_REACH);
        let items = reach.take_while(|token| is_item(token.kind)).count();
        let close = (self.at..self.at + items).find(|at| self.token_text(*at) == "]");
        if let Some(close) = close {
            return close + 1;
        }
        let rest = &self.tokens[self.at..];
        let ends = |kind: Kind| {
            matches!(kind, Kind::Newline | Kind::BraceOpen | Kind::BraceClose | Kind::End)
        };
        let line = rest.iter().position(|token| ends(token.kind)).unwrap_or(0);
        self.trimmed(self.at + line)
    }

    /// A `=` that follows no key: `pxb = 252`. It is no news if a mistake was `reported` right before.
    pub(super) fn stray_equals(&mut self, row: u32, reported: bool) {
        let first = self.at;
        self.at += 1;
        let end = self.at;
        self.skip_node_space();
        let value = self.at;
        let behind = if self.kind_at(value + 1) == Kind::Space { 2 } else { 1 };
        let is_key = self.kind_at(value + behind) == Kind::Equals;
        let has_value = self.kind().is_value() && !is_key;
        self.at = if has_value { value + 1 } else { end };
        let name = self.token_span(self.nodes[row as usize].name as usize);
        let no_entries = self.nodes[row as usize].entries == 0;
        let value_span = has_value.then(|| self.token_span(value));
        if no_entries {
            // The name may be the key of a node whose own name is missing.
            self.nodes[row as usize].state = State::NameBroken;
        }
        if !reported {
            let equals = self.token_span(first);
            self.mistakes.stray_equals(self.text, equals, name, no_entries, value_span);
        }
        if has_value {
            let end = row_number(self.at);
            let value = row_number(value);
            let entry = EntryRow {
                first: value,
                key: NONE,
                annotation: NONE,
                value,
                end,
                slashdashed: false,
                broken: true,
            };
            self.add_entry(row, entry);
        }
    }

    /// Whether the line, from the next token on, goes on to a string without an end. Where a part is
    /// glued to the one before, a quote is missing there, and from there on strings and what is
    /// between them have changed places.
    pub(super) fn quote_is_missing(&self) -> bool {
        self.tokens[self.at..]
            .iter()
            .take(LINE_REACH)
            .take_while(|token| token.kind != Kind::Newline)
            .any(|token| matches!(token.kind, Kind::OpenString | Kind::OpenRawString))
    }

    /// Reports the missing quote, instead of what was said of the word before it, and skips the line
    /// it has made a mess of.
    pub(super) fn shifted_quotes(&mut self) {
        let before = self.at - 1;
        let span = self.token_span(before);
        self.mistakes.take_back(span);
        if self.kind_at(before).is_quoted() {
            self.mistakes.missing_closing_quote(span);
        } else {
            self.mistakes.missing_opening_quote(self.text, span);
        }
        if let Some(entry) = self.entries.last_mut().filter(|e| e.end == row_number(self.at)) {
            entry.broken = true;
        }
        self.skip_entries();
    }

    /// Whether the next token is a string in quotes, glued to a bare word: `host"0009:01:00.0"`.
    pub(super) fn equals_is_missing(&self, row: u32) -> bool {
        let node = self.nodes[row as usize];
        let last = self.entries.last().filter(|_| node.entries > 0);
        let is_word = last.is_some_and(|entry| {
            entry.key == NONE && entry.end == row_number(self.at) && !entry.broken
        });
        is_word && self.kind_at(self.at - 1) == Kind::Identifier && self.kind().is_quoted()
    }

    /// Takes the word before the next token for the key of a property, and that token for its value.
    pub(super) fn missing_equals(&mut self, row: u32) {
        let word = self.token_span(self.at - 1);
        let colon = u32::from(word.of(self.text).ends_with(':'));
        let key = Span::new(word.start, word.end - colon);
        self.mistakes.missing_equals(self.text, key, Span::new(key.end, word.end));
        let value = self.at;
        self.at += 1;
        let (key, end) = (row_number(value - 1), row_number(self.at));
        self.nodes[row as usize].end = end;
        if let Some(entry) = self.entries.last_mut() {
            entry.value = row_number(value);
            entry.end = end;
            if colon == 0 {
                entry.key = key;
            } else {
                entry.broken = true;
            }
        }
        let broken = self.check_value(value);
        if let Some(entry) = self.entries.last_mut() {
            entry.broken |= broken;
        }
    }

    pub(super) fn stray_paren(&mut self) {
        self.mistakes.stray_paren(self.here());
        self.skip_word();
    }

    /// Reads a type annotation and the white space behind it, if there is one; its `(`, or [`NONE`]
    /// also when it is broken.
    pub(super) fn annotation(&mut self) -> u32 {
        if self.kind() != Kind::ParenOpen {
            return NONE;
        }
        let open = self.at;
        self.at += 1;
        self.skip_node_space();
        let name = self.at;
        let mut sound = self.kind().is_value();
        if sound {
            self.at += 1;
            self.skip_node_space();
            sound = self.kind() == Kind::ParenClose;
        }
        if sound {
            self.check_as_name(name, "type");
            self.at += 1;
            self.skip_node_space();
            return row_number(open);
        }
        self.skip_to_paren();
        let closed = self.kind() == Kind::ParenClose;
        if closed {
            self.at += 1;
        }
        self.mistakes.bad_annotation(self.text, self.span(open, self.trimmed(self.at)), closed);
        self.skip_node_space();
        NONE
    }

    /// Skips up to a `)` on this line.
    fn skip_to_paren(&mut self) {
        loop {
            match self.kind() {
                Kind::ParenClose
                | Kind::Newline
                | Kind::Semicolon
                | Kind::BraceOpen
                | Kind::BraceClose
                | Kind::LineComment
                | Kind::OpenComment
                | Kind::End => return,
                Kind::Backslash if self.continuation_end().is_some() => return,
                _ => self.at += 1,
            }
        }
    }

    /// Checks token `at`, which must be a string because it is a `role`: a node's name, a property's
    /// key, or a type.
    pub(super) fn check_as_name(&mut self, at: usize, role: &str) {
        let span = self.token_span(at);
        match self.kind_at(at) {
            Kind::Identifier | Kind::String | Kind::RawString => {}
            Kind::BareKeyword | Kind::Number | Kind::BadNumber | Kind::Keyword => {
                self.mistakes.not_a_name(self.text, span, role);
            }
            _ => {
                self.check_value(at);
            }
        }
    }

    /// Reports what is wrong with the value at token `at`. Whether it cannot be understood.
    fn check_value(&mut self, at: usize) -> bool {
        let kind = self.kind_at(at);
        if matches!(kind, Kind::Identifier | Kind::Number | Kind::String | Kind::Keyword) {
            return false;
        }
        let span = self.token_span(at);
        let text = self.text;
        match kind {
            Kind::BareKeyword => self.mistakes.bare_keyword(text, span),
            Kind::BadNumber => {
                self.mistakes.bad_number(text, span);
                return true;
            }
            Kind::BadKeyword => {
                self.mistakes.unknown_keyword(text, span);
                return true;
            }
            Kind::EscapedString => {
                let bad = string::bad_escapes(span.of(text));
                self.mistakes.bad_escapes(text, span, &bad);
                return !bad.is_empty();
            }
            Kind::MultilineString | Kind::RawMultilineString => {
                return self.check_multiline(at);
            }
            Kind::V1RawString => self.mistakes.v1_raw_string(text, span),
            Kind::V1MultilineString => self.mistakes.v1_multiline_string(text, span),
            Kind::OpenString | Kind::OpenRawString => {
                self.mistakes.open_string(text, span);
                return true;
            }
            Kind::OpenMultilineString => {
                self.mistakes.open_multiline_string(text, span);
                self.swallowed_rest = true;
                return true;
            }
            _ => {}
        }
        false
    }

    fn check_multiline(&mut self, at: usize) -> bool {
        let span = self.token_span(at);
        let token = span.of(self.text);
        if let Some(mistake) = string::dedent(token).mistake {
            self.mistakes.layout(self.text, span, &mistake);
            return true;
        }
        if self.kind_at(at) == Kind::RawMultilineString {
            return false;
        }
        let bad = string::bad_escapes(token);
        self.mistakes.bad_escapes(self.text, span, &bad);
        !bad.is_empty()
    }
}
