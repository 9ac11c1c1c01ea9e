//! PCI controllers: those listed, and those that libvirt adds.

use std::collections::{HashMap, HashSet};

use super::alias::alias;
use super::buses::{Buses, PXB};
use super::devices;
use super::placement::{Address, Given, Model, Owner, PlacedController, Placement, Reason};
use super::reader::{Reader, integer};
use crate::elaborate::{ControllerNumbers, Numbers};
use crate::rules::UNKNOWN_CELL;
use crate::span::{Origin, Written};
use crate::topology::{
    Bridge, BusNr, Chassis, Controller, ControllerId, ControllerKind, Function, Index,
    Placement as Place, Port, PortNr, Slot, SlotFunction, Vm,
};
use crate::xml::{Attribute, Element};

impl Reader {
    /// Puts the controllers into `vm`, each behind what it is plugged into, and their numbers beside them.
    pub(super) fn controllers(
        &mut self,
        domain: Element<'_>,
        placement: &Placement,
        vm: &mut Vm,
        numbers: &mut Numbers,
    ) -> Buses {
        let mut buses = Buses::default();
        for placed in in_order(placement, |owner| element_of(domain, owner)) {
            let element = element_of(domain, placed.owner);
            let address = placed.address.or_else(|| stated(element?));
            let bus = address.map_or(0, |address| address.value.bus);
            // Of what it sits on something could not be read.
            let Some(parent) = buses.parent(bus) else { continue };
            let Ok(number) = u32::try_from(vm.controllers.len()) else { break };
            let index = placed.controller.index.value;
            let listed = element.map(Element::position);
            let bus_nr = placed.controller.bus_nr.and_then(|n| u8::try_from(n.value).ok());
            let noun = noun(placed.controller.model);
            buses.add(
                index,
                ControllerId(number),
                noun,
                bus_nr,
                (listed, address.is_some_and(|a| a.written)),
            );
            let origin = match (element, placed.controller.reason) {
                (Some(element), _) => model_of(element),
                (None, Some(Reason::Named(owner) | Reason::Room(owner))) => {
                    element_of(domain, owner).map_or_else(|| around(domain), Element::origin)
                }
                (None, _) => around(domain),
            };
            if let Some(element) = element {
                self.node_of_a_port(element, placed.controller.model);
            }
            vm.controllers.push(Controller {
                kind: self.kind(element, placed.controller.model),
                parent,
                placement: element.map_or_else(Place::default, |e| self.place(e, address)),
                index: element.and_then(|element| self.decimal(element, "index")),
                alias: element.and_then(alias),
                vsmmu: None,
                origin,
                implied: element.is_none(),
            });
            numbers.controllers.push(given(placed, address));
        }
        if let Some(root) =
            placement.controllers.iter().find(|placed| placed.controller.model.is_root())
        {
            let hole = element_of(domain, root.owner).and_then(|root| root.child("pcihole64"));
            vm.mmio_window = hole.and_then(|hole| self.size(hole));
        }
        buses
    }

    /// Slot and function, where the address is written.
    pub(super) fn place(&mut self, element: Element<'_>, address: Option<Given<Address>>) -> Place {
        let written = element.child("address").filter(|_| address.is_some_and(|a| a.written));
        let Some(address) = written else { return Place::default() };
        Place { slot: self.integer(address, "slot"), function: self.integer(address, "function") }
    }

    /// libvirt looks for the NUMA cell of any controller; the model has that of a PXB only.
    fn node_of_a_port(&mut self, controller: Element<'_>, model: Model) {
        let node = controller.child("target").and_then(numa_node);
        let missing = node.filter(|node| !self.cells.contains(&node.value));
        if let Some(node) = missing.filter(|_| model != Model::PcieExpanderBus) {
            let finding = UNKNOWN_CELL
                .at(node.origin, format!("there is no NUMA cell {}", node.value))
                .with_help("remove `<node>`, or add the cell");
            self.wrong(controller, finding);
        }
    }

    fn kind(&mut self, element: Option<Element<'_>>, model: Model) -> ControllerKind {
        let target = element.and_then(|element| element.child("target"));
        let mut number = |name| self.integer(target?, name);
        match model {
            Model::PcieExpanderBus => ControllerKind::Pxb {
                bus_nr: number("busNr"),
                numa_node: target.and_then(numa_node),
            },
            Model::PcieSwitchUpstreamPort => ControllerKind::SwitchUpstream,
            Model::PcieRootPort | Model::PcieSwitchDownstreamPort => {
                let port = Port {
                    chassis: number("chassis"),
                    port: number("port"),
                    io_reserve: None,
                    pref64_reserve: None,
                };
                match model {
                    Model::PcieRootPort => ControllerKind::RootPort(port),
                    _ => ControllerKind::SwitchDownstream(port),
                }
            }
            Model::DmiToPciBridge => ControllerKind::Bridge(Bridge::DmiToPci),
            Model::PcieToPciBridge => ControllerKind::Bridge(Bridge::PcieToPci),
            Model::PciExpanderBus => ControllerKind::Bridge(Bridge::PciExpander),
            Model::PciBridge | Model::PciRoot | Model::PcieRoot => {
                ControllerKind::Bridge(Bridge::Pci)
            }
        }
    }
}

/// The controllers that are in the model, parents first. Beside PXBs, a port that libvirt adds for an index that is missing,
/// and that nothing sits on, is not: that it is missing is judged by itself. Without PXBs it does no harm.
fn in_order<'p, 't>(
    placement: &'p Placement,
    element: impl Fn(Owner) -> Option<Element<'t>>,
) -> Vec<&'p PlacedController> {
    let controllers = placement.controllers.iter().map(|placed| placed.address);
    let addresses = controllers.chain(placement.devices.iter().map(|placed| placed.address));
    let used: HashSet<u32> = addresses.flatten().map(|address| address.value.bus).collect();
    let has_pxbs =
        placement.controllers.iter().any(|c| c.controller.model == Model::PcieExpanderBus);
    let is_there = |placed: &&PlacedController| {
        let index = placed.controller.index.value;
        !placed.controller.model.is_root()
            && (placed.controller.reason != Some(Reason::Gap) || !has_pxbs || used.contains(&index))
    };
    let there: Vec<&PlacedController> = placement.controllers.iter().filter(is_there).collect();
    let by_index: HashMap<u32, usize> =
        (0..).zip(&there).map(|(at, placed)| (placed.controller.index.value, at)).collect();
    let address = |at: usize| there[at].address.or_else(|| stated(element(there[at].owner)?));
    let parent = |at: usize| by_index.get(&address(at)?.value.bus).copied();
    let mut ordered = Vec::with_capacity(there.len());
    let mut seen = vec![false; there.len()];
    let mut above = Vec::new();
    for start in 0..there.len() {
        // Up to what is there already; a circle ends where it began.
        let mut next = Some(start);
        while let Some(at) = next.filter(|&at| !std::mem::replace(&mut seen[at], true)) {
            above.push(at);
            next = parent(at);
        }
        ordered.extend(above.drain(..).rev().map(|at| there[at]));
    }
    ordered
}

fn given(placed: &PlacedController, address: Option<Given<Address>>) -> ControllerNumbers {
    let controller = &placed.controller;
    let small = |given: Given<u32>| i64::from(given.value);
    let is_pxb = controller.model == Model::PcieExpanderBus;
    let is_port = matches!(controller.model, Model::PcieRootPort | Model::PcieSwitchDownstreamPort);
    ControllerNumbers {
        index: Index::new(small(controller.index)),
        position: address.and_then(position),
        bus_nr: controller.bus_nr.filter(|_| is_pxb).and_then(|n| BusNr::new(small(n))),
        chassis: controller.chassis.filter(|_| is_port).and_then(|n| Chassis::new(small(n))),
        port: controller.port.filter(|_| is_port).and_then(|n| PortNr::new(small(n))),
    }
}

/// The address of what libvirt did not come to place; none where it says nothing but that it is on PCI.
pub(super) fn stated(element: Element<'_>) -> Option<Given<Address>> {
    let address = element.child("address").filter(|a| a.value("type") == Some("pci"))?;
    let number = |name| address.value(name).map_or(Some(0), integer);
    let value = Address {
        domain: 0,
        bus: u32::try_from(number("bus")?).ok()?,
        slot: u8::try_from(number("slot")?).ok()?,
        function: u8::try_from(number("function")?).ok()?,
    };
    let says_nothing = (value.bus, value.slot) == (0, 0);
    (!says_nothing).then_some(Given { value, written: true })
}

/// Slot and function of an address.
pub(super) fn position(address: Given<Address>) -> Option<SlotFunction> {
    let Address { slot, function, .. } = address.value;
    Some(SlotFunction { slot: Slot::new(slot.into())?, function: Function::new(function.into())? })
}

/// `<node>` of a PXB's `<target>`.
fn numa_node(target: Element<'_>) -> Option<Written<i64>> {
    let node = target.child("node")?.content()?;
    node.value.parse().ok().map(|number| Written::new(number, node.origin))
}

/// Where what libvirt adds by itself is said to be.
pub(super) fn around(domain: Element<'_>) -> Origin {
    let first = devices(domain).next().and_then(Element::parent);
    first.unwrap_or(domain).origin()
}

/// The element behind `owner`; none for what libvirt adds.
pub(super) fn element_of(domain: Element<'_>, owner: Owner) -> Option<Element<'_>> {
    match owner {
        Owner::Listed(position) => domain.tree().element(position),
        Owner::Implicit(_) | Owner::Added(_) => None,
    }
}

/// Where its model is written, which says what it is.
fn model_of(controller: Element<'_>) -> Origin {
    controller.attribute("model").map_or(controller.origin(), Attribute::origin)
}

fn noun(model: Model) -> &'static str {
    match model {
        Model::PcieExpanderBus => PXB,
        Model::PcieRootPort => "a root port",
        Model::PcieSwitchUpstreamPort => "a switch",
        Model::PcieSwitchDownstreamPort => "a downstream port",
        Model::PcieToPciBridge => "a pcie-to-pci-bridge",
        Model::DmiToPciBridge => "a dmi-to-pci-bridge",
        Model::PciBridge => "a pci-bridge",
        Model::PciExpanderBus => "a pci-expander-bus",
        Model::PciRoot | Model::PcieRoot => "the root",
    }
}
