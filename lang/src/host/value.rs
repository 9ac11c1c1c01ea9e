//! What the values of a snapshot can be.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use toml::value::Datetime;

use super::{Class, Fact};
use crate::topology::{HostAddress, NumberSet, Size};

/// A word that stands for what is not there.
pub(super) trait Word {
    const WORD: &str;
}

/// What could not be read.
#[derive(Debug)]
pub(super) enum Unknown {}

/// What the host has not got.
#[derive(Debug)]
pub(super) enum Absent {}

impl Word for Unknown {
    const WORD: &str = "unknown";
}

impl Word for Absent {
    const WORD: &str = "none";
}

/// A `T`, or the word that stands for none.
#[derive(Debug)]
pub(super) struct Or<W, T>(Option<T>, PhantomData<W>);

/// A `T`, or `"unknown"`.
pub(super) type Readable<T> = Or<Unknown, T>;
/// A `T`, or `"none"`, or `"unknown"`.
pub(super) type Possible<T> = Or<Unknown, Or<Absent, T>>;

impl<T> Default for Readable<T> {
    fn default() -> Self {
        Self(None, PhantomData)
    }
}

impl<T> Readable<T> {
    pub(super) fn fact(self) -> Fact<T> {
        self.0.map_or(Fact::Unknown, Fact::Known)
    }
}

impl<T> Possible<T> {
    pub(super) fn possible_fact(self) -> Fact<Option<T>> {
        self.fact().map(|Or(value, _)| value)
    }
}

impl<'de, W: Word, T: Deserialize<'de>> Deserialize<'de> for Or<W, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OrVisitor(PhantomData))
    }
}

struct OrVisitor<W, T>(PhantomData<(W, T)>);

impl<'de, W: Word, T: Deserialize<'de>> OrVisitor<W, T> {
    /// What is not the word is a `T`, or wrong in its words.
    fn value<D: Deserializer<'de>>(deserializer: D) -> Result<Or<W, T>, D::Error> {
        T::deserialize(deserializer).map(|value| Or(Some(value), PhantomData))
    }
}

impl<'de, W: Word, T: Deserialize<'de>> Visitor<'de> for OrVisitor<W, T> {
    type Value = Or<W, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value of another kind, or `\"{}\"`", W::WORD)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        if text == W::WORD {
            Ok(Or(None, PhantomData))
        } else {
            Self::value(text.into_deserializer())
        }
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Self::value(number.into_deserializer())
    }

    fn visit_bool<E: Error>(self, switch: bool) -> Result<Self::Value, E> {
        Self::value(switch.into_deserializer())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<Self::Value, A::Error> {
        Self::value(SeqAccessDeserializer::new(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Self::Value, A::Error> {
        Self::value(MapAccessDeserializer::new(entries))
    }
}

/// A number that people know by its hexadecimal digits.
#[derive(Deserialize)]
#[serde(transparent)]
struct Code(i64);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#06x}", self.0)
    }
}

/// Types that are read from others: what they hold, what they are read from, which must be what, else `expected …`.
macro_rules! read_from {
    ($($name:ident($held:ty) from $from:ident, $expected:literal: $read:expr;)+) => {$(
        #[derive(Clone, Debug)]
        pub(super) struct $name(pub(super) $held);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let written = $from::deserialize(deserializer)?;
                let read: fn(&$from) -> Option<$held> = $read;
                read(&written).map(Self).ok_or_else(|| {
                    D::Error::custom(format_args!("expected {}, found `{written}`", $expected))
                })
            }
        }
    )+};
}

read_from! {
    Address(HostAddress) from String, "an address such as `0009:01:00.0`": |text| {
        // The domain is part of it here: hosts with several domains are what snapshots are for.
        HostAddress::parse(text).filter(|_| text.matches(':').count() == 2)
    };
    Id(u16) from Code, "a number from 0x0000 to 0xffff": |code| u16::try_from(code.0).ok();
    ClassCode(Class) from Code, "a number from 0x000000 to 0xffffff": |code| {
        u32::try_from(code.0).ok().and_then(Class::new)
    };
    Number(u32) from i64, "a number from 0 to 4294967295": |number| u32::try_from(*number).ok();
    SsidSize(u8) from i64, "a number of bits from 0 to 20": |number| {
        u8::try_from(*number).ok().filter(|bits| *bits <= 20)
    };
    Oas(u8) from i64, "32, 36, 40, 42, 44, 48, 52 or 56": |number| {
        u8::try_from(*number).ok().filter(|bits| matches!(bits, 32 | 36 | 40 | 42 | 44 | 48 | 52 | 56))
    };
    Granule(Size) from String, "`4KiB`, `16KiB` or `64KiB`": |text| {
        Size::parse(text).filter(|size| matches!(size.0 >> 10, 4 | 16 | 64) && size.0 % 1024 == 0)
    };
    PageSize(Size) from String, "a power of two such as `4KiB` or `64KiB`": |text| {
        Size::parse(text).filter(|size| size.0.is_power_of_two())
    };
    Amount(Size) from String, "an amount of memory such as `480GiB`": |text| Size::parse(text);
    Cpus(NumberSet) from String, "a set of numbers such as `0-71`": |text| NumberSet::parse(text);
    Name(String) from String, "a name": |text| (!text.trim().is_empty()).then(|| text.clone());
    Moment(String) from Datetime, "a date and time with its offset, such as `2026-11-21T14:02:11Z`": |time| {
        let is_whole = time.date.is_some() && time.time.is_some() && time.offset.is_some();
        is_whole.then(|| time.to_string())
    };
}
