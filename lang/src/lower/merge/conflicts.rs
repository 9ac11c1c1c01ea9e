//! Where the domain has something of its own.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use roxmltree::{Node, NodeId};

use super::super::guest::initiator_cells;
use super::base::{Base, PciAddress, child, number, pci_address};
use super::parts::{Kind, Part};
use crate::check::{Checked, PlacedKind};
use crate::finding::Finding;
use crate::rules::lower::CONFLICT;
use crate::span::Origin;

/// NUMA cells that the vm names and the domain does not have. They are the domain's own to say.
pub(super) fn missing_cells(base: &Base<'_>, checked: &Checked<'_>) -> Option<Finding> {
    let initiators = checked.vm.hostdevs.iter().filter_map(|h| h.generic_initiator.as_ref());
    let of_initiators =
        initiators.flat_map(|nodes| initiator_cells(&nodes.value).map(|n| (n, nodes.origin)));
    let of_bridges = checked.controllers.iter().filter_map(|placed| match placed.kind {
        PlacedKind::Pxb { numa_node, .. } => Some((numa_node?, placed.controller.origin)),
        _ => None,
    });
    let mut missing: BTreeMap<u64, Origin> =
        of_bridges.chain(of_initiators).map(|(cell, origin)| (cell.into(), origin)).collect();
    let numa = child(base.domain, "cpu").and_then(|cpu| child(cpu, "numa"));
    for cell in numa.into_iter().flat_map(|numa| numa.children()) {
        if let Some(id) = number(cell, "id") {
            missing.remove(&id);
        }
    }
    let (&first, &origin) = missing.iter().next()?;
    let elements = missing.keys().map(|id| format!("<cell id='{id}' memory='0'/>"));
    Some(
        conflict(
            base.origin_of_tag(numa.unwrap_or(base.domain)),
            format!("the domain has no NUMA cell {first}"),
        )
        .with_label(origin, "the vm names it here")
        .with_help(format!(
            "add to the domain's `<cpu><numa>`: {}",
            elements.collect::<Vec<_>>().join(" ")
        )),
    )
}

/// The vm's parts beside the domain's own elements.
pub(super) struct Conflicts<'m, 'x> {
    pub(super) base: &'m Base<'x>,
    pub(super) parts: &'m [Part],
    pub(super) matched: &'m [Option<Node<'x, 'x>>],
}

/// What the vm uses, and where it says so.
struct InUse {
    addresses: BTreeMap<PciAddress, Origin>,
    bus_nrs: BTreeMap<u64, Origin>,
    chassis: BTreeMap<u64, Origin>,
}

impl Conflicts<'_, '_> {
    /// Every conflict, in the domain's order.
    pub(super) fn find(&self) -> Vec<Finding> {
        let replaced: HashMap<NodeId, &Part> = self
            .matched
            .iter()
            .zip(self.parts)
            .filter_map(|(node, part)| Some((node.as_ref()?.id(), part)))
            .collect();
        let in_use = self.in_use();
        let mut findings = Vec::new();
        let mut indexes = BTreeSet::new();
        for node in self.base.device_elements() {
            match replaced.get(&node.id()) {
                Some(part) => findings.extend(self.other_model(node, part)),
                None => self.foreign(node, &in_use, &mut findings),
            }
            if let Some(index) = pci_index(node)
                && !indexes.insert(index)
            {
                let origin = self.base.origin_of_value(node, "index");
                findings.push(conflict(origin, format!("two PCI controllers have index {index}")));
            }
        }
        findings
    }

    fn in_use(&self) -> InUse {
        let controllers = || {
            let parts = self.parts.iter();
            parts.filter_map(|part| Some((part.controller?, part.origin)))
        };
        let number = |n: Option<u8>, origin| Some((u64::from(n?), origin));
        InUse {
            addresses: self.parts.iter().filter_map(|p| Some((p.address?, p.origin))).collect(),
            bus_nrs: controllers().filter_map(|(c, origin)| number(c.bus_nr, origin)).collect(),
            chassis: controllers().filter_map(|(c, origin)| number(c.chassis, origin)).collect(),
        }
    }

    /// A controller of the same index has to be of the same kind.
    fn other_model(&self, node: Node<'_, '_>, part: &Part) -> Option<Finding> {
        let ours = part.controller?.model;
        let theirs = node.attribute("model")?;
        (theirs != ours).then(|| {
            let index = node.attribute("index").unwrap_or("");
            conflict(
                self.base.origin_of_value(node, "model"),
                format!("controller {index} is a `{theirs}` in the domain, a `{ours}` in the vm"),
            )
            .with_label(part.origin, "it has this index in the vm")
            .with_help("give the vm's controller another `index`")
        })
    }

    /// What stays in the domain as it is.
    fn foreign(&self, node: Node<'_, '_>, in_use: &InUse, findings: &mut Vec<Finding>) {
        let name = node.tag_name().name();
        if name == Kind::Iommu.name() {
            let model = node.attribute("model").unwrap_or("");
            findings.push(
                conflict(
                    self.base.origin_of_tag(node),
                    format!("the domain has another IOMMU, `{model}`, that the vm does not have"),
                )
                .with_help("remove it from the domain, or describe it in the vm"),
            );
        }
        if let Some((address, parts)) = pci_address(node)
            && let Some(&ours) = in_use.addresses.get(&parts)
        {
            let (bus, slot, function) = parts;
            findings.push(
                conflict(
                    self.base.origin_of_tag(address),
                    format!("`<{name}>` has PCI address {bus:02x}:{slot:02x}.{function:x}"),
                )
                .with_label(ours, "the vm puts this there")
                .with_note(format!(
                    "libvirt: XML error: Attempted double use of PCI Address \
                     0000:{bus:02x}:{slot:02x}.{function:x}"
                ))
                .with_help("give the vm's element another `slot`"),
            );
        }
        let Some(target) = child(node, "target").filter(|_| name == Kind::Controller.name()) else {
            return;
        };
        for (attribute, ours, word) in
            [("busNr", &in_use.bus_nrs, "bus number"), ("chassis", &in_use.chassis, "chassis")]
        {
            if let Some(number) = number(target, attribute)
                && let Some(&ours) = ours.get(&number)
            {
                let origin = self.base.origin_of_value(target, attribute);
                findings.push(
                    conflict(origin, format!("another controller has {word} {number}"))
                        .with_label(ours, format!("this has the same {word}")),
                );
            }
        }
    }
}

fn pci_index(node: Node<'_, '_>) -> Option<u64> {
    let controller = node.has_tag_name(Kind::Controller.name());
    (controller && node.attribute("type") == Some("pci")).then(|| number(node, "index")).flatten()
}

fn conflict(origin: Origin, headline: String) -> Finding {
    CONFLICT.at(origin, headline)
}
