//! The language's vocabulary as one table: which nodes there are, where they may stand, and what
//! they take. Decoding, did-you-mean, completion and hover all read it.

mod endpoints;
mod hierarchy;
mod iommus;
mod kinds;
mod machine;

pub use kinds::NodeKind;

use super::ValueType;
use crate::target::Feature;

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
    /// What it needs that not every release has; [`Feature`] knows since when each has it.
    pub feature: Option<Feature>,
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
    /// What it needs that not every release has; [`Feature`] knows since when each has it.
    pub feature: Option<Feature>,
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
    PropertySpec { name, value, required: false, default, feature: None, documentation }
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

impl PropertySpec {
    /// The property, which needs `feature`.
    const fn needs(self, feature: Feature) -> Self {
        Self { feature: Some(feature), ..self }
    }
}

impl NodeSpec {
    /// The node, which needs `feature`.
    const fn needs(self, feature: Feature) -> Self {
        Self { feature: Some(feature), ..self }
    }

    /// The property of that name.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&'static PropertySpec> {
        self.properties.iter().find(|property| property.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::{LibvirtTarget, QemuTarget};

    #[test]
    fn a_name_means_one_node_in_each_place() {
        for spec in nodes() {
            for &parent in spec.parents {
                let found = node(spec.name, parent).map(|found| found.kind);
                assert_eq!(found, Some(spec.kind), "{} in {parent:?}", spec.name);
            }
            assert_eq!(of_kind(spec.kind).map(|found| found.name), Some(spec.name));
        }
    }

    #[test]
    fn whatever_may_hold_something_can_be_reached_from_the_top() {
        for spec in nodes() {
            let mut kind = spec.kind;
            let mut steps = 0;
            while let Some(parent) = of_kind(kind).and_then(|spec| spec.parents[0]) {
                kind = parent;
                steps += 1;
                assert!(steps < 10, "`{}` hangs in the air", spec.name);
            }
        }
    }

    #[test]
    fn everything_is_documented_once() {
        for spec in nodes() {
            assert!(spec.documentation.ends_with('.'), "{}", spec.name);
            let mut keys: Vec<&str> =
                spec.properties.iter().map(|property| property.name).collect();
            keys.extend(spec.derived.iter().map(|(key, _)| *key));
            keys.sort_unstable();
            assert!(keys.windows(2).all(|pair| pair[0] != pair[1]), "{}: {keys:?}", spec.name);
            for property in spec.properties {
                let (name, default) = (property.name, property.default);
                assert!(property.documentation.ends_with('.'), "{} {name}", spec.name);
                assert_eq!(default.is_empty(), property.required, "{} {name}", spec.name);
            }
            let optional = spec.arguments.iter().position(|argument| !argument.required);
            let required = spec.arguments.iter().rposition(|argument| argument.required);
            assert!(
                optional.zip(required).is_none_or(|(optional, required)| required < optional),
                "{}: a required argument behind an optional one",
                spec.name
            );
        }
    }

    #[test]
    fn the_newest_releases_have_what_the_language_says() {
        let (libvirt, qemu) = (LibvirtTarget::parse("12.8"), QemuTarget::parse("11.1"));
        let (libvirt, qemu) = (libvirt.expect("a release"), qemu.expect("a release"));
        let newest = |feature: Feature| libvirt.has(feature) || qemu.has(feature);
        let mut seen = 0;
        for spec in nodes() {
            for feature in spec.properties.iter().filter_map(|p| p.feature).chain(spec.feature) {
                seen += 1;
                assert!(newest(feature), "{}: no release has {feature:?}", spec.name);
            }
        }
        assert!(seen > 15, "{seen}");
    }
}
