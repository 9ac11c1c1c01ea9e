//! Everything that takes a PCI address.

use crate::language::InEach;
use crate::rules::Context;
use crate::span::Origin;
use crate::topology::{Parent, Placement, SlotFunction};

/// Something that takes a PCI address.
pub(super) struct Occupant {
    /// What it is plugged into.
    pub(super) parent: Parent,
    /// What is written of its address.
    pub(super) placement: Placement,
    /// Where it sits, if that is legal and there was room.
    pub(super) position: Option<SlotFunction>,
    /// The node's name.
    pub(super) origin: Origin,
    /// Whether the guest has to find it at its address. A PXB it does not: firmware scans the
    /// buses of a PXB because QEMU tells it of them (`etc/extra-pci-roots`, ACPI).
    pub(super) found_by_address: bool,
    /// Whether it is a PXB, a port or a switch.
    pub(super) is_controller: bool,
    /// Whether nothing is written of it: who adds it also sees to its place.
    pub(super) is_added: bool,
}

impl Occupant {
    /// What is written of its address, or else its node.
    pub(super) fn address_origin(&self) -> Origin {
        let written = self.placement.slot.or(self.placement.function);
        written.map_or(self.origin, |written| written.origin)
    }
}

/// Controllers, host devices, emulated devices, and an IOMMU that is a PCI device.
pub(super) fn occupants<'a>(context: &Context<'a>) -> impl Iterator<Item = Occupant> + use<'a> {
    let (vm, numbers) = (context.vm, context.numbers);
    let controllers = vm.controllers().map(|(id, controller)| Occupant {
        parent: controller.parent,
        placement: controller.placement,
        position: numbers.controller(id).position,
        origin: controller.origin,
        found_by_address: !controller.is_pxb(),
        is_controller: true,
        is_added: controller.implied,
    });
    let hostdevs = vm.hostdevs().map(|(id, hostdev)| Occupant {
        parent: hostdev.parent,
        placement: hostdev.placement,
        position: numbers.hostdev(id),
        origin: hostdev.origin,
        found_by_address: true,
        is_controller: false,
        is_added: false,
    });
    let devices = vm.devices().map(|(id, device)| Occupant {
        parent: device.parent,
        placement: device.placement,
        position: numbers.device(id),
        origin: device.origin,
        found_by_address: true,
        is_controller: false,
        is_added: false,
    });
    let iommus = vm.iommus.iter().zip(&numbers.iommus);
    let iommus = iommus.filter(|(iommu, _)| iommu.model.value.is_pci_device());
    let iommus = iommus.map(|(iommu, &position)| Occupant {
        parent: Parent::Root,
        placement: iommu.placement,
        position,
        origin: iommu.origin,
        found_by_address: true,
        is_controller: false,
        is_added: false,
    });
    controllers.chain(hostdevs).chain(devices).chain(iommus)
}

/// What `parent` is, for messages.
pub(super) fn bus(context: &Context<'_>, parent: Parent) -> String {
    match parent {
        Parent::Root => {
            let board = context.vm.board();
            board.map_or("the root bus", |board| board.root_bus()).to_owned()
        }
        Parent::Controller(id) => {
            let controller = context.vm.controller(id);
            let noun = controller.noun();
            let by_index = context.numbers.controller(id).index.map(|index| format!("pci.{index}"));
            let name = context.say(InEach {
                kdl: by_index.clone(),
                libvirt: by_index,
                qemu: controller.alias.as_ref().map(|id| format!("`{}`", id.value)),
            });
            match name {
                Some(name) => format!("the {noun} {name}"),
                None => format!("the {noun}"),
            }
        }
    }
}
