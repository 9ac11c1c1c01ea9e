//! Which slots are taken, and which of them have several functions.

use std::collections::BTreeSet;

use crate::check::Checked;
use crate::topology::{Function, Parent, Slot, SlotFunction};

/// The slots of a vm's buses that something sits in, by the index of the bus's controller.
pub(super) struct Slots {
    taken: BTreeSet<(u8, Slot)>,
    multifunction: BTreeSet<(u8, Slot)>,
}

impl Slots {
    /// Collects the slots of everything in `checked`.
    pub(super) fn of(checked: &Checked<'_>) -> Self {
        let controllers =
            checked.controllers.iter().map(|placed| (placed.controller.parent, placed.position));
        let hostdevs =
            checked.hostdevs.iter().map(|placed| (placed.hostdev.parent, placed.position));
        let devices = checked.devices.iter().map(|placed| (placed.device.parent, placed.position));
        let iommu = checked.iommu.iter().filter_map(|iommu| Some((Parent::Root, iommu.position?)));
        let mut slots = Self { taken: BTreeSet::new(), multifunction: BTreeSet::new() };
        for (parent, position) in controllers.chain(hostdevs).chain(devices).chain(iommu) {
            let slot = (checked.bus_index(parent), position.slot);
            slots.taken.insert(slot);
            if position.function != Function::ZERO {
                slots.multifunction.insert(slot);
            }
        }
        slots
    }

    /// Whether what sits at `position` has to say that its slot has other functions: libvirt adds
    /// that to function 0 (`virDomainPCIAddressBus`).
    pub(super) fn announces_functions(&self, bus_index: u8, position: SlotFunction) -> bool {
        position.function == Function::ZERO
            && self.multifunction.contains(&(bus_index, position.slot))
    }

    /// The lowest slot of a bus that nothing sits in; the last one when it is full.
    pub(super) fn lowest_free(&self, bus_index: u8) -> Slot {
        // The host bridge itself is slot 0 of the root bus.
        let first = usize::from(bus_index == 0);
        Slot::all()
            .skip(first)
            .find(|&slot| !self.taken.contains(&(bus_index, slot)))
            .unwrap_or(Slot::MAX)
    }
}
