//! What stands for something else: `$NAME`, `${NAME}`, `"${ARRAY[@]}"`, `$(…)`.

use super::skip::behind_brackets;
use super::variables::{Variable, is_name};
use super::word::Word;
use super::{Reader, offset};

/// What `$` stands before.
enum Parameter<'t> {
    /// A variable; an array's first word.
    One(&'t str),
    /// All words of an array, or of the arguments.
    All(&'t str),
    /// Something else of no known value.
    Other,
}

impl Reader<'_> {
    /// `$…`, in double quotes or not.
    pub(super) fn dollar(&mut self, is_quoted: bool) {
        let start = self.position;
        let rest = &self.text[start + 1..];
        match rest.as_bytes().first() {
            Some(b'\'') if !is_quoted => return self.ansi_quoted(),
            // Translated text: itself, in the C locale.
            Some(b'"') if !is_quoted => {
                self.position += 1;
                return self.double_quoted();
            }
            Some(b'(') => {
                self.unknown(is_quoted);
                self.position = behind_brackets(self.text, start + 1, b'(', b')');
                return;
            }
            _ => {}
        }
        let (parameter, length) = parameter(self.text, start + 1);
        if length == 0 {
            // A mere dollar sign.
            self.part().word.push("$", offset(start));
            self.position += 1;
            return;
        }
        // The variable's own place counts, so the word begins before it.
        self.part();
        self.position = start + 1 + length;
        match parameter {
            Parameter::One(name) => self.put_in(name, is_quoted),
            Parameter::All(name) => match self.words_of(name) {
                Some(words) if !is_quoted => self.put_in_words(&words),
                _ => self.unknown(is_quoted),
            },
            Parameter::Other => self.unknown(is_quoted),
        }
    }

    /// `"${ARRAY[@]}"` and `"$@"`, if that is all there is in the quotes, which begin here: a word for
    /// each of the array. Gives the position behind.
    pub(super) fn quoted_array(&mut self) -> Option<usize> {
        let start = self.position;
        if !self.text[start + 1..].starts_with('$') {
            return None;
        }
        let (Parameter::All(name), length) = parameter(self.text, start + 2) else { return None };
        let behind = start + 2 + length;
        if !self.text[behind..].starts_with('"') {
            return None;
        }
        let words = self.words_of(name);
        let part = self.part();
        match words {
            Some(words) if part.word.is_empty() && part.plain == 0 => {
                self.word = None;
                for word in words {
                    self.position = behind;
                    self.take_word(word);
                }
            }
            _ => {
                part.is_gap = part.word.is_empty();
                part.word.push_unknown(offset(start));
            }
        }
        Some(behind + 1)
    }

    /// A part of unknown value; unquoted and alone it may be any number of words.
    pub(super) fn unknown(&mut self, is_quoted: bool) {
        let at = offset(self.position);
        let part = self.part();
        part.is_gap = !is_quoted && part.word.is_empty() && !part.is_quoted;
        part.word.push_unknown(at);
    }

    /// The text of the variable `name` in place of it.
    fn put_in(&mut self, name: &str, is_quoted: bool) {
        let text = match self.certain(name) {
            Some(Variable::Text(text)) => Some(text.clone()),
            Some(Variable::Array(words)) => words.first().filter(|word| !word.is_gap()).cloned(),
            None => None,
        };
        let Some(text) = text.filter(|text| self.takes_room(text.value().len())) else {
            return self.unknown(is_quoted);
        };
        self.expansions += 1;
        let through = self.expansions;
        if is_quoted || self.is_assigning() {
            return self.part().word.push_part(&text, 0..text.value().len(), Some(through));
        }
        // Unquoted, white space in it ends words.
        let mut start = 0;
        for piece in text.value().split_inclusive([' ', '\t', '\n']) {
            let inside = piece.trim_end_matches([' ', '\t', '\n']).len();
            if inside > 0 {
                let part = self.part();
                part.is_gap = part.word.is_empty() && &piece[..inside] == "\0";
                part.word.push_part(&text, start..start + inside, Some(through));
            }
            if inside < piece.len() {
                self.end_word();
            }
            start += piece.len();
        }
    }

    /// Words in place of an unquoted array: white space in them ends words too.
    fn put_in_words(&mut self, words: &[Word]) {
        if self.is_assigning() {
            return self.unknown(true);
        }
        for (position, word) in words.iter().enumerate() {
            if position > 0 {
                self.end_word();
            }
            let is_whole = self.word.as_ref().is_none_or(|part| part.word.is_empty());
            if is_whole && !word.value().contains([' ', '\t', '\n']) {
                self.word = None;
                self.take_word(word.clone());
            } else {
                self.unknown(false);
            }
        }
    }

    /// A word of an array becomes one of the command, or of the array that is being assigned.
    fn take_word(&mut self, word: Word) {
        if std::mem::take(&mut self.command.is_redirected) {
            return;
        }
        match &mut self.array {
            Some(array) => array.words.push(word),
            None => self.words.push(word),
        }
    }

    /// The words of an array, if they are certain and there is room for them.
    fn words_of(&mut self, name: &str) -> Option<Vec<Word>> {
        let words = match self.certain(name)? {
            Variable::Array(words) => words.clone(),
            Variable::Text(text) => vec![text.clone()],
        };
        let size = words.iter().map(|word| word.value().len() + size_of::<Word>()).sum();
        self.takes_room(size).then_some(words)
    }

    /// What a variable holds, if that is certain: in a function's body, only what is assigned
    /// nowhere behind it.
    fn certain(&self, name: &str) -> Option<&Variable> {
        let is_changed =
            || self.last_assignments.get(name).is_some_and(|&last| last > self.position);
        self.variables.get(name).filter(|_| !(self.variables.functions() > 0 && is_changed()))
    }

    pub(super) fn takes_room(&mut self, size: usize) -> bool {
        let fits = size <= self.room;
        if fits {
            self.room -= size;
        }
        fits
    }

    /// `$'…'`, with the escapes of C.
    fn ansi_quoted(&mut self) {
        let start = self.position + 2;
        let bytes = self.text.as_bytes();
        let mut end = start;
        while let Some(&byte) = bytes.get(end) {
            match byte {
                b'\'' => break,
                b'\\' => end += 2,
                _ => end += 1,
            }
        }
        let Some(text) = self.text.get(start..end).filter(|_| bytes.get(end) == Some(&b'\''))
        else {
            return self.unterminated();
        };
        self.part().is_quoted = true;
        if text.contains('\\') {
            self.part().word.push_unknown(offset(start));
        } else {
            self.part().word.push(text, offset(start));
        }
        self.position = end + 1;
    }
}

/// What stands at `start`, behind a `$`, and how long it is; 0 when it is no parameter.
fn parameter(text: &str, start: usize) -> (Parameter<'_>, usize) {
    let rest = &text[start..];
    match rest.as_bytes().first() {
        Some(b'@' | b'*') => (Parameter::All("@"), 1),
        Some(b'#' | b'?' | b'!' | b'$' | b'-' | b'0'..=b'9') => (Parameter::Other, 1),
        Some(b'{') => {
            let length = behind_brackets(text, start, b'{', b'}') - start;
            let inside = rest.get(1..length - 1).unwrap_or("");
            let parameter = match inside.split_once('[') {
                _ if is_name(inside) => Parameter::One(inside),
                _ if inside == "@" || inside == "*" => Parameter::All("@"),
                Some((name, "@]" | "*]")) if is_name(name) => Parameter::All(name),
                _ => Parameter::Other,
            };
            (parameter, length)
        }
        _ => {
            let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
            match &rest[..length] {
                name if is_name(name) => (Parameter::One(name), length),
                _ => (Parameter::Other, 0),
            }
        }
    }
}
