//! Arguments, properties, their values and type annotations.

use super::super::string;
use super::super::token::Kind;
use super::super::tree::{EntryRow, NONE, row_number};
use super::Parser;

impl Parser<'_> {
    /// Reads an argument or a property of node `row`; `first` is its `/-`, or its first token.
    pub(super) fn entry(&mut self, row: u32, first: usize, slashdashed: bool) {
        let before = self.mistakes.count();
        let mut entry = EntryRow {
            first: row_number(first),
            key: NONE,
            annotation: NONE,
            value: NONE,
            end: row_number(self.at),
            slashdashed,
            broken: false,
        };
        let start = self.at;
        entry.annotation = self.annotation();
        let annotated = self.at > start;
        if annotated {
            self.skip_misplaced_slashdash();
        }
        let value = self.at;
        if self.kind().is_value() {
            self.at += 1;
            let end = self.at;
            self.skip_node_space();
            if self.kind() == Kind::Equals {
                if annotated {
                    self.mistakes.annotated_key(self.span(start, value));
                } else {
                    self.check_as_name(value, "property key");
                }
                entry.key = row_number(value);
                self.property_value(&mut entry);
            } else {
                self.at = end;
                entry.broken = self.value_at(value);
                entry.value = row_number(value);
            }
        } else if annotated && !matches!(self.kind(), Kind::Reserved | Kind::Backslash) {
            if self.mistakes.count() == before {
                self.mistakes.annotation_without_target(self.span(start, self.trimmed(value)));
            }
            self.at = self.trimmed(value);
            entry.broken = true;
        } else {
            entry.broken = true;
            entry.value = row_number(value);
            self.broken_value();
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
        match self.kind() {
            kind if kind.is_value() => {
                self.at += 1;
                entry.value = row_number(value);
                entry.broken |= self.value_at(value);
            }
            Kind::Equals | Kind::Reserved => {
                entry.value = row_number(value);
                entry.broken = true;
                self.broken_value();
            }
            Kind::Backslash if self.is_word_part(value + 1) => {
                entry.value = row_number(value);
                entry.broken = true;
                self.broken_value();
            }
            _ => {
                let reported = entry.broken;
                entry.broken = true;
                if annotated {
                    self.at = self.trimmed(value);
                    if entry.annotation != NONE && !reported {
                        self.mistakes.annotation_without_target(self.span(start, self.at));
                    }
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

    /// Checks the value at token `value`, which has just been read, and reads on if a bare word goes
    /// on with characters it must not have. Whether the value cannot be understood.
    fn value_at(&mut self, value: usize) -> bool {
        if !self.kind_at(value).is_quoted() && self.is_glued() {
            self.skip_word();
            self.mistakes.unquoted(self.text, self.span(value, self.at), "value");
            return true;
        }
        self.check_value(value)
    }

    /// Whether the next token is glued to the bare word before it, and can be part of no value.
    pub(super) fn is_glued(&self) -> bool {
        match self.kind() {
            Kind::Reserved | Kind::Keyword | Kind::BadKeyword => true,
            Kind::Backslash => self.continuation_end().is_none() && self.is_word_part(self.at + 1),
            _ => false,
        }
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
                | Kind::Equals
                | Kind::ParenClose
        )
    }

    /// Skips the tokens that are glued together from here on.
    pub(super) fn skip_word(&mut self) {
        while self.is_word_part(self.at) {
            if self.kind() == Kind::Backslash && self.continuation_end().is_some() {
                break;
            }
            self.at += 1;
        }
    }

    /// Reads something that is no value: a bare path, a list in brackets.
    fn broken_value(&mut self) {
        let first = self.at;
        if self.kind() == Kind::Reserved && self.token_text(first) == "[" {
            self.skip_while(|kind| !matches!(kind, Kind::Newline | Kind::BraceClose));
            let end = self.at;
            let is_end =
                |at: &usize| self.tokens[*at].kind == Kind::Reserved && self.token_text(*at) == "]";
            let close = (first..end).find(is_end).map_or(self.trimmed(end), |at| at + 1);
            self.at = close;
            self.mistakes.list(self.text, self.span(first, close));
            return;
        }
        self.skip_word();
        if self.at == first {
            self.bump();
        }
        self.mistakes.unquoted(self.text, self.span(first, self.at), "value");
    }

    /// A `=` that follows no key: `pxb = 252`.
    pub(super) fn stray_equals(&mut self, row: u32) {
        let first = self.at;
        self.at += 1;
        let end = self.at;
        self.skip_node_space();
        let value = self.at;
        let has_value = self.kind().is_value();
        self.at = if has_value { value + 1 } else { end };
        let name = self.token_span(self.nodes[row as usize].name as usize);
        let no_entries = self.nodes[row as usize].entries == 0;
        let value_span = has_value.then(|| self.token_span(value));
        self.mistakes.stray_equals(self.text, self.token_span(first), name, no_entries, value_span);
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
        self.skip_while(|kind| {
            !matches!(
                kind,
                Kind::ParenClose
                    | Kind::Newline
                    | Kind::Semicolon
                    | Kind::BraceOpen
                    | Kind::BraceClose
                    | Kind::LineComment
                    | Kind::OpenComment
            )
        });
        let closed = self.kind() == Kind::ParenClose;
        if closed {
            self.at += 1;
        }
        self.mistakes.bad_annotation(self.text, self.span(open, self.trimmed(self.at)), closed);
        self.skip_node_space();
        NONE
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
            Kind::BadKeyword if role == "name" => {
                self.mistakes.hash_comment(span);
                self.skip_rest_of_line();
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
