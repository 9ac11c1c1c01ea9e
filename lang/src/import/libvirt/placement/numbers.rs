//! The numbers that libvirt gives to controllers once everything has its place.

use std::collections::{HashMap, HashSet};

use super::controllers::Type;
use super::inventory::Inventory;
use super::model::Model;
use super::refusal::Refused;
use super::{Address, Given, Owner, What};

/// Gives out chassis, port and bus numbers, and says which devices are one function of several.
///
/// libvirt checks bridges and bus numbers only here.
pub(super) fn complete(inventory: &mut Inventory) {
    let mut lowest = inventory
        .pci()
        .filter_map(|(_, pci)| pci.bus_nr)
        .map(|bus_nr| bus_nr.value)
        .min()
        .unwrap_or(256);
    let mut refusing = Vec::new();
    for at in inventory.pci.clone() {
        let item = &mut inventory.items[at];
        let Some(Address { bus, slot, function, .. }) = item.address else { continue };
        let What::Pci(pci) = &mut item.what else { continue };
        let index = pci.index.value;
        let given = |value: u32| Given { value, written: false };
        match pci.model {
            Model::PciBridge => {
                pci.chassis.get_or_insert(given(index));
                if index <= bus {
                    refusing.push((item.owner, Refused::BridgeOrder, below_itself(index, bus)));
                    break;
                }
            }
            Model::PcieRootPort => {
                pci.chassis.get_or_insert(given(index));
                pci.port.get_or_insert(given(u32::from(slot) << 3 | u32::from(function)));
            }
            Model::PcieSwitchDownstreamPort => {
                pci.chassis.get_or_insert(given(index));
                pci.port.get_or_insert(given(u32::from(slot)));
            }
            Model::PciExpanderBus | Model::PcieExpanderBus if pci.bus_nr.is_none() => {
                if lowest <= 2 {
                    refusing.push((item.owner, Refused::NoBusNr, no_bus_nr(bus)));
                    break;
                }
                lowest -= 2;
                pci.bus_nr = Some(given(lowest));
            }
            _ => {}
        }
    }
    for (owner, refused, words) in refusing {
        inventory.refuse(owner, (refused, words));
    }
    mark_functions(inventory);
    refuse_usb(inventory);
    refuse_high(inventory);
}

/// USB controllers share an index only as companions of one.
fn refuse_usb(inventory: &mut Inventory) {
    let mut first = HashMap::new();
    for at in inventory.controllers.clone() {
        let item = &inventory.items[at];
        let What::Controller(kind, Type::Usb, index) = &item.what else { continue };
        let is_companion = matches!(kind.usb2_function(), Some(0..=2));
        let (owner, index) = (item.owner, *index);
        if is_companion {
            continue;
        }
        if let Some(first) = first.insert(index, owner) {
            let words = format!("XML error: Duplicate USB controllers with index {index}");
            inventory.refuse(owner, (Refused::DuplicateIndex(first), words));
        }
    }
}

fn below_itself(index: u32, bus: u32) -> String {
    format!(
        "unsupported configuration: PCI controller at index {index} (0x{index:02x}) has bus='0x{bus:02x}', but \
         index must be larger than bus"
    )
}

fn no_bus_nr(bus: u32) -> String {
    format!(
        "unsupported configuration: No free busNr lower than current lowest busNr is available to auto-assign to \
         bus {bus}. Must be manually assigned"
    )
}

/// Function 0 of a slot of which another function is used must say that there are several.
fn mark_functions(inventory: &mut Inventory) {
    let several: HashSet<Address> = inventory
        .items
        .iter()
        .filter_map(|item| item.address)
        .filter(|address| address.function != 0)
        .map(|address| address.with_function(0))
        .collect();
    for item in &mut inventory.items {
        if item.address.is_some_and(|address| several.contains(&address)) {
            item.multifunction.get_or_insert(true);
        }
    }
}

/// libvirt counts on above the highest index that it takes, and refuses what it added itself.
fn refuse_high(inventory: &mut Inventory) {
    let high = inventory.pci().map(|(at, pci)| (inventory.items[at].owner, pci.index.value));
    let high: Option<(Owner, u32)> = high.into_iter().find(|(_, index)| *index > 255);
    if let Some((owner, index)) = high {
        let words = format!(
            "unsupported configuration: PCI controller index {index} too high, maximum is 255"
        );
        inventory.refuse(owner, (Refused::HighIndex, words));
    }
}
