//! What a topology was read from, as far as rules offer to change it.

use std::fmt::Debug;

use crate::finding::Edit;
use crate::span::Origin;

/// The file behind a topology. A rule says what is to become of an element or a property, which it
/// knows by where it was written; how that is written in a file is no concern of a rule.
///
/// Each gives none where it would be more than that change: where a comment would be lost, or where
/// the element could not be read.
pub trait Source: Debug {
    /// Leaves out the property that has its key or its value at `part`.
    fn without_property(&self, part: Origin) -> Option<Edit>;

    /// Leaves out the element whose name, argument or property stands at `part`; only one that holds
    /// no others.
    fn without_element(&self, part: Origin) -> Option<Edit>;

    /// Gives `property`, such as `iommufd="iommufd0"`, to the element whose name stands at `name`.
    fn with_property(&self, name: Origin, property: &str) -> Option<Edit>;

    /// Puts `child`, such as `iommufd "iommufd0"`, into the element whose name stands at `name`.
    fn with_child(&self, name: Origin, child: &str) -> Option<Edit>;
}
