//! The buses of a domain, and who sits where.

use std::collections::HashMap;

use super::Owner;
use super::address::Address;
use super::model::{Misfit, Model, Sockets, Wants, fits};
use super::refusal::Refused;

/// Why nothing can be placed, and libvirt's words for it.
pub(super) type Refusing = (Refused, String);

/// Who makes libvirt add a bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Its index is missing below the highest one.
    Gap,
    /// Something was written to sit on a bus above the highest index.
    Named(Owner),
    /// Something without an address found no place.
    Room(Owner),
    /// libvirt leaves a new domain one port to plug something in.
    Spare,
}

/// One bus: that of the controller with its position as index.
#[derive(Clone, Debug)]
pub(super) struct Bus {
    pub(super) model: Model,
    accepts: Sockets,
    /// For each slot, one bit for each function that is taken.
    taken: [u8; 32],
    /// One bit for each slot that was first taken by a root port.
    shared: u32,
    /// Why it was added; none while it is one that is listed.
    pub(super) reason: Option<Reason>,
}

impl Bus {
    fn new(model: Model, reason: Option<Reason>) -> Self {
        Self { model, accepts: model.accepts(), taken: [0; 32], shared: 0, reason }
    }

    fn slots(&self) -> impl Iterator<Item = u8> {
        let (first, last) = self.model.slots();
        first..=last
    }

    fn is_full(&self) -> bool {
        self.slots().all(|slot| self.taken[usize::from(slot)] != 0)
    }

    /// The lowest function that `wants` can have in `slot`; `function` if it must be that one.
    fn free_function(&self, slot: u8, wants: Wants, function: Option<u8>) -> Option<u8> {
        let taken = self.taken[usize::from(slot)];
        if taken == 0 {
            return Some(function.unwrap_or(0));
        }
        let shares = wants.shares_slots() && self.shared & 1 << slot != 0;
        let lowest = u8::try_from(taken.trailing_ones()).unwrap_or(8);
        (shares && lowest < 8).then_some(lowest)
    }
}

/// All buses. While they can still grow, buses are added for what finds no place.
pub(super) struct Buses {
    list: Vec<Bus>,
    can_grow: bool,
    /// Everything that can be plugged into any of them.
    accepts: Sockets,
    holders: HashMap<Address, Owner>,
    /// For each kind of thing, a bus and slot before which there is no place for it: places are only taken.
    searched: [(usize, u8); 12],
}

impl Buses {
    /// One bus for each index up to the highest; `missing` where no controller has it.
    pub(super) fn new(models: &[Option<Model>], missing: Model, can_grow: bool) -> Self {
        let bus = |model: &Option<Model>| match model {
            Some(model) => Bus::new(*model, None),
            None => Bus::new(missing, Some(Reason::Gap)),
        };
        let buses: Vec<Bus> = models.iter().map(bus).collect();
        let accepts = buses.iter().fold(Sockets::NONE, |all, bus| all.or(bus.accepts));
        Self { list: buses, can_grow, accepts, holders: HashMap::new(), searched: [(0, 0); 12] }
    }

    pub(super) const fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) const fn can_grow(&self) -> bool {
        self.can_grow
    }

    pub(super) fn get(&self, index: usize) -> Option<&Bus> {
        self.list.get(index)
    }

    pub(super) fn are_full(&self) -> bool {
        self.list.iter().all(Bus::is_full)
    }

    pub(super) fn is_slot_used(&self, address: Address) -> bool {
        let bus = self.list.get(address.bus as usize);
        bus.is_some_and(|bus| bus.taken[usize::from(address.slot)] != 0)
    }

    /// Takes a place that was asked for. The bus may turn out to be one higher than asked: libvirt puts a
    /// pcie-to-pci-bridge where the device was to sit.
    pub(super) fn reserve(
        &mut self,
        address: &mut Address,
        wants: Wants,
        owner: Option<Owner>,
    ) -> Result<(), Refusing> {
        self.take(address, wants, true, owner)
    }

    /// Finds a place and takes it.
    pub(super) fn reserve_next(
        &mut self,
        wants: Wants,
        function: Option<u8>,
        reason: Reason,
        owner: Option<Owner>,
    ) -> Result<Address, Refusing> {
        let mut address = match self.find(wants, function) {
            Some(address) => address,
            None if self.can_grow => {
                let bus = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
                let bus = self.grow(bus, wants, reason)?;
                let slot = self.list.get(bus as usize).map_or(0, |bus| bus.model.slots().0);
                Address { domain: 0, bus, slot, function: function.unwrap_or(0) }
            }
            None => {
                let words = "internal error: No more available PCI slots".to_owned();
                return Err((Refused::NoRoom, words));
            }
        };
        self.take(&mut address, wants, false, owner)?;
        Ok(address)
    }

    fn find(&mut self, wants: Wants, function: Option<u8>) -> Option<Address> {
        let kind =
            if wants.integrated { 10 + wants.plug.position() } else { wants.plug.position() };
        let (mut at, mut from) = self.searched[kind];
        let mut found = None;
        while let Some(bus) = self.list.get(at) {
            let index = u32::try_from(at).unwrap_or(u32::MAX);
            let takes_unplaced = bus.model.takes_unplaced();
            if fits(index, bus.accepts, takes_unplaced, wants, false).is_ok() {
                let free = |slot| Some((slot, bus.free_function(slot, wants, function)?));
                found = bus.slots().filter(|&slot| slot >= from).find_map(free);
            }
            if let Some((slot, function)) = found {
                self.searched[kind] = (at, slot);
                return Some(Address { domain: 0, bus: index, slot, function });
            }
            (at, from) = (at + 1, 0);
        }
        self.searched[kind] = (at, 0);
        None
    }

    /// Adds buses up to `bus`, such as give place to what `wants`. Gives the bus where that is.
    fn grow(&mut self, mut bus: u32, wants: Wants, reason: Reason) -> Result<u32, Refusing> {
        let count = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        if bus < count {
            return Ok(bus);
        }
        if wants.plug == Sockets::PCI {
            // Where everything is PCIe so far, a bridge is needed, and a port for it.
            if !self.accepts.any_of(Sockets::PCI_BRIDGE) {
                if bus == count {
                    bus = bus.saturating_add(1);
                }
                self.push(Model::PcieRootPort, reason);
                self.push(Model::PcieToPciBridge, reason);
                // Only the bridge may go there.
                let port = self.list.len() - 2;
                self.list[port].accepts = Sockets::PCIE_BRIDGE;
            }
            self.fill(bus, Model::PciBridge, reason);
        } else if wants.plug.any_of(Sockets::PCIE.or(Sockets::UPSTREAM).or(Sockets::PCIE_BRIDGE)) {
            self.fill(bus, Model::PcieRootPort, reason);
        } else {
            let model = wants.model.map_or("", Model::name);
            let words = format!(
                "internal error: a PCIe slot is needed to connect a PCI controller model='{model}', but none is \
                 available, and it cannot be automatically added"
            );
            return Err((Refused::NoRoom, words));
        }
        Ok(bus)
    }

    fn fill(&mut self, highest: u32, model: Model, reason: Reason) {
        while self.list.len() <= highest as usize {
            self.push(model, reason);
        }
    }

    fn push(&mut self, model: Model, reason: Reason) {
        let bus = Bus::new(model, Some(reason));
        self.accepts = self.accepts.or(bus.accepts);
        self.list.push(bus);
    }

    fn take(
        &mut self,
        address: &mut Address,
        wants: Wants,
        stated: bool,
        owner: Option<Owner>,
    ) -> Result<(), Refusing> {
        let asked = *address;
        if let Some(owner) = owner.filter(|_| stated && self.can_grow) {
            address.bus = self.grow(address.bus, wants, Reason::Named(owner))?;
        }
        let prefix = if stated { "XML error: " } else { "internal error: " };
        let said = |(refused, words): Refusing| (refused, format!("{prefix}{words}"));
        // The message has the address as it was before buses were added for it.
        self.check(*address, asked, wants, stated).map_err(said)?;
        if let Some(bus) = self.list.get_mut(address.bus as usize) {
            let taken = &mut bus.taken[usize::from(address.slot)];
            let function = 1 << address.function;
            if *taken & function != 0 {
                let holder = self.holders.get(address).copied();
                let words = format!("Attempted double use of PCI Address {asked}");
                return Err(said((Refused::DoubleUse(holder), words)));
            }
            if *taken == 0 && wants.shares_slots() {
                bus.shared |= 1 << address.slot;
            }
            *taken |= function;
        }
        if let Some(owner) = owner {
            self.holders.insert(*address, owner);
        }
        Ok(())
    }

    fn check(
        &self,
        address: Address,
        asked: Address,
        wants: Wants,
        stated: bool,
    ) -> Result<(), Refusing> {
        let invalid =
            |refused, what: String| Err((refused, format!("Invalid PCI address {asked}. {what}")));
        if address.domain != 0 {
            return invalid(Refused::OutOfRange, "Only PCI domain 0 is available".to_owned());
        }
        let Some(bus) = self.list.get(address.bus as usize) else {
            let last = self.list.len().saturating_sub(1);
            return invalid(Refused::NoBus, format!("Only PCI buses up to {last} are available"));
        };
        let takes_unplaced = bus.model.takes_unplaced();
        fits(address.bus, bus.accepts, takes_unplaced, wants, stated)
            .map_err(|misfit: Misfit| misfit.words(asked, address.bus))?;
        let (first, last) = bus.model.slots();
        if address.slot < first {
            return invalid(Refused::WrongSlot, format!("slot must be >= {first}"));
        }
        if address.slot > last {
            return invalid(Refused::WrongSlot, format!("slot must be <= {last}"));
        }
        Ok(())
    }
}
