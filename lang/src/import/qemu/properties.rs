//! The properties of one argument, in either form, and their types.

use std::cell::RefCell;
use std::ops::Range;

use super::shell::Word;
use super::value::{Given, Property, Value, boolean, integer, origin, size};
use super::{json, keyval};
use crate::finding::{Finding, Severity};
use crate::rules::target::property_type;
use crate::span::{FileId, Origin, Written};
use crate::syntax::errors;
use crate::topology::{NumberOrAuto, OnOffAuto, Size};

/// What an argument says.
#[derive(Debug)]
pub(super) struct Properties<'w> {
    file: FileId,
    word: &'w Word,
    is_json: bool,
    list: Vec<Property>,
    /// Which of them were asked for.
    asked: RefCell<Vec<bool>>,
}

impl<'w> Properties<'w> {
    /// Reads `word`; none when it is JSON and malformed, which is a finding.
    pub(super) fn read(
        file: FileId,
        word: &'w Word,
        implied: &str,
        findings: &mut Vec<Finding>,
    ) -> Option<Self> {
        let is_json = word.value().trim_start().starts_with('{');
        let list = if is_json {
            match json::read(file, word) {
                Ok(list) => list,
                Err(json::Malformed { expected, at }) => {
                    let place = origin(file, word, at..next_character(word.value(), at));
                    // What is wrong may be what is not known.
                    if !word.value().contains(super::shell::UNKNOWN) {
                        let finding = malformed(place, expected);
                        findings.push(if word.value().contains(['"', '\'']) {
                            finding
                        } else {
                            finding.with_help(
                                "put the argument in single quotes: the shell takes the double ones off",
                            )
                        });
                    }
                    return None;
                }
            }
        } else {
            keyval::read(file, word, Some(implied))
        };
        Some(Self::of(file, word, is_json, list))
    }

    /// Reads one of QEMU's arguments without JSON form.
    pub(super) fn plain(file: FileId, word: &'w Word, implied: Option<&str>) -> Self {
        Self::of(file, word, false, keyval::read(file, word, implied))
    }

    fn of(file: FileId, word: &'w Word, is_json: bool, list: Vec<Property>) -> Self {
        let asked = RefCell::new(vec![false; list.len()]);
        Self { file, word, is_json, list, asked }
    }

    /// Whether it is in JSON.
    pub(super) const fn is_json(&self) -> bool {
        self.is_json
    }

    /// All, in order.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Property> {
        self.list.iter()
    }

    /// The property that counts: of several the last, of several ids the first
    /// (`qemu_opts_parse`).
    pub(super) fn get(&self, key: &str) -> Option<&Property> {
        let mut asked = self.asked.borrow_mut();
        let named = self.list.iter().zip(asked.iter_mut());
        let mut named =
            named.filter(|(property, _)| property.key.value == key).map(|(property, asked)| {
                *asked = true;
                property
            });
        if key == "id" {
            let first = named.next();
            named.for_each(drop);
            return first;
        }
        named.last()
    }

    /// Takes `key` as given, and not known.
    pub(super) fn obscure(&mut self, key: &str) {
        let value = Written::new(Value::Unknown, self.origin());
        let mut named =
            self.list.iter_mut().filter(|property| property.key.value == key).peekable();
        if named.peek().is_some() {
            named.for_each(|property| property.value = value.clone());
            return;
        }
        let end = self.word.value().len();
        self.list.push(Property {
            key: Written::new(key.to_owned(), self.origin()),
            value,
            bytes: end..end,
            value_bytes: end..end,
        });
        self.asked.get_mut().push(true);
    }

    /// Reads what is spelt `wrong` as `right`, unless that is there as well. Gives where the name stands.
    pub(super) fn respell(&mut self, wrong: &str, right: &str) -> Option<Origin> {
        if self.list.iter().any(|property| property.key.value == right) {
            return None;
        }
        let property = self.list.iter_mut().find(|property| property.key.value == wrong)?;
        right.clone_into(&mut property.key.value);
        Some(property.key.origin)
    }

    /// Counts all of them as asked for.
    pub(super) fn ask_for_all(&self) {
        self.asked.borrow_mut().fill(true);
    }

    /// Those that nobody has asked for.
    pub(super) fn unasked(&self) -> Vec<&Property> {
        let asked = self.asked.borrow();
        let unasked = self.list.iter().zip(asked.iter()).filter(|(_, asked)| !**asked);
        unasked.map(|(property, _)| property).collect()
    }

    /// The bytes `range` of the argument.
    pub(super) fn text_of(&self, range: Range<usize>) -> &str {
        self.word.value().get(range).unwrap_or_default()
    }

    /// Whether something in it may be any property at all.
    pub(super) fn may_have_more(&self) -> bool {
        self.list.iter().any(|property| property.key.value.contains(super::shell::UNKNOWN))
    }

    /// Whether the argument stands in the file as QEMU gets it, so that it can be changed there.
    pub(super) fn is_verbatim(&self) -> bool {
        self.word.is_verbatim()
    }

    /// Where the bytes `range` of the argument were written.
    pub(super) fn place(&self, range: Range<usize>) -> Origin {
        origin(self.file, self.word, range)
    }

    /// All of it.
    pub(super) fn origin(&self) -> Origin {
        Origin::new(self.file, self.word.span())
    }

    /// A string.
    pub(super) fn text(&self, key: &str, findings: &mut Vec<Finding>) -> Given<String> {
        self.given(key, "a string", findings, |value| match value {
            Value::Plain(text) | Value::Text(text) => Read::Right(text.clone()),
            Value::Number(text) => Read::WrongType(text.clone()),
            _ => Read::Wrong,
        })
    }

    /// `on` or `off`; a JSON boolean.
    pub(super) fn boolean(&self, key: &str, findings: &mut Vec<Finding>) -> Given<bool> {
        self.given(key, "a boolean", findings, |value| match value {
            Value::Boolean(on) => Read::Right(*on),
            Value::Plain(text) => boolean(text).map_or(Read::Wrong, Read::Right),
            Value::Text(text) => boolean(text).map_or(Read::Wrong, Read::WrongType),
            _ => Read::Wrong,
        })
    }

    /// `on`, `off` or `auto`; a JSON string.
    pub(super) fn on_off_auto(&self, key: &str, findings: &mut Vec<Finding>) -> Given<OnOffAuto> {
        let read = |text: &str| match text {
            "auto" => Some(OnOffAuto::Auto),
            _ => boolean(text).map(|on| if on { OnOffAuto::On } else { OnOffAuto::Off }),
        };
        let wanted = Wanted {
            a_type: "a string: `\"on\"`, `\"off\"` or `\"auto\"`",
            a_word: Some("`on`, `off` or `auto`"),
        };
        self.given(key, wanted, findings, |value| match value {
            Value::Plain(text) | Value::Text(text) => read(text).map_or(Read::Wrong, Read::Right),
            Value::Boolean(on) => Read::WrongType(if *on { OnOffAuto::On } else { OnOffAuto::Off }),
            _ => Read::Wrong,
        })
    }

    /// A number or `auto`; a JSON string. `words` are what it can be.
    pub(super) fn number_or_auto(
        &self,
        key: &str,
        words: &'static str,
        findings: &mut Vec<Finding>,
    ) -> Given<NumberOrAuto> {
        let read = |text: &str| match text {
            "auto" => Some(NumberOrAuto::Auto),
            _ => integer(text).map(NumberOrAuto::Number),
        };
        let wanted = Wanted { a_type: "a string", a_word: Some(words) };
        self.given(key, wanted, findings, |value| match value {
            Value::Plain(text) | Value::Text(text) => read(text).map_or(Read::Wrong, Read::Right),
            Value::Number(text) => read(text).map_or(Read::Wrong, Read::WrongType),
            _ => Read::Wrong,
        })
    }

    /// A whole number.
    pub(super) fn integer(&self, key: &str, findings: &mut Vec<Finding>) -> Given<i64> {
        self.given(key, "a number", findings, |value| match value {
            Value::Plain(text) => integer(text).map_or(Read::Wrong, Read::Right),
            Value::Number(text) => text.parse().map_or(Read::Wrong, Read::Right),
            Value::Text(text) => integer(text).map_or(Read::Wrong, Read::WrongType),
            _ => Read::Wrong,
        })
    }

    /// A number of bytes.
    pub(super) fn size(&self, key: &str, findings: &mut Vec<Finding>) -> Given<Size> {
        self.given(key, "a number of bytes", findings, |value| match value {
            Value::Plain(text) | Value::Text(text) | Value::Number(text) => {
                size(text, 1).map_or(Read::Wrong, Read::Right)
            }
            _ => Read::Wrong,
        })
    }

    /// What is given for `key`, as `read` sees it. What is not of the type that is `wanted` is a
    /// finding.
    fn given<T>(
        &self,
        key: &str,
        wanted: impl Into<Wanted>,
        findings: &mut Vec<Finding>,
        read: impl FnOnce(&Value) -> Read<T>,
    ) -> Given<T> {
        let Some(property) = self.get(key) else { return Given::Absent };
        if property.value.value == Value::Unknown {
            return Given::Unknown;
        }
        let written = property.value.origin;
        let wanted = wanted.into();
        match read(&property.value.value) {
            Read::Right(value) => Given::Here(Written::new(value, written)),
            Read::WrongType(value) => {
                findings.push(Self::wrong_type(property, wanted.a_type));
                Given::Here(Written::new(value, written))
            }
            Read::Wrong => {
                findings.push(match (wanted.a_word, property.value.value.text()) {
                    (Some(words), Some(text)) => {
                        let (origin, key) = (property.value.origin, &property.key.value);
                        property_type::wrong_type(origin, key, words, &format!("`{text}`"))
                    }
                    _ => Self::wrong_type(property, wanted.a_type),
                });
                Given::Wrong
            }
        }
    }

    fn wrong_type(property: &Property, wanted: &str) -> Finding {
        let key = &property.key.value;
        let found = match &property.value.value {
            Value::Plain(text) => format!("`{text}`"),
            Value::Text(_) => "a JSON string".to_owned(),
            Value::Number(_) => "a JSON number".to_owned(),
            Value::Boolean(_) => "a JSON boolean".to_owned(),
            Value::Other | Value::Unknown => "something else".to_owned(),
        };
        property_type::wrong_type(property.value.origin, key, wanted, &found)
    }
}

/// What a value should be.
struct Wanted {
    /// Its type in JSON.
    a_type: &'static str,
    /// What its text can be, where that is no matter of the type.
    a_word: Option<&'static str>,
}

impl From<&'static str> for Wanted {
    fn from(a_type: &'static str) -> Self {
        Self { a_type, a_word: None }
    }
}

/// What a value is.
enum Read<T> {
    /// Of the right type.
    Right(T),
    /// Of another JSON type, yet clear.
    WrongType(T),
    /// Neither.
    Wrong,
}

fn malformed(place: Origin, expected: &str) -> Finding {
    Finding::new(
        errors::MALFORMED_JSON,
        Severity::Error,
        place,
        format!("malformed JSON: expected {expected}"),
    )
}

/// Behind the character at `start`.
fn next_character(text: &str, start: usize) -> usize {
    let length = text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    (start + length).min(text.len())
}
