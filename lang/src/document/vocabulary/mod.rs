//! The language's vocabulary as one table: which nodes there are, where they may stand, and what
//! they take. Decoding, did-you-mean, completion and hover all read it.

mod endpoints;
mod hierarchy;
mod iommus;
mod kinds;
mod machine;

pub use kinds::NodeKind;

use super::ValueType;

/// One kind of node.
#[derive(Debug)]
pub struct NodeSpec {
    /// Which.
    pub kind: NodeKind,
    /// Its name in a file.
    pub name: &'static str,
    /// What it may stand in; none is the top of the file.
    pub parents: &'static [Option<NodeKind>],
    /// How often it may stand there.
    pub occurs: Occurs,
    /// Its arguments, by position.
    pub arguments: &'static [ArgumentSpec],
    /// Its properties.
    pub properties: &'static [PropertySpec],
    /// Whether it takes any further properties.
    pub open: bool,
    /// The further properties it cannot take all the same, each with what it follows from.
    pub derived: &'static [(&'static str, &'static str)],
    /// What it means.
    pub documentation: &'static str,
}

/// How often a node may stand in its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occurs {
    /// At most once.
    Once,
    /// Any number of times.
    Often,
}

/// One argument of a node.
#[derive(Debug)]
pub struct ArgumentSpec {
    /// What the documentation calls it.
    pub name: &'static str,
    /// What it holds.
    pub value: ValueType,
    /// Whether it must be there.
    pub required: bool,
}

/// One property of a node.
#[derive(Debug)]
pub struct PropertySpec {
    /// Its key.
    pub name: &'static str,
    /// What it holds.
    pub value: ValueType,
    /// Whether it must be there.
    pub required: bool,
    /// What holds when it is left out.
    pub default: &'static str,
    /// What it means, with units and ranges.
    pub documentation: &'static str,
}

/// An argument that must be there.
const fn required(name: &'static str, value: ValueType) -> ArgumentSpec {
    ArgumentSpec { name, value, required: true }
}

/// An argument that may be left out.
const fn optional(name: &'static str, value: ValueType) -> ArgumentSpec {
    ArgumentSpec { name, value, required: false }
}

/// A property that may be left out.
const fn property(
    name: &'static str,
    value: ValueType,
    default: &'static str,
    documentation: &'static str,
) -> PropertySpec {
    PropertySpec { name, value, required: false, default, documentation }
}

/// Every kind of node.
pub fn nodes() -> impl Iterator<Item = &'static NodeSpec> {
    [machine::NODES, iommus::NODES, hierarchy::NODES, endpoints::NODES].into_iter().flatten()
}

/// The node of that name that may stand in `parent`.
#[must_use]
pub fn node(name: &str, parent: Option<NodeKind>) -> Option<&'static NodeSpec> {
    nodes().find(|node| node.name == name && node.parents.contains(&parent))
}

/// The node of that kind.
#[must_use]
pub fn of_kind(kind: NodeKind) -> Option<&'static NodeSpec> {
    nodes().find(|node| node.kind == kind)
}

/// The nodes that may stand in `parent`.
pub fn children(parent: Option<NodeKind>) -> impl Iterator<Item = &'static NodeSpec> {
    nodes().filter(move |node| node.parents.contains(&parent))
}

impl NodeSpec {
    /// The property of that name.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&'static PropertySpec> {
        self.properties.iter().find(|property| property.name == name)
    }
}
