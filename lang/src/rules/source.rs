//! What a topology was read from, as far as rules offer to change it.

use std::fmt::Debug;

use crate::finding::Edit;
use crate::language::Language;
use crate::span::Origin;
use crate::topology::Size;

/// The file behind a topology. A rule says what is to become of an element or a property, which it
/// knows by where it was written; how that is written in a file is no concern of a rule.
///
/// Each gives none where it would be more than that change: where a comment would be lost, where
/// the element could not be read, or where the file's language has no such thing.
pub trait Source: Debug {
    /// What it is written in, for the words that a rule finds for it.
    fn language(&self) -> Language;

    /// The number that alone says slot and function where an address stands at `address`: slot × 8 + function, as
    /// QEMU takes one in JSON.
    fn combined_address(&self, address: Origin) -> Option<i64>;

    /// Puts another value in the place of the one written at `value`.
    fn with_value(&self, value: Origin, new: Value<'_>) -> Option<Edit>;

    /// Leaves out the property that has its key or its value at `part`.
    fn without_property(&self, part: Origin) -> Option<Edit>;

    /// Leaves out the element whose name, argument or property stands at `part`; only one that holds
    /// no others.
    fn without_element(&self, part: Origin) -> Option<Edit>;

    /// Gives properties, such as `iommufd` with the value `iommufd0`, to the element whose name stands at `name`.
    fn with_properties(&self, name: Origin, properties: &[(&str, Value<'_>)]) -> Option<Edit>;

    /// Puts a child with an argument, such as `iommufd` with `iommufd0`, into the element whose name stands at `name`.
    fn with_child(&self, name: Origin, child: &str, argument: Value<'_>) -> Option<Edit>;
}

/// A value, however a file writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'v> {
    /// A whole number.
    Number(i64),
    /// A boolean.
    Switch(bool),
    /// A string.
    Text(&'v str),
    /// An amount of memory.
    Size(Size),
}
