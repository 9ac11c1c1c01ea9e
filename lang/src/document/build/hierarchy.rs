//! PXBs, ports and switches, written and implied.

use crate::hash::HashMap;

use super::super::element::{Document, Element, ElementId};
use super::super::vocabulary::NodeKind;
use super::{Builder, Built};
use crate::rules::schema;
use crate::span::{Origin, Written};
use crate::topology::{
    Controller, ControllerId, ControllerKind, Parent, Placement, Port, Vm, VsmmuId,
};

/// How many spare ports a vm may have: controllers have the indices 1 to 255.
const SPARE_IN_VM: i64 = 255;
/// How many spare ports all vms of a file may have, so that a small file cannot take much memory.
const SPARE_IN_FILE: i64 = 1 << 16;

/// What decides where a group sits: written anywhere in it, needed before the rest of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Group {
    pub(super) pxb: Option<ElementId>,
    pub(super) on_root_bus: Option<ElementId>,
}

/// The groups of a document, by their `vsmmu`.
pub(super) fn groups(document: &Document) -> HashMap<ElementId, Group> {
    let mut groups: HashMap<ElementId, Group> = HashMap::default();
    for (id, element) in (0..).map(ElementId).zip(&document.elements) {
        let Some(parent) = element.parent else { continue };
        match element.kind {
            NodeKind::GroupPxb => groups.entry(parent).or_default().pxb = Some(id),
            NodeKind::OnRootBus => groups.entry(parent).or_default().on_root_bus = Some(id),
            _ => {}
        }
    }
    groups
}

/// Adds the PXB of a group: the one that is written, else an implied one.
pub(super) fn add_group_pxb(
    vm: &mut Vm,
    vsmmu: VsmmuId,
    pxb: Option<&Element>,
    group: &Element,
) -> ControllerId {
    let mut controller = match pxb {
        Some(pxb) => written(pxb, Parent::Root),
        None => Controller {
            kind: ControllerKind::Pxb { bus_nr: None, numa_node: None },
            ..implied(Parent::Root, group.origin)
        },
    };
    controller.vsmmu = Some(vsmmu);
    add(vm, controller)
}

/// Adds an implied root port.
pub(super) fn add_port(vm: &mut Vm, parent: Parent, origin: Origin) -> ControllerId {
    add(vm, implied(parent, origin))
}

fn add(vm: &mut Vm, controller: Controller) -> ControllerId {
    // An element takes at least three bytes and spare ports are few: a file of 4 GiB has fewer.
    let id = ControllerId(u32::try_from(vm.controllers.len()).unwrap_or(u32::MAX));
    vm.controllers.push(controller);
    id
}

/// A root port that no node stands for.
fn implied(parent: Parent, origin: Origin) -> Controller {
    Controller {
        kind: ControllerKind::RootPort(Port::default()),
        parent,
        placement: Placement::default(),
        index: None,
        alias: None,
        vsmmu: None,
        origin,
        implied: true,
    }
}

/// The controller a node stands for.
fn written(element: &Element, parent: Parent) -> Controller {
    let port = || Port {
        chassis: element.get("chassis"),
        port: element.get("port"),
        io_reserve: element.get("io-reserve"),
        pref64_reserve: element.get("pref64-reserve"),
    };
    let kind = match element.kind {
        NodeKind::RootPort => ControllerKind::RootPort(port()),
        NodeKind::DownstreamPort => ControllerKind::SwitchDownstream(port()),
        NodeKind::Switch => ControllerKind::SwitchUpstream,
        _ => ControllerKind::Pxb {
            bus_nr: element.get("bus-nr"),
            numa_node: element.get("numa-node"),
        },
    };
    Controller {
        kind,
        parent,
        placement: placement(element),
        index: element.get("index"),
        alias: element.get("alias"),
        vsmmu: None,
        origin: element.origin,
        implied: false,
    }
}

/// `slot=` and `function=`.
pub(super) fn placement(element: &Element) -> Placement {
    Placement { slot: element.get("slot"), function: element.get("function") }
}

impl Builder<'_> {
    /// The bus that what stands in the parent of `element` is plugged into.
    pub(super) fn bus(&self, element: &Element) -> Parent {
        match self.parent(element) {
            Built::Vsmmu(_, bus) => bus,
            Built::Controller(id) => Parent::Controller(id),
            _ => Parent::Root,
        }
    }

    pub(super) fn controller(&mut self, element: &Element) -> Built {
        let bus = self.bus(element);
        match self.current() {
            Some(vm) => Built::Controller(add(vm, written(element, bus))),
            None => Built::Other,
        }
    }

    pub(super) fn spare_ports(&mut self, element: &Element) -> Built {
        let bus = self.bus(element);
        let count: Option<Written<i64>> = element.argument(0);
        let Some(count) = count else { return Built::Other };
        let (in_vm, in_file) = (self.spare_in_vm + count.value, self.spare_in_file + count.value);
        let (limit, place) = if in_vm > SPARE_IN_VM {
            (SPARE_IN_VM, "vm")
        } else if in_file > SPARE_IN_FILE {
            (SPARE_IN_FILE, "file")
        } else {
            (self.spare_in_vm, self.spare_in_file) = (in_vm, in_file);
            if let Some(vm) = self.current() {
                for _ in 0..count.value {
                    add_port(vm, bus, element.origin);
                }
            }
            return Built::Other;
        };
        self.findings.push(
            schema::OUT_OF_RANGE.at(
                count.origin,
                format!("with these the {place} has more than {limit} spare ports"),
            ),
        );
        Built::Other
    }

    /// Notes what is in a port: a switch and a device exclude each other.
    pub(super) fn occupy(&mut self, element: &Element) {
        let Built::Controller(port) = self.parent(element) else { return };
        let is_switch = element.kind == NodeKind::Switch;
        let (first_is_switch, first) =
            *self.occupants.entry(port).or_insert((is_switch, element.origin));
        if first_is_switch != is_switch {
            self.findings.push(
                schema::CONFLICTING_NODES
                    .at(
                        element.origin,
                        "a port holds a switch or the functions of one device, not both",
                    )
                    .with_label(first, "also in the port")
                    .with_help("give one of them a port of its own"),
            );
        }
    }
}
