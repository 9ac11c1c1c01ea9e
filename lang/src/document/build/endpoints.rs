//! Host devices and emulated devices.

use super::super::element::Element;
use super::hierarchy::{add_port, placement};
use super::{Builder, Built};
use crate::topology::{Board, Device, Hostdev, HostdevId, Parent};

impl<'a> Builder<'a> {
    pub(super) fn hostdev(&mut self, element: &'a Element) -> Built {
        let name = self.name(element);
        let parent = self.plugged_into(element);
        let Some(vm) = self.current() else { return Built::Other };
        let Ok(number) = u32::try_from(vm.hostdevs.len()) else { return Built::Other };
        vm.hostdevs.push(Hostdev {
            name,
            alias: element.get("alias"),
            host: element.get("host"),
            parent,
            placement: placement(element),
            iommufd: element.get("iommufd"),
            fd: element.get("fd"),
            managed: element.get("managed"),
            rombar: element.get("rombar"),
            vpasid_cap_offset: element.get("vpasid-cap-offset"),
            generic_initiator: None,
            cells: Vec::new(),
            origin: element.origin,
        });
        Built::Hostdev(HostdevId(number))
    }

    pub(super) fn generic_initiator(&mut self, element: &Element) -> Built {
        let Built::Hostdev(HostdevId(hostdev)) = self.parent(element) else { return Built::Other };
        let nodes = element.get("nodes");
        if let Some(hostdev) = self.current().and_then(|vm| vm.hostdevs.get_mut(hostdev as usize)) {
            hostdev.generic_initiator = nodes;
        }
        Built::Other
    }

    pub(super) fn device(&mut self, element: &'a Element) -> Built {
        let name = self.name(element);
        let parent = match self.parent(element) {
            Built::Vm => Parent::Root,
            _ => self.plugged_into(element),
        };
        let Some(vm) = self.current() else { return Built::Other };
        vm.devices.push(Device {
            name,
            alias: element.get("alias"),
            driver: element.get("driver"),
            parent,
            placement: placement(element),
            properties: element.other_properties(),
            origin: element.origin,
        });
        Built::Other
    }

    /// The bus of a device: in a group, and in a vm where no slot is written, that of an implied
    /// root port. i440FX has no such ports.
    fn plugged_into(&mut self, element: &Element) -> Parent {
        self.occupy(element);
        let bus = self.bus(element);
        let implies_port = match self.parent(element) {
            Built::Vsmmu(..) => true,
            Built::Vm => !element.has("slot"),
            _ => false,
        };
        match self.current() {
            Some(vm) if implies_port && vm.board() != Some(Board::Pc) => {
                Parent::Controller(add_port(vm, bus, element.origin))
            }
            _ => bus,
        }
    }
}
