//! A TOML value as serde reads it, without what is known to be wrong.

use std::collections::HashSet;
use std::ops::Range;

use crate::span::Span;
use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
    Visitor,
};
use serde::forward_to_deserialize_any;
use serde_spanned::de::{SpannedDeserializer, is_spanned};
use toml::Spanned;
use toml::de::{DeInteger, DeString, DeTable, DeValue};
use toml_datetime::de::{DatetimeDeserializer, is_datetime};

use super::problem::Problem;

/// What was found wrong and is read as if it were not there: entries of tables by the place of their
/// key, elements of arrays by their own. An array of tables is where its first table is, so that the
/// place of a value alone would not do.
pub(super) type Wrong = HashSet<Span>;

/// A value and its place.
#[derive(Clone, Copy)]
pub(super) struct Located<'v> {
    pub(super) value: &'v DeValue<'v>,
    pub(super) span: Span,
    pub(super) wrong: &'v Wrong,
}

impl<'v> Located<'v> {
    fn of(value: &'v Spanned<DeValue<'v>>, wrong: &'v Wrong) -> Self {
        Self { value: value.get_ref(), span: to_span(value.span()), wrong }
    }

    /// Reads it as the part of a table or array that is at `part`. What `seed` refuses after it was
    /// read, is wrong here too.
    fn read<'de, S: DeserializeSeed<'de>>(self, seed: S, part: Span) -> Result<S::Value, Problem> {
        seed.deserialize(self).map_err(|problem| problem.at(self.span).within(part))
    }

    fn unexpected<'de>(self, visitor: &impl Visitor<'de>) -> Problem {
        let is = match self.value {
            DeValue::String(text) => return Problem::invalid_type(Unexpected::Str(text), visitor),
            DeValue::Array(_) => return Problem::invalid_type(Unexpected::Seq, visitor),
            DeValue::Table(_) => return Problem::invalid_type(Unexpected::Map, visitor),
            DeValue::Integer(number) => format!("the number `{}`", number.as_str()),
            DeValue::Float(number) => format!("the number `{}`", number.as_str()),
            DeValue::Boolean(switch) => format!("`{switch}`"),
            DeValue::Datetime(time) => format!("the time `{time}`"),
        };
        Problem::invalid_type(Unexpected::Other(&is), visitor)
    }
}

impl<'de> Deserializer<'de> for Located<'_> {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.value {
            DeValue::String(text) => visitor.visit_str(text),
            DeValue::Array(values) => {
                visitor.visit_seq(Elements { rest: values.iter(), wrong: self.wrong })
            }
            DeValue::Table(table) => {
                let entries = Entries { rest: table.iter(), value: None, wrong: self.wrong };
                visitor
                    .visit_map(entries)
                    .map_err(|problem| problem.consequence_if(has_wrong_entry(table, self.wrong)))
            }
            DeValue::Integer(digits) => match number(digits) {
                Some(number) => visitor.visit_i64(number),
                None => Err(self.unexpected(&visitor)),
            },
            DeValue::Boolean(switch) => visitor.visit_bool(*switch),
            // Nothing is a fraction, and a time is read where one is asked for.
            DeValue::Float(_) | DeValue::Datetime(_) => Err(self.unexpected(&visitor)),
        }
        .map_err(|problem| problem.at(self.span))
    }

    /// As a table only: serde would read an array by the order of the fields. A time, and a value with its
    /// place, ask for structs of their own names.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        match self.value {
            _ if is_spanned(name) => {
                visitor.visit_map(SpannedDeserializer::new(self, self.span.range()))
            }
            DeValue::Datetime(time) if is_datetime(name) => {
                visitor.visit_map(DatetimeDeserializer::new(*time))
            }
            DeValue::Table(_) if !is_datetime(name) => self.deserialize_any(visitor),
            _ => Err(self.unexpected(&visitor).at(self.span)),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        match self.value {
            DeValue::String(text) => visitor.visit_enum(text.as_ref().into_deserializer()),
            _ => Err(self.unexpected(&visitor)),
        }
        .map_err(|problem| problem.at(self.span))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map identifier ignored_any
    }
}

impl IntoDeserializer<'_, Problem> for Located<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// The number, if it has no more than 64 bits.
fn number(digits: &DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(digits.as_str(), digits.radix()).ok()
}

/// The elements of an array.
struct Elements<'v, I> {
    rest: I,
    wrong: &'v Wrong,
}

impl<'de, 'v, I> SeqAccess<'de> for Elements<'v, I>
where
    I: Iterator<Item = &'v Spanned<DeValue<'v>>>,
{
    type Error = Problem;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Problem> {
        let next = self.rest.find(|value| !self.wrong.contains(&to_span(value.span())));
        let Some(value) = next else { return Ok(None) };
        let element = Located::of(value, self.wrong);
        element.read(seed, element.span).map(Some)
    }
}

/// The entries of a table.
struct Entries<'v, I> {
    rest: I,
    /// Where the key that was read last is, and its value.
    value: Option<(Span, &'v Spanned<DeValue<'v>>)>,
    wrong: &'v Wrong,
}

impl<'de, 'v, I> MapAccess<'de> for Entries<'v, I>
where
    I: Iterator<Item = (&'v Spanned<DeString<'v>>, &'v Spanned<DeValue<'v>>)>,
{
    type Error = Problem;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Problem> {
        let next = self.rest.find(|(key, _)| !self.wrong.contains(&to_span(key.span())));
        let Some((key, value)) = next else { return Ok(None) };
        let place = to_span(key.span());
        self.value = Some((place, value));
        let read = seed.deserialize(StrDeserializer::<Problem>::new(key.get_ref()));
        read.map(Some).map_err(|problem| problem.at(place).within(place))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Problem> {
        match self.value.take() {
            Some((key, value)) => Located::of(value, self.wrong).read(seed, key),
            None => Err(Problem::custom("a value without a key")),
        }
    }
}

/// The range as a span: it lies in a text whose length fits.
pub(crate) fn to_span(range: Range<usize>) -> Span {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(offset(range.start), offset(range.end))
}

/// Whether something in `table` itself was found wrong.
fn has_wrong_entry(table: &DeTable<'_>, wrong: &Wrong) -> bool {
    table.keys().any(|key| wrong.contains(&to_span(key.span())))
}
