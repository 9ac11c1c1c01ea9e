//! Names the vocabulary does not have in their place, and what was probably meant by them.

use std::borrow::Cow;

use super::Decoder;
use super::meant::{MeantNode, MeantProperty};
use crate::document::element::ElementId;
use crate::document::vocabulary::{self, NodeKind, NodeSpec, Occurs};
use crate::finding::{Applicability, Edit, Finding};
use crate::rules::{Source as _, schema};
use crate::span::Origin;
use crate::suggest::{is_other_style, suggest};
use crate::syntax::{Entry, Node};

/// Names other tools and older syntaxes have for what the language calls differently. Unsafe are
/// those that may also stand for something else.
const OTHER_NAMES: [(&str, &str, Applicability); 11] = [
    ("nestedSmmuv3", "vsmmu", Applicability::Safe),
    ("smmuv3Dev", "vsmmu", Applicability::Safe),
    // Of the whole machine it is an `iommu`.
    ("smmuv3", "vsmmu", Applicability::Unsafe),
    ("arm-smmuv3", "vsmmu", Applicability::Unsafe),
    ("pcie-root-port", "root-port", Applicability::Safe),
    ("pcie-expander-bus", "pxb", Applicability::Safe),
    ("pxb-pcie", "pxb", Applicability::Safe),
    ("iommufdId", "iommufd", Applicability::Safe),
    ("iommufdFd", "fd", Applicability::Safe),
    ("pasid", "ssidsize", Applicability::Safe),
    ("vfio-pci", "hostdev", Applicability::Safe),
];

/// Names other tools have for what the language says without a name, and how it says it.
const SAID_OTHERWISE: [(&str, &str); 3] = [
    ("pciBus", "a `vsmmu` translates for its own `pxb`: write that in it, or `on-root-bus`"),
    ("primary-bus", "a `vsmmu` translates for its own `pxb`: write that in it, or `on-root-bus`"),
    ("multifunction", "it follows from the functions that are written"),
];

impl Decoder<'_> {
    /// A name that the vocabulary does not have in this place.
    pub(super) fn unknown_node(&mut self, node: Node<'_>, name: &str, parent: Option<ElementId>) {
        let parent_kind = parent.map(|id| self.document.element(id).kind);
        let place = place(parent_kind);
        let homes = homes(name);
        if !self.source.is_nested() && !homes.is_empty() {
            return;
        }
        let finding = if homes.is_empty() {
            schema::UNKNOWN_NODE.at(node.origin(), format!("there is no node `{name}` {place}"))
        } else {
            schema::MISPLACED_NODE.at(node.origin(), format!("`{name}` cannot stand {place}"))
        };
        if let Some(spec) = takes_property(name, parent_kind) {
            let finding = finding.with_help(format!(
                "`{name}` is a property here: write `{name}=…` behind `{}`",
                spec.name
            ));
            if Some(spec.kind) != parent_kind {
                let (at, kind) = (self.findings.len(), spec.kind);
                self.meant.push(MeantNode { finding: at, parent, kind });
            }
            let edits = parent.and_then(|id| self.as_property(node, id, spec));
            self.findings.push(match edits {
                Some(edits) => finding.with_edits(
                    format!("write it as a property of `{}`", spec.name),
                    Applicability::Safe,
                    edits,
                ),
                None => finding,
            });
            return;
        }
        if !homes.is_empty() {
            self.findings.push(finding.with_help(format!("it stands {}", homes.join(", or "))));
            return;
        }
        let names: Vec<&'static str> =
            vocabulary::children(parent_kind).map(|spec| spec.name).collect();
        let meant = Meant::of(name, &names);
        self.findings.push(explained(finding, &meant, node.origin(), &names, "there may be"));
        let spec = meant.name().and_then(|meant| vocabulary::node(meant, parent_kind));
        if let Some(spec) = spec.filter(|spec| spec.occurs == Occurs::Once) {
            let finding = self.findings.len() - 1;
            self.meant.push(MeantNode { finding, parent, kind: spec.kind });
        }
    }

    /// What makes a property of `node`, which has its value as its argument: one of the element at
    /// `parent`, in which it stands, or of a new one beside it.
    fn as_property(
        &self,
        node: Node<'_>,
        parent: ElementId,
        spec: &NodeSpec,
    ) -> Option<Vec<Option<Edit>>> {
        let element = self.document.element(parent);
        let key = spec.property(&node.name())?.name;
        let mut entries = node.all_entries();
        let (value, more) = (entries.next()?, entries.next());
        let is_value = !value.is_property() && !value.is_slashdashed() && more.is_none();
        if !is_value || node.blocks().next().is_some() || element.has(key) {
            return None;
        }
        let property = format!("{key}={}", value.span().of(self.source.text()));
        Some(if spec.kind == element.kind {
            vec![
                self.source.with_entries(element.origin, &property),
                self.source.without_element(node.origin()),
            ]
        } else {
            let origin = self.origin(node.span());
            vec![Some(Edit { origin, text: format!("{} {property}", spec.name) })]
        })
    }

    /// A key that the vocabulary does not have for the node at `node`, which becomes element `id`.
    pub(super) fn unknown_property(
        &mut self,
        key: &str,
        entry: Entry<'_>,
        node: Origin,
        (spec, id): (&NodeSpec, ElementId),
        meant_properties: &mut Vec<MeantProperty>,
    ) {
        let at = self.findings.len();
        let origin = self.origin(entry.key_span().unwrap_or_default());
        let finding =
            schema::UNKNOWN_PROPERTY.at(origin, format!("`{}` has no property `{key}`", spec.name));
        if let Some(child) = vocabulary::node(key, Some(spec.kind)) {
            let help = format!("`{key}` is a node: write it in the braces of `{}`", spec.name);
            let finding = finding.with_help(help);
            self.findings.push(match self.as_node(entry, child, node) {
                Some(edits) => finding.with_edits(
                    format!("write it as a node in `{}`", spec.name),
                    Applicability::Safe,
                    edits,
                ),
                None => finding,
            });
            self.meant.push(MeantNode { finding: at, parent: Some(id), kind: child.kind });
            return;
        }
        if let Some(child) = takes_property(key, Some(spec.kind)) {
            self.findings.push(finding.with_help(format!(
                "`{key}` is a property of `{}`, a node in `{}`",
                child.name, spec.name
            )));
            return;
        }
        let names: Vec<&'static str> =
            spec.properties.iter().map(|property| property.name).collect();
        let meant = Meant::of(key, &names);
        self.findings.push(explained(finding, &meant, origin, &names, "it has"));
        meant_properties.extend(meant.name().map(|key| MeantProperty { finding: at, key }));
    }
}

/// What a name was probably meant to be.
enum Meant {
    Name(&'static str, Applicability),
    /// The language says it without a name: how.
    Otherwise(&'static str),
    Unknown,
}

impl Meant {
    /// What `name` may have been meant to be where only `names` may stand.
    fn of(name: &str, names: &[&'static str]) -> Self {
        let ours = OTHER_NAMES
            .iter()
            .find(|(other, _, _)| is_same_word(other, name))
            .filter(|(_, ours, _)| names.contains(ours));
        if let Some(&(_, ours, applicability)) = ours {
            return Self::Name(ours, applicability);
        }
        if let Some((_, advice)) =
            SAID_OTHERWISE.iter().find(|(other, _)| is_same_word(other, name))
        {
            return Self::Otherwise(advice);
        }
        match suggest(name, names.iter().copied()) {
            // `busNr` can be nothing but `bus-nr`.
            Some(near) if is_other_style(name, near) => Self::Name(near, Applicability::Safe),
            Some(near) => Self::Name(near, Applicability::Unsafe),
            None => Self::Unknown,
        }
    }

    fn name(&self) -> Option<&'static str> {
        match *self {
            Self::Name(name, _) => Some(name),
            Self::Otherwise(_) | Self::Unknown => None,
        }
    }
}

/// Adds what was probably meant by the name at `origin`, where only `names` may stand.
fn explained(
    finding: Finding,
    meant: &Meant,
    origin: Origin,
    names: &[&'static str],
    list: &str,
) -> Finding {
    match *meant {
        Meant::Name(meant, applicability) => finding
            .with_help(format!("did you mean `{meant}`?"))
            .with_replacement(format!("write `{meant}`"), applicability, origin, meant),
        Meant::Otherwise(advice) => finding.with_help(advice),
        Meant::Unknown if names.is_empty() => finding.with_help("it has none"),
        Meant::Unknown => finding.with_help(format!("{list}: {}", names.join(", "))),
    }
}

/// Whether a name of the tables is `name`, but for style.
fn is_same_word(other: &str, name: &str) -> bool {
    other == name || is_other_style(name, other)
}

/// The node that takes the property `name`: the one of kind `parent`, else the only one in it.
fn takes_property(name: &str, parent: Option<NodeKind>) -> Option<&'static NodeSpec> {
    let takes = |spec: &&'static NodeSpec| spec.property(name).is_some();
    let own = parent.and_then(vocabulary::of_kind).filter(takes);
    own.or_else(|| {
        let mut below = vocabulary::children(Some(parent?)).filter(takes);
        // A `slot` may belong to several: which one was meant nobody knows.
        below.next().filter(|_| below.next().is_none())
    })
}

/// Every place where a node of that name may stand, for messages.
fn homes(name: &str) -> Vec<Cow<'static, str>> {
    let mut homes: Vec<Cow<'static, str>> = Vec::new();
    for spec in vocabulary::nodes().filter(|spec| spec.name == name) {
        homes.extend(spec.parents.iter().map(|&parent| place(parent)));
    }
    homes
}

/// Where a node stands, for messages.
fn place(parent: Option<NodeKind>) -> Cow<'static, str> {
    match parent.and_then(vocabulary::of_kind) {
        Some(spec) => Cow::Owned(format!("in `{}`", spec.name)),
        None => Cow::Borrowed("at the top of a file"),
    }
}
