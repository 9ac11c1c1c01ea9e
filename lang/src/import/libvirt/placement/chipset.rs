//! Places that belong to the machine itself: those of the PIIX3 of `pc` and of the ICH9 of `q35`.

use std::collections::HashMap;

use super::address::Address;
use super::bus::{Buses, Reason, Refusing};
use super::controllers::Type;
use super::inventory::Inventory;
use super::model::{Model, Wants};
use super::pass::Refuses;
use super::refusal::Refused;
use super::{Implicit, Item, Owner, What};
use crate::topology::Board;

const IDE: Address = Address::on_root(1, 1);
const PIIX3_USB: Address = Address::on_root(1, 2);
const SATA: Address = Address::on_root(0x1f, 2);

/// Takes the machine's own places, and gives them to what belongs there.
pub(super) fn reserve(
    inventory: &mut Inventory,
    buses: &mut Buses,
    board: Board,
) -> Result<(), Refuses> {
    match board {
        Board::Virt => Ok(()),
        Board::Pc => piix3(inventory, buses),
        Board::Q35 => ich9(inventory, buses),
    }
}

/// What libvirt says of a part of the PIIX3 on a machine that has none.
const NO_PIIX3: &str =
    "internal error: Bus 0 must be PCI for integrated PIIX3 USB or IDE controllers";

/// Where a controller of the PIIX3 must be.
fn place_on_piix3(item: &Item) -> Option<Address> {
    match &item.what {
        What::Controller(_, Type::Ide, 0) => Some(IDE),
        What::Controller(kind, Type::Usb, 0) if kind.driver == "piix3-usb-uhci" => Some(PIIX3_USB),
        _ => None,
    }
}

/// Whether it sits where the PIIX3 has it: it is then counted with the machine's own. An error on a machine
/// without one.
pub(super) fn is_part_of_piix3(item: &Item, board: Board) -> Result<bool, Refusing> {
    let is_part = item.address.is_some() && item.address == place_on_piix3(item);
    match board {
        Board::Virt | Board::Q35 if is_part => Err((Refused::WrongBus, NO_PIIX3.to_owned())),
        _ => Ok(is_part),
    }
}

fn piix3(inventory: &mut Inventory, buses: &mut Buses) -> Result<(), Refuses> {
    for at in inventory.controllers.clone() {
        let Some(place) = place_on_piix3(&inventory.items[at]) else { continue };
        let words = if place == IDE {
            "Primary IDE controller must have PCI address 0:0:1.1"
        } else {
            "PIIX3 USB controller at index 0 must have PCI address 0:0:1.2"
        };
        fix(inventory, at, place, words)?;
        take(inventory, buses, at, place, Wants::PCI)?;
    }
    // The ISA bridge and the bridge for power management.
    for function in [0, 3] {
        own(inventory, buses, Address::on_root(1, function), Wants::PCI)?;
    }
    primary_video(inventory, buses, Address::on_root(2, 0), Wants::PCI)
}

fn ich9(inventory: &mut Inventory, buses: &mut Buses) -> Result<(), Refuses> {
    let (before, behind) = inventory.controllers.split_at(inventory.before_pci);
    for at in [before, &inventory.pci, behind].concat() {
        let item = &inventory.items[at];
        let says_nothing = item.address.is_none() && !item.says_pci;
        match &item.what {
            What::Controller(_, Type::Sata, 0) => {
                let words = "Primary SATA controller must have PCI address 0:0:1f.2";
                fix(inventory, at, SATA, words)?;
            }
            // Where the file says `type='pci'` alone, libvirt does not choose these places.
            What::Controller(kind, ..) if kind.driver == "ich9-usb-uhci1" && says_nothing => {
                let slots = [0x1d, 0x1a].map(|slot| Address::on_root(slot, 0));
                if let Some(free) = slots.into_iter().find(|&slot| !buses.is_slot_used(slot)) {
                    take(inventory, buses, at, free, Wants::PCIE)?;
                    inventory.items[at].multifunction = Some(true);
                }
            }
            What::Pci(pci) if pci.model == Model::DmiToPciBridge && says_nothing => {
                let place = Address::on_root(0x1e, 0);
                if !buses.is_slot_used(place) {
                    take(inventory, buses, at, place, Wants::PCIE)?;
                }
            }
            _ => {}
        }
    }
    // The ISA bridge and the SMBus.
    for function in [0, 3] {
        own(inventory, buses, Address::on_root(0x1f, function), Wants::PCIE)?;
    }
    primary_video(inventory, buses, Address::on_root(1, 0), Wants::PCIE)?;
    sound(inventory, buses)
}

/// Gives the first ICH9 sound card the place that it has on real boards.
fn sound(inventory: &mut Inventory, buses: &mut Buses) -> Result<(), Refuses> {
    let place = Address::on_root(0x1b, 0);
    if buses.is_slot_used(place) {
        return Ok(());
    }
    let first = inventory.devices.iter().map(|(_, at)| *at).find(|&at| {
        let item = &inventory.items[at];
        item.address.is_none()
            && matches!(&item.what, What::Device(kind) if kind.driver == "ich9-intel-hda")
    });
    first.map_or(Ok(()), |at| take(inventory, buses, at, place, Wants::PCIE))
}

/// Gives the first video card the slot where QEMU would put it.
fn primary_video(
    inventory: &mut Inventory,
    buses: &mut Buses,
    place: Address,
    wants: Wants,
) -> Result<(), Refuses> {
    let Some(at) = inventory.primary_video else { return Ok(()) };
    let item = &inventory.items[at];
    if item.address.is_some() {
        return Ok(());
    }
    if !buses.is_slot_used(place) {
        return take(inventory, buses, at, place, wants);
    }
    let (owner, wants) = (item.owner, item.wants);
    match buses.reserve_next(wants, None, Reason::Room(owner), Some(owner)) {
        Ok(address) => {
            if !buses.can_grow() {
                inventory.items[at].address = Some(address);
            }
            Ok(())
        }
        Err(refusing) => Err(inventory.refuse(owner, refusing)),
    }
}

/// Sees to it that a controller is in its place.
fn fix(inventory: &mut Inventory, at: usize, place: Address, words: &str) -> Result<(), Refuses> {
    let item = &mut inventory.items[at];
    match item.address {
        Some(address) if address != place => {
            let owner = item.owner;
            Err(inventory.refuse(owner, (Refused::FixedPlace, format!("internal error: {words}"))))
        }
        _ => {
            item.address = Some(place);
            Ok(())
        }
    }
}

fn take(
    inventory: &mut Inventory,
    buses: &mut Buses,
    at: usize,
    place: Address,
    wants: Wants,
) -> Result<(), Refuses> {
    let owner = inventory.items[at].owner;
    let mut address = place;
    match buses.reserve(&mut address, wants, Some(owner)) {
        Ok(()) => {
            inventory.items[at].address = Some(address);
            Ok(())
        }
        Err(refusing) => Err(inventory.refuse(owner, refusing)),
    }
}

/// Takes a place for a device of the machine that no domain lists.
fn own(
    inventory: &mut Inventory,
    buses: &mut Buses,
    mut place: Address,
    wants: Wants,
) -> Result<(), Refuses> {
    let Err(refusing) = buses.reserve(&mut place, wants, None) else { return Ok(()) };
    // Who is in the way is the one to blame.
    match refusing {
        (Refused::DoubleUse(Some(holder)), words) => {
            Err(inventory.refuse(holder, (Refused::DoubleUse(None), words)))
        }
        (refused, words) => {
            Err(inventory.refuse(Owner::Implicit(Implicit::Root), (refused, words)))
        }
    }
}

/// USB 2 controllers and their companions: all of one index share a slot.
pub(super) struct Usb2 {
    /// Where the first of each index sits.
    slots: HashMap<u32, Address>,
}

impl Usb2 {
    pub(super) fn of(inventory: &Inventory) -> Self {
        let mut slots = HashMap::new();
        for &at in &inventory.controllers {
            let item = &inventory.items[at];
            if let (What::Controller(kind, _, index), Some(address)) = (&item.what, item.address)
                && kind.usb2_function().is_some()
            {
                slots.entry(*index).or_insert(address);
            }
        }
        Self { slots }
    }

    /// Places the item, and says whether it is one of them.
    pub(super) fn place(
        &mut self,
        inventory: &mut Inventory,
        buses: &mut Buses,
        at: usize,
        keep: bool,
    ) -> Result<bool, Refuses> {
        let item = &mut inventory.items[at];
        let What::Controller(kind, _, index) = &item.what else { return Ok(false) };
        let Some(function) = kind.usb2_function() else { return Ok(false) };
        let (owner, wants, index) = (item.owner, item.wants, *index);
        let placed = match self.slots.get(&index) {
            Some(first) => {
                let mut address = first.with_function(function);
                let placed: Result<(), Refusing> = buses.reserve(&mut address, wants, Some(owner));
                // libvirt keeps this one even from its first pass.
                placed.map(|()| (address, true))
            }
            None => buses
                .reserve_next(wants, Some(function), Reason::Room(owner), Some(owner))
                .map(|address| (address, keep)),
        };
        match placed {
            Ok((address, keep)) => {
                if keep {
                    item.address = Some(address);
                    self.slots.entry(index).or_insert(address);
                    if function == 0 && item.multifunction.is_none() {
                        item.multifunction = Some(true);
                    }
                }
                Ok(true)
            }
            Err(refusing) => Err(inventory.refuse(owner, refusing)),
        }
    }
}
