//! PCI addresses of the guest and of the host.

use super::super::xml::Element;
use super::Lowering;
use crate::topology::{HostAddress, Parent, SlotFunction};

impl Lowering<'_, '_> {
    /// `<address type='pci' …/>`; the bus is the index of the controller plugged into. libvirt adds
    /// `multifunction` by itself to function 0 of a slot that has others.
    pub(super) fn address(&self, parent: Parent, position: SlotFunction) -> Element {
        let bus_index = self.checked.bus_index(parent);
        let announces = self.slots.announces_functions(bus_index, position);
        pci_address(bus_index, position).with_switch("multifunction", announces.then_some(true))
    }
}

/// An address in the guest.
pub(super) fn pci_address(bus_index: u8, position: SlotFunction) -> Element {
    Element::new("address")
        .with("type", "pci")
        .with("domain", "0x0000")
        .with("bus", format_args!("{bus_index:#04x}"))
        .with("slot", format_args!("{:#04x}", position.slot.get()))
        .with("function", format_args!("{:#x}", position.function.get()))
}

/// An address on the host.
pub(super) fn host_address(host: HostAddress) -> Element {
    Element::new("address")
        .with("domain", format_args!("{:#06x}", host.domain))
        .with("bus", format_args!("{:#04x}", host.bus))
        .with("slot", format_args!("{:#04x}", host.slot.get()))
        .with("function", format_args!("{:#x}", host.function.get()))
}
