//! Names that were meant, as far as writing them does not make a thing that is there twice.

use crate::hash::HashSet;

use super::Decoder;
use crate::document::element::{Element, ElementId};
use crate::document::vocabulary::{NodeKind, NodeSpec};
use crate::finding::Edit;
use crate::rules::Source as _;
use crate::span::Origin;
use crate::syntax::Entry;

/// A fix that makes a node of which there may be one in its parent.
pub(super) struct MeantNode {
    /// The finding that offers it, by its position.
    pub(super) finding: usize,
    pub(super) parent: Option<ElementId>,
    pub(super) kind: NodeKind,
}

/// A fix that makes a property.
pub(super) struct MeantProperty {
    /// The finding that offers it, by its position.
    pub(super) finding: usize,
    pub(super) key: &'static str,
}

impl Decoder<'_> {
    /// Takes back what would give `element` a property a second time. All of it has been read.
    pub(super) fn settle_meant_properties(&mut self, meant: Vec<MeantProperty>, element: &Element) {
        let mut given = HashSet::default();
        for MeantProperty { finding, key } in meant {
            if element.has(key) || !given.insert(key) {
                self.take_back(finding);
            }
        }
    }

    /// Takes back what would make a node a second time. All of the file has been read.
    pub(super) fn settle_meant_nodes(&mut self) {
        let mut made = HashSet::default();
        for MeantNode { finding, parent, kind } in std::mem::take(&mut self.meant) {
            let there = self.firsts.contains_key(&(parent, kind));
            if there || !made.insert((parent, kind)) {
                self.take_back(finding);
            }
        }
    }

    /// What makes a node in the element named at `parent` of a property, which has its argument.
    pub(super) fn as_node(
        &self,
        entry: Entry<'_>,
        child: &NodeSpec,
        parent: Origin,
    ) -> Option<[Option<Edit>; 2]> {
        let one = child.arguments.len() == 1 && child.properties.iter().all(|p| !p.required);
        let written = format!("{} {}", child.name, entry.value_span().of(self.source.text()));
        let sound = !written.ends_with(' ') && entry.type_annotation().is_none();
        (one && sound).then(|| {
            [self.source.without_property(entry.origin()), self.source.with_node(parent, &written)]
        })
    }

    fn take_back(&mut self, finding: usize) {
        if let Some(finding) = self.findings.get_mut(finding) {
            finding.fixes.clear();
        }
    }
}
