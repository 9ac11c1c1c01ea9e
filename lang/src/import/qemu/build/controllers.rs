//! PXBs, ports and switches.

use std::collections::HashMap;

use super::{Builder, Place};
use crate::import::qemu::properties::Properties;
use crate::import::qemu::value::{Given, Value, integer};
use crate::span::{Origin, Written};
use crate::topology::{Controller, ControllerKind, Parent, Port};

/// Deeper than this no tree of buses can be, as a PCI segment has 256 of them.
const DEEPEST: u32 = 255;

impl Builder {
    /// `pxb-pcie`, `pcie-root-port`, `x3130-upstream`, `xio3130-downstream`.
    pub(super) fn controller(&mut self, properties: &Properties<'_>, driver: &Written<String>) {
        let id = match self.id(properties) {
            Given::Here(id) => Some(id),
            Given::Absent => None,
            Given::Unknown | Given::Wrong => {
                self.is_whole = false;
                self.buses.add_other(None);
                return;
            }
        };
        let bus_name = id.as_ref().map(|id| id.value.clone());
        let parent = match self.place_of(properties, driver) {
            Place::On(parent) if self.depth(parent) < DEEPEST => parent,
            _ => {
                self.is_whole = false;
                self.buses.add_other(bus_name.as_deref());
                return;
            }
        };
        let origin = driver.origin;
        let kind = match driver.value.as_str() {
            "pxb-pcie" => self.pxb(properties, origin),
            "x3130-upstream" => ControllerKind::SwitchUpstream,
            "xio3130-downstream" => ControllerKind::SwitchDownstream(self.port(properties, origin)),
            _ => ControllerKind::RootPort(self.port(properties, origin)),
        };
        let placement = self.placement(properties);
        self.seat(properties, parent, placement, driver);
        let position = self.next_controller();
        self.buses.add(bus_name.as_deref(), position);
        if matches!(kind, ControllerKind::Pxb { .. }) {
            let name = bus_name.as_deref().unwrap_or("the last `pxb-pcie`");
            self.buses.add_pxb(position, name, id.as_ref().map_or(origin, |id| id.origin));
            self.note_bypass(properties, Parent::Controller(position));
        }
        self.is_kept = true;
        self.physical_slots.push(physical_slot(properties));
        self.vm.controllers.push(Controller {
            kind,
            parent,
            placement,
            index: None,
            alias: id,
            vsmmu: None,
            origin,
            implied: false,
        });
        self.depths.push(self.depth(parent) + 1);
    }

    /// How many controllers are above what is plugged into `parent`.
    fn depth(&self, parent: Parent) -> u32 {
        match parent {
            Parent::Root => 0,
            Parent::Controller(id) => self.depths.get(id.0 as usize).copied().unwrap_or(DEEPEST),
        }
    }

    /// QEMU's bus number is 0 when nothing is said.
    fn pxb(&mut self, properties: &Properties<'_>, origin: Origin) -> ControllerKind {
        let bus_nr = match properties.integer("bus_nr", &mut self.findings) {
            Given::Absent => Some(Written::new(0, origin)),
            given => self.known(given),
        };
        let numa_node = properties.integer("numa_node", &mut self.findings);
        ControllerKind::Pxb { bus_nr, numa_node: self.known(numa_node) }
    }

    /// QEMU's chassis is 0 when nothing is said.
    fn port(&mut self, properties: &Properties<'_>, origin: Origin) -> Port {
        let chassis = match properties.integer("chassis", &mut self.findings) {
            Given::Absent => Some(Written::new(0, origin)),
            given => self.known(given),
        };
        let port = properties.integer("port", &mut self.findings);
        let io_reserve = properties.size("io-reserve", &mut self.findings);
        let pref64_reserve = properties.size("pref64-reserve", &mut self.findings);
        Port {
            chassis,
            port: self.known(port),
            io_reserve: self.known(io_reserve),
            pref64_reserve: self.known(pref64_reserve),
        }
    }

    /// Leaves out the chassis of ports that share it and differ in their `slot=`, which QEMU takes and the
    /// model does not have. Where two have the same slot, too, they keep it.
    pub(super) fn part_chassis(&mut self) {
        let slots = std::mem::take(&mut self.physical_slots);
        let mut ports: HashMap<i64, HashMap<Option<i64>, Vec<usize>>> = HashMap::new();
        for (at, slot) in slots.into_iter().enumerate() {
            let port = self.vm.controllers.get(at).and_then(Controller::port);
            if let Some(chassis) = port.and_then(|port| port.chassis) {
                ports.entry(chassis.value).or_default().entry(slot).or_default().push(at);
            }
        }
        for slots in ports.into_values() {
            let clashes = |slot: Option<i64>, ports: &[usize]| slot.is_some() && ports.len() > 1;
            let is_clash = slots.iter().any(|(slot, ports)| clashes(*slot, ports));
            let first = slots.values().flatten().copied().min();
            for (slot, ports) in &slots {
                for &at in ports {
                    let keeps = clashes(*slot, ports) || (!is_clash && Some(at) == first);
                    if let ControllerKind::RootPort(port) | ControllerKind::SwitchDownstream(port) =
                        &mut self.vm.controllers[at].kind
                        && !keeps
                    {
                        port.chassis = None;
                    }
                }
            }
        }
    }

    /// What is given, if it is known; if not, the vm is not wholly read.
    pub(super) fn known<T>(&mut self, given: Given<T>) -> Option<Written<T>> {
        self.is_whole &= !matches!(given, Given::Unknown);
        given.known()
    }
}

/// `slot=` of a port, which is 0 when nothing is said; none when it is not known.
fn physical_slot(properties: &Properties<'_>) -> Option<i64> {
    match properties.iter().rfind(|property| property.key.value == "slot") {
        None => Some(0),
        Some(slot) => match &slot.value.value {
            Value::Plain(text) | Value::Number(text) => integer(text),
            _ => None,
        },
    }
}
