//! `{"driver": …}`: the JSON form of an argument, with the bytes each part was read from.

use std::ops::Range;

use super::shell::{UNKNOWN, Word, is_unknown};
use super::value::{Property, Value, origin};
use crate::span::{FileId, Written};

/// What is wrong with some JSON, and where in its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed {
    /// What was expected.
    pub(super) expected: &'static str,
    /// The byte at which something else stands.
    pub(super) at: usize,
}

/// Reads the properties of `word`, one JSON object. What is nested in it is passed over.
pub(super) fn read(file: FileId, word: &Word) -> Result<Vec<Property>, Malformed> {
    let mut reader = Reader { text: word.value(), position: 0 };
    let mut properties = Vec::new();
    reader.expect(b'{', "`{`")?;
    if reader.next_is(b'}') {
        return reader.end().map(|()| properties);
    }
    loop {
        let key = reader.string("a name in double quotes")?;
        reader.expect(b':', "`:`")?;
        let value = reader.value()?;
        let place = |range: &Range<usize>| origin(file, word, range.clone());
        properties.push(Property {
            value_bytes: value.1.inner.clone(),
            bytes: key.quoted.start..value.1.outer.end,
            key: Written::new(key.text, place(&key.inside)),
            value: Written::new(value.0, place(&value.1.inner)),
        });
        if !reader.next_is(b',') {
            break;
        }
    }
    reader.expect(b'}', "`,` or `}`")?;
    reader.end()?;
    Ok(properties)
}

/// Reads an array of strings, each as a word.
pub(super) fn words(text: &str) -> Result<Vec<Word>, Malformed> {
    let mut reader = Reader { text, position: 0 };
    let mut words = Vec::new();
    reader.expect(b'[', "`[`")?;
    if reader.next_is(b']') {
        return reader.end().map(|()| words);
    }
    loop {
        let string = reader.string("an argument in double quotes")?;
        let pieces = pieces(text, string.inside);
        words.push(Word::of_pieces(string.quoted, &pieces));
        if !reader.next_is(b',') {
            break;
        }
    }
    reader.expect(b']', "`,` or `]`")?;
    reader.end()?;
    Ok(words)
}

/// Part of a JSON string: its text, and where that begins.
pub(super) type Piece = (String, usize);

/// The text of a JSON string, whose inside is `range`: what stands there as it is, and what is escaped.
fn pieces(text: &str, range: Range<usize>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut position = range.start;
    while position < range.end {
        let rest = &text[position..range.end];
        let plain = rest.find('\\').unwrap_or(rest.len());
        if plain > 0 {
            pieces.push((rest[..plain].to_owned(), position));
            position += plain;
        } else {
            let (character, length) = escaped(rest);
            pieces.push((character.to_string(), position));
            position += length;
        }
    }
    pieces
}

/// The character that an escape at the beginning of `text` stands for, and how long it is.
fn escaped(text: &str) -> (char, usize) {
    let simple = |c| (c, 2);
    match text.as_bytes().get(1) {
        Some(b'n') => simple('\n'),
        Some(b't') => simple('\t'),
        Some(b'r') => simple('\r'),
        Some(b'b') => simple('\u{8}'),
        Some(b'f') => simple('\u{c}'),
        Some(b'u') => {
            let unit = |at: usize| {
                let digits = text.get(at..at + 4)?;
                u32::from_str_radix(digits, 16).ok()
            };
            match (
                unit(2),
                text.get(6..8).and_then(|next| (next == "\\u").then(|| unit(8)).flatten()),
            ) {
                (Some(high @ 0xd800..0xdc00), Some(low @ 0xdc00..0xe000)) => {
                    let code = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                    (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 12)
                }
                // QEMU refuses a NUL; it would look like something unknown.
                (Some(0), _) => (char::REPLACEMENT_CHARACTER, 6),
                (Some(code), _) => (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 6),
                (None, _) => ('u', 2),
            }
        }
        Some(byte) if byte.is_ascii() => simple(char::from(*byte)),
        _ => ('\\', 1),
    }
}

/// Reads JSON, without recursion.
struct Reader<'t> {
    text: &'t str,
    position: usize,
}

/// A JSON string that was read.
struct JsonString {
    /// Its value.
    text: String,
    /// With its quotes.
    quoted: Range<usize>,
    /// Without them.
    inside: Range<usize>,
}

/// Where a value stands.
struct Place {
    /// All of it.
    outer: Range<usize>,
    /// A string without its quotes.
    inner: Range<usize>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    fn skip_blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.position += 1;
        }
    }

    fn malformed<T>(&self, expected: &'static str) -> Result<T, Malformed> {
        Err(Malformed { expected, at: self.position })
    }

    fn next_is(&mut self, byte: u8) -> bool {
        self.skip_blank();
        let is_next = self.peek() == Some(byte);
        self.position += usize::from(is_next);
        is_next
    }

    fn expect(&mut self, byte: u8, expected: &'static str) -> Result<(), Malformed> {
        if self.next_is(byte) { Ok(()) } else { self.malformed(expected) }
    }

    fn end(&mut self) -> Result<(), Malformed> {
        self.skip_blank();
        if self.position == self.text.len() { Ok(()) } else { self.malformed("nothing more") }
    }

    fn string(&mut self, expected: &'static str) -> Result<JsonString, Malformed> {
        self.skip_blank();
        let start = self.position;
        // QEMU's JSON takes single quotes, too.
        let Some(quote @ (b'"' | b'\'')) = self.peek() else {
            return self.malformed(expected);
        };
        self.position += 1;
        loop {
            match self.peek() {
                None => return Err(Malformed { expected: "a closing quote", at: start }),
                Some(b'\\') => self.position += 2,
                Some(byte) => {
                    self.position += 1;
                    if byte == quote {
                        break;
                    }
                }
            }
        }
        let quoted = start..self.position;
        let inside = start + 1..self.position - 1;
        let Some(raw) = self.text.get(inside.clone()) else {
            return Err(Malformed { expected, at: start });
        };
        let text = if raw.contains('\\') {
            pieces(self.text, inside.clone()).into_iter().map(|(text, _)| text).collect()
        } else {
            raw.to_owned()
        };
        Ok(JsonString { text, quoted, inside })
    }

    fn value(&mut self) -> Result<(Value, Place), Malformed> {
        self.skip_blank();
        let start = self.position;
        let expected = "a value";
        let value = match self.peek() {
            Some(b'"' | b'\'') => {
                let string = self.string(expected)?;
                let value = if is_unknown(&string.text) {
                    Value::Unknown
                } else {
                    Value::Text(string.text)
                };
                return Ok((value, Place { outer: string.quoted, inner: string.inside }));
            }
            Some(b'{' | b'[') => {
                self.nested()?;
                Value::Other
            }
            _ => {
                let is_part =
                    |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | UNKNOWN);
                let rest = &self.text[start..];
                let word = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())];
                self.position += word.len();
                match word {
                    "true" => Value::Boolean(true),
                    "false" => Value::Boolean(false),
                    "null" => Value::Other,
                    _ if is_unknown(word) => Value::Unknown,
                    _ if word.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
                        Value::Number(word.to_owned())
                    }
                    _ => return Err(Malformed { expected, at: start }),
                }
            }
        };
        let outer = start..self.position;
        Ok((value, Place { inner: outer.clone(), outer }))
    }

    /// Passes over an object or an array: strings and brackets are all that counts.
    fn nested(&mut self) -> Result<(), Malformed> {
        let start = self.position;
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                None => return Err(Malformed { expected: "a closing bracket", at: start }),
                Some(b'"' | b'\'') => {
                    self.string("a string")?;
                    continue;
                }
                Some(b'{' | b'[') => depth += 1,
                Some(b'}' | b']') => depth -= 1,
                Some(_) => {}
            }
            self.position += 1;
            if depth == 0 {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn shown(text: &str) -> Result<Vec<String>, Malformed> {
        let word = Word::at(text, 0);
        let properties = read(FileId(0), &word)?;
        let shown = |property: &Property| {
            let place = &text[property.value_bytes.clone()];
            format!("{}={:?} {place}", property.key.value, property.value.value)
        };
        Ok(properties.iter().map(shown).collect())
    }

    #[test]
    fn every_value_has_its_type_and_its_bytes() {
        let text = r#" { "a" : "x\"\u00e9\ud83d\ude00" , "b":-1.5e3,"c":true,"d":null, "e":[1,{"f":"]"}],'g':'h'} "#;
        assert_eq!(
            shown(text).unwrap(),
            [
                r#"a=Text("x\"é😀") x\"\u00e9\ud83d\ude00"#,
                r#"b=Number("-1.5e3") -1.5e3"#,
                "c=Boolean(true) true",
                "d=Other null",
                r#"e=Other [1,{"f":"]"}]"#,
                r#"g=Text("h") h"#,
            ]
        );
        assert_eq!(shown("{}").unwrap(), [""; 0]);
        assert_eq!(shown("{\"a\":\0,\"b\":\"\0\"}").unwrap(), ["a=Unknown \0", "b=Unknown \0"]);
    }

    #[test]
    fn what_is_malformed_is_so_at_one_byte() {
        for (text, at) in [
            ("{", 1),
            ("{\"a\"}", 4),
            ("{\"a\":}", 5),
            ("{\"a\":1,}", 7),
            ("{\"a\":1 \"b\":2}", 7),
            ("{\"a\":1}x", 7),
            ("{a:1}", 1),
            ("{\"a\":\"b}", 5),
            ("{\"a\":[1}", 8),
            ("{\"a\":maybe}", 5),
        ] {
            let found = shown(text);
            assert_eq!(found.unwrap_err().at, at, "{text}");
        }
    }

    #[test]
    fn an_array_is_words() {
        let text = r#"["a", "b\"c", ""]"#;
        let words = words(text).unwrap();
        let values: Vec<&str> = words.iter().map(Word::value).collect();
        assert_eq!(values, ["a", "b\"c", ""]);
        assert_eq!(words[1].place(2..3).of(text), "c");
    }
}
