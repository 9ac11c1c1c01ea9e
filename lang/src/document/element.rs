//! A file decoded by the vocabulary: typed nodes, in file order.

use super::value::Decoded;
use super::vocabulary::{NodeKind, NodeSpec};
use crate::span::{Origin, Written};
use crate::topology::{
    Arch, Granule, Machine, NumberOrAuto, NumberSet, OnOffAuto, PropertyValue, Size,
};

/// Position of an element in [`Document::elements`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ElementId(pub u32);

/// Everything in a file that the vocabulary knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// In file order; a parent stands before what it holds.
    pub elements: Vec<Element>,
}

/// One known node in a place where it may stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// What it is.
    pub kind: NodeKind,
    /// What it stands in; none at the top.
    pub parent: Option<ElementId>,
    /// The node's name.
    pub origin: Origin,
    /// Its arguments by position; none for one that is missing or wrong.
    pub arguments: Vec<Option<Written<Decoded>>>,
    /// Its properties that are right, in file order: key, where the key is, value.
    pub properties: Vec<Property>,
    /// Keys of the properties that are there, but wrong; a finding says so.
    pub wrong: Vec<&'static str>,
}

/// One property of an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// Its key: one of the vocabulary, or any for an open node.
    pub key: Key,
    /// The bytes of the key.
    pub key_origin: Origin,
    /// What it holds.
    pub value: Written<Decoded>,
}

/// The key of a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// One of the vocabulary.
    Known(&'static str),
    /// Another one, of an open node.
    Other(String),
}

impl Document {
    /// The element at `id`.
    #[must_use]
    pub fn element(&self, id: ElementId) -> &Element {
        &self.elements[id.0 as usize]
    }
}

/// A type that some values decode to.
pub(super) trait FromDecoded: Sized {
    /// The value, if it is of this type.
    fn from_decoded(decoded: &Decoded) -> Option<Self>;
}

macro_rules! from_decoded {
    ($($variant:ident -> $type:ty),+ $(,)?) => {
        $(impl FromDecoded for $type {
            fn from_decoded(decoded: &Decoded) -> Option<Self> {
                match decoded {
                    Decoded::$variant(value) => Some(value.clone()),
                    _ => None,
                }
            }
        })+
    };
}

from_decoded! {
    Text -> String,
    Boolean -> bool,
    Integer -> i64,
    Size -> Size,
    NumberSet -> NumberSet,
    OnOffAuto -> OnOffAuto,
    NumberOrAuto -> NumberOrAuto,
    Granule -> Granule,
    Machine -> Machine,
    Arch -> Arch,
}

impl Element {
    /// What the vocabulary says of it.
    pub(super) fn new(spec: &NodeSpec, parent: Option<ElementId>, origin: Origin) -> Self {
        Self {
            kind: spec.kind,
            parent,
            origin,
            arguments: Vec::with_capacity(spec.arguments.len()),
            properties: Vec::new(),
            wrong: Vec::new(),
        }
    }

    /// Whether the property of that key is there, right or wrong.
    pub(super) fn has(&self, key: &'static str) -> bool {
        self.properties.iter().any(|property| property.key == Key::Known(key))
            || self.wrong.contains(&key)
    }

    /// Takes back the property of that key: a later one counts.
    pub(super) fn forget(&mut self, key: &'static str) {
        self.properties.retain(|property| property.key != Key::Known(key));
        self.wrong.retain(|wrong| *wrong != key);
    }

    /// Where the key of that property stands, if it is there and right.
    pub(super) fn key_of(&self, key: &'static str) -> Option<Origin> {
        let property = self.properties.iter().find(|property| property.key == Key::Known(key));
        property.map(|property| property.key_origin)
    }

    /// The property of that key, if it is there and right.
    pub(super) fn get<T: FromDecoded>(&self, key: &str) -> Option<Written<T>> {
        let is_it =
            |property: &&Property| matches!(property.key, Key::Known(known) if known == key);
        let written = &self.properties.iter().find(is_it)?.value;
        T::from_decoded(&written.value).map(|value| Written::new(value, written.origin))
    }

    /// The argument at a position, if it is there and right.
    pub(super) fn argument<T: FromDecoded>(&self, position: usize) -> Option<Written<T>> {
        let written = self.arguments.get(position)?.as_ref()?;
        T::from_decoded(&written.value).map(|value| Written::new(value, written.origin))
    }

    /// The string at a position of the arguments, where it stands.
    pub(super) fn text_of_argument(&self, position: usize) -> Option<&str> {
        match &self.arguments.get(position)?.as_ref()?.value {
            Decoded::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The properties that go to QEMU unchanged.
    pub(super) fn other_properties(&self) -> Vec<(Written<String>, Written<PropertyValue>)> {
        let others = self.properties.iter().filter_map(|property| {
            let Key::Other(key) = &property.key else { return None };
            let value = match &property.value.value {
                Decoded::Text(text) => PropertyValue::Text(text.clone()),
                Decoded::Integer(number) => PropertyValue::Integer(*number),
                Decoded::Boolean(on) => PropertyValue::Boolean(*on),
                _ => return None,
            };
            let key = Written::new(key.clone(), property.key_origin);
            Some((key, Written::new(value, property.value.origin)))
        });
        others.collect()
    }
}
