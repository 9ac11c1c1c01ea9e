//! Names the vocabulary does not have in their place, and what was probably meant by them.

use std::borrow::Cow;

use super::Decoder;
use crate::document::vocabulary::{self, NodeKind, NodeSpec};
use crate::finding::{Applicability, Finding};
use crate::rules::schema;
use crate::span::Origin;
use crate::suggest::{is_other_style, suggest};
use crate::syntax::Node;

/// Names other tools and older syntaxes have for what the language calls differently.
const OTHER_NAMES: [(&str, &str); 11] = [
    ("nestedSmmuv3", "vsmmu"),
    ("smmuv3Dev", "vsmmu"),
    ("smmuv3", "vsmmu"),
    ("arm-smmuv3", "vsmmu"),
    ("pcie-root-port", "root-port"),
    ("pcie-expander-bus", "pxb"),
    ("pxb-pcie", "pxb"),
    ("iommufdId", "iommufd"),
    ("iommufdFd", "fd"),
    ("pasid", "ssidsize"),
    ("vfio-pci", "hostdev"),
];

/// Names other tools have for what the language says without a name, and how it says it.
const SAID_OTHERWISE: [(&str, &str); 3] = [
    ("pciBus", "a `vsmmu` translates for its own `pxb`: write that in it, or `on-root-bus`"),
    ("primary-bus", "a `vsmmu` translates for its own `pxb`: write that in it, or `on-root-bus`"),
    ("multifunction", "it follows from the functions that are written"),
];

impl Decoder {
    /// A name that the vocabulary does not have in this place.
    pub(super) fn unknown_node(&mut self, node: Node<'_>, name: &str, parent: Option<NodeKind>) {
        let place = place(parent);
        let homes = homes(name);
        if !self.is_nested && !homes.is_empty() {
            return;
        }
        let finding = if homes.is_empty() {
            schema::UNKNOWN_NODE.at(node.origin(), format!("there is no node `{name}` {place}"))
        } else {
            schema::MISPLACED_NODE.at(node.origin(), format!("`{name}` cannot stand {place}"))
        };
        if let Some(spec) = takes_property(name, parent) {
            self.findings.push(finding.with_help(format!(
                "`{name}` is a property here: write `{name}=…` behind `{}`",
                spec.name
            )));
            return;
        }
        if !homes.is_empty() {
            self.findings.push(finding.with_help(format!("it stands {}", homes.join(", or "))));
            return;
        }
        let names: Vec<&str> = vocabulary::children(parent).map(|spec| spec.name).collect();
        self.findings.push(explained(finding, name, node.origin(), &names, "there may be"));
    }

    /// A key that the vocabulary does not have for this node.
    pub(super) fn unknown_property(&mut self, key: &str, origin: Origin, spec: &NodeSpec) {
        let finding =
            schema::UNKNOWN_PROPERTY.at(origin, format!("`{}` has no property `{key}`", spec.name));
        let help = if vocabulary::node(key, Some(spec.kind)).is_some() {
            format!("`{key}` is a node: write it in the braces of `{}`", spec.name)
        } else if let Some(child) = takes_property(key, Some(spec.kind)) {
            format!("`{key}` is a property of `{}`, a node in `{}`", child.name, spec.name)
        } else {
            let names: Vec<&str> = spec.properties.iter().map(|property| property.name).collect();
            self.findings.push(explained(finding, key, origin, &names, "it has"));
            return;
        };
        self.findings.push(finding.with_help(help));
    }
}

/// Adds what was probably meant by `name`, written at `origin` where only `names` may stand.
fn explained(
    finding: Finding,
    name: &str,
    origin: Origin,
    names: &[&'static str],
    list: &str,
) -> Finding {
    let theirs = |table: &[(&str, &'static str)]| {
        table.iter().find(|(other, _)| is_same_word(other, name)).map(|(_, ours)| *ours)
    };
    if let Some(ours) = theirs(&OTHER_NAMES).filter(|ours| names.contains(ours)) {
        return did_you_mean(finding, origin, ours, Applicability::Unsafe);
    }
    if let Some(advice) = theirs(&SAID_OTHERWISE) {
        return finding.with_help(advice);
    }
    match suggest(name, names.iter().copied()) {
        // `busNr` can be nothing but `bus-nr`.
        Some(meant) if is_other_style(name, meant) => {
            did_you_mean(finding, origin, meant, Applicability::Safe)
        }
        Some(meant) => did_you_mean(finding, origin, meant, Applicability::Unsafe),
        None if names.is_empty() => finding.with_help("it has none"),
        None => finding.with_help(format!("{list}: {}", names.join(", "))),
    }
}

/// Whether a name of the tables is `name`, but for style.
fn is_same_word(other: &str, name: &str) -> bool {
    other == name || is_other_style(name, other)
}

/// Offers `meant` in the place of what stands at `origin`.
fn did_you_mean(
    finding: Finding,
    origin: Origin,
    meant: &str,
    applicability: Applicability,
) -> Finding {
    finding.with_help(format!("did you mean `{meant}`?")).with_replacement(
        format!("write `{meant}`"),
        applicability,
        origin,
        meant,
    )
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
