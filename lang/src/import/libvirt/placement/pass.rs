//! libvirt's two passes through a domain.

use super::bus::{Buses, Reason, Refusing};
use super::chipset;
use super::controllers::{Type, root};
use super::inventory::{Inventory, Sort};
use super::model::{Model, Wants};
use super::refusal::Refusal;
use super::{Item, Owner, PciController, What};
use crate::topology::Board;

/// libvirt refuses the domain; the inventory says why.
pub(super) struct Refuses;

/// Finds out which controllers are added, adds them, and gives everything its address.
pub(super) fn run(inventory: &mut Inventory, board: Board) -> Result<(), Refuses> {
    let highest = inventory.pci().map(|(_, pci)| pci.index.value).max().unwrap_or(0);
    let mut buses = Buses::new(&models(inventory, highest + 1), missing(board), true);
    try_out(inventory, &mut buses, highest, board)?;
    let count = u32::try_from(buses.len()).unwrap_or(u32::MAX);
    let mut buses = Buses::new(&models(inventory, count), missing(board), false);
    collect(inventory, &mut buses, board)?;
    chipset::reserve(inventory, &mut buses, board)?;
    assign(inventory, &mut buses, true)
}

/// Gives out every address to see which controllers are needed; keeps none of them.
fn try_out(
    inventory: &mut Inventory,
    buses: &mut Buses,
    highest: u32,
    board: Board,
) -> Result<(), Refuses> {
    collect(inventory, buses, board)?;
    chipset::reserve(inventory, buses, board)?;
    if board == Board::Pc && !buses.are_full() {
        // Room for one more bridge.
        spare(inventory, buses, Wants::PCI)?;
    }
    assign(inventory, buses, false)?;
    if board != Board::Pc && highest == 0 && buses.len() > 1 {
        spare(inventory, buses, Wants::PCIE)?;
    }
    add_controllers(inventory, buses)
}

/// The model of the controller that takes an index that is missing.
const fn missing(board: Board) -> Model {
    match root(board) {
        Model::PcieRoot => Model::PcieRootPort,
        _ => Model::PciBridge,
    }
}

/// The models of the controllers by index.
fn models(inventory: &Inventory, count: u32) -> Vec<Option<Model>> {
    let mut models = vec![None; count as usize];
    for (_, pci) in inventory.pci() {
        if let Some(model) = models.get_mut(pci.index.value as usize) {
            *model = Some(pci.model);
        }
    }
    models
}

impl Inventory {
    /// PCI controllers in the order of libvirt's list, with their positions among the items.
    pub(super) fn pci(&self) -> impl Iterator<Item = (usize, &PciController)> {
        self.pci.iter().filter_map(|&at| match &self.items[at].what {
            What::Pci(pci) => Some((at, pci)),
            _ => None,
        })
    }

    /// Notes what libvirt refuses.
    pub(super) fn refuse(&mut self, owner: Owner, (refused, words): Refusing) -> Refuses {
        self.refusals.push(Refusal { owner, refused, words });
        Refuses
    }
}

/// Takes the places that are written, and those that the first pass settled. Goes on behind a refusal: the
/// next one is another mistake.
fn collect(inventory: &mut Inventory, buses: &mut Buses, board: Board) -> Result<(), Refuses> {
    let mut order: Vec<(Sort, usize)> = inventory.devices.clone();
    let (before, behind) = inventory.controllers.split_at(inventory.before_pci);
    let controllers = before.iter().chain(&inventory.pci).chain(behind);
    order.extend(controllers.map(|&at| (Sort::Controller, at)));
    order.sort_by_key(|(sort, _)| *sort);
    let before = inventory.refusals.len();
    for (_, at) in order {
        let item = &mut inventory.items[at];
        let Some(mut address) = item.address else { continue };
        let (owner, wants) = (item.owner, item.wants);
        let placed = match chipset::is_part_of_piix3(item, board) {
            Ok(true) => Ok(()),
            Ok(false) => buses.reserve(&mut address, wants, Some(owner)),
            Err(refusing) => Err(refusing),
        };
        match placed {
            Ok(()) => item.address = Some(address),
            Err(refusing) => {
                inventory.refuse(owner, refusing);
            }
        }
    }
    if inventory.refusals.len() == before { Ok(()) } else { Err(Refuses) }
}

/// Gives an address to everything without one; `keep`: it is the last time.
fn assign(inventory: &mut Inventory, buses: &mut Buses, keep: bool) -> Result<(), Refuses> {
    let ports: Vec<usize> =
        inventory.pci().filter(|(_, pci)| !pci.model.is_root()).map(|(at, _)| at).collect();
    for at in ports {
        assign_one(inventory, buses, at, keep)?;
    }
    let mut order: Vec<(usize, usize)> = inventory
        .devices
        .iter()
        .filter_map(|&(sort, at)| Some((Sort::PLACED.iter().position(|s| *s == sort)?, at)))
        .collect();
    let others = Sort::PLACED.iter().position(|sort| *sort == Sort::Controller).unwrap_or(0);
    order.extend(inventory.controllers.iter().map(|&at| (others, at)));
    order.sort_by_key(|(rank, _)| *rank);
    let mut usb2 = chipset::Usb2::of(inventory);
    for (_, at) in order {
        let item = &inventory.items[at];
        if item.address.is_some() || item.is_left_alone() {
            continue;
        }
        if !usb2.place(inventory, buses, at, keep)? {
            assign_one(inventory, buses, at, keep)?;
        }
    }
    Ok(())
}

impl Item {
    /// Whether libvirt gives it no address here: it has one by now, or never gets one.
    fn is_left_alone(&self) -> bool {
        match &self.what {
            What::Pci(_) => true,
            What::Controller(_, kind, index) => *kind == Type::Ide && *index == 0,
            What::Device(_) => false,
        }
    }
}

fn assign_one(
    inventory: &mut Inventory,
    buses: &mut Buses,
    at: usize,
    keep: bool,
) -> Result<(), Refuses> {
    let item = &mut inventory.items[at];
    if item.address.is_some() {
        return Ok(());
    }
    let (owner, wants) = (item.owner, item.wants);
    match buses.reserve_next(wants, None, Reason::Room(owner), Some(owner)) {
        Ok(address) => {
            if keep {
                item.address = Some(address);
            }
            Ok(())
        }
        Err(refusing) => Err(inventory.refuse(owner, refusing)),
    }
}

/// Keeps a place free for something that is not there yet.
fn spare(inventory: &mut Inventory, buses: &mut Buses, wants: Wants) -> Result<(), Refuses> {
    match buses.reserve_next(wants, None, Reason::Spare, None) {
        Ok(_) => Ok(()),
        Err(refusing) => {
            let owner = Owner::Added(u32::try_from(buses.len()).unwrap_or(u32::MAX));
            Err(inventory.refuse(owner, refusing))
        }
    }
}

/// Adds the controllers of the buses that none has. Each needs a place itself, which may need another one.
fn add_controllers(inventory: &mut Inventory, buses: &mut Buses) -> Result<(), Refuses> {
    let mut is_there = vec![false; buses.len()];
    for (_, pci) in inventory.pci() {
        if let Some(there) = is_there.get_mut(pci.index.value as usize) {
            *there = true;
        }
    }
    let mut index = 1;
    while let Some(bus) = buses.get(index) {
        let (model, reason) = (bus.model, bus.reason);
        let number = u32::try_from(index).unwrap_or(u32::MAX);
        if !is_there.get(index).copied().unwrap_or(false) {
            let mut pci = PciController { reason, ..PciController::new(model) };
            pci.index.value = number;
            let owner = Owner::Added(number);
            let at = inventory.items.len();
            inventory.items.push(Item::unplaced(owner, Wants::of(model), What::Pci(pci)));
            let higher = inventory.pci().position(|(_, pci)| pci.index.value > number);
            inventory.pci.insert(higher.unwrap_or(inventory.pci.len()), at);
            assign_one(inventory, buses, at, false)?;
        }
        index += 1;
    }
    Ok(())
}
