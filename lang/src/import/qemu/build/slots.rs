//! What sits in which slot, as QEMU gives them out.

use std::collections::{HashMap, HashSet};

use super::Builder;
use crate::import::qemu::properties::Properties;
use crate::import::qemu::value::Given;
use crate::rules::pci::{address_range, duplicate_address, function_zero};
use crate::span::{Origin, Written};
use crate::topology::{ControllerId, Parent, Placement};

/// The slots of all buses.
#[derive(Debug, Default)]
pub(super) struct Slots {
    /// By bus and number.
    seats: HashMap<(Parent, i64), Slot>,
    /// Buses with something whose slot is not known.
    unsure: HashSet<Parent>,
}

/// What sits in one slot.
#[derive(Debug, Default)]
struct Slot {
    /// What sits at function 0.
    zero: Option<Seated>,
    /// What sits there, unless it says that there are others.
    single: Option<Single>,
    /// What sits at another function, and which.
    other: Option<Written<i64>>,
}

/// What sits at function 0 and does not say that there are others.
#[derive(Clone, Copy, Debug)]
struct Single {
    origin: Origin,
    /// Whether another is there before it.
    is_last: bool,
}

/// What sits at function 0 of a slot.
#[derive(Clone, Debug)]
struct Seated {
    driver: Written<String>,
    /// Whether QEMU chose the slot.
    is_automatic: bool,
}

impl Slot {
    fn note_single(&mut self, origin: Origin) {
        let is_last = self.other.is_some();
        self.single.get_or_insert(Single { origin, is_last });
    }
}

impl Builder {
    /// Notes where a device on `parent` sits. Without `addr=` QEMU gives it the first slot of which nothing
    /// before it has function 0; behind a port only the first is one that the guest looks at.
    pub(super) fn seat(
        &mut self,
        properties: &Properties<'_>,
        parent: Parent,
        at: Placement,
        driver: &Written<String>,
    ) {
        let multifunction = properties.boolean("multifunction", &mut self.findings);
        let is_single = matches!(&multifunction, Given::Absent)
            || matches!(&multifunction, Given::Here(on) if !on.value);
        // A virtual function is no function of the slot until the guest turns it on.
        if properties.get("sriov-pf").is_some() {
            return;
        }
        if properties.get("addr").is_none() {
            // What the machine itself has on the root bus is not worked out.
            if let Parent::Controller(bus) = parent {
                self.seat_automatically(bus, driver, is_single);
            }
            return;
        }
        let Some(slot) = at.slot else {
            self.slots.unsure.insert(parent);
            return;
        };
        let seats = self.slots.seats.entry((parent, slot.value)).or_default();
        if let Some(function) = at.function.filter(|function| function.value != 0) {
            seats.other.get_or_insert(function);
            return;
        }
        if is_single {
            seats.note_single(slot.origin);
        }
        let seated = Seated { driver: driver.clone(), is_automatic: false };
        let first = seats.zero.get_or_insert(seated).clone();
        // Two that are written are seen in the model.
        if first.is_automatic
            && let Parent::Controller(bus) = parent
        {
            let is_port = self.vm.controller(bus).port().is_some();
            let bus = self.bus_of(bus);
            let taken = duplicate_address::by_automatic(slot, &bus, is_port, &first.driver);
            self.findings.push(taken);
        }
    }

    fn seat_automatically(&mut self, bus: ControllerId, driver: &Written<String>, is_single: bool) {
        let parent = Parent::Controller(bus);
        let is_port = self.vm.controller(bus).port().is_some();
        // Behind a port whatever else is there has the one slot.
        if !is_port && (!self.has_defaults || self.slots.unsure.contains(&parent)) {
            return;
        }
        let seated = Seated { driver: driver.clone(), is_automatic: true };
        let free = (0..32).find(|slot| {
            let seats = self.slots.seats.get(&(parent, *slot));
            seats.is_none_or(|seats| seats.zero.is_none())
        });
        let Some(slot) = free.filter(|slot| *slot == 0 || !is_port) else {
            let zero = self.slots.seats.get(&(parent, 0)).and_then(|slot| slot.zero.clone());
            if let Some(first) = zero.filter(|_| is_port) {
                let bus = self.bus_of(bus);
                self.findings.push(address_range::second_behind_port(driver, &bus, &first.driver));
            }
            return;
        };
        let seats = self.slots.seats.entry((parent, slot)).or_default();
        if is_single {
            seats.note_single(driver.origin);
        }
        seats.zero = Some(seated);
    }

    /// What a bus goes by in messages, and where the device that makes it stands.
    fn bus_of(&self, bus: ControllerId) -> Written<String> {
        let controller = self.vm.controller(bus);
        let noun = controller.noun();
        let name = match &controller.alias {
            Some(id) => format!("the {noun} `{}`", id.value),
            None => format!("the {noun}"),
        };
        Written::new(name, controller.origin)
    }

    /// Slots of which function 0 does not say that there are others.
    pub(super) fn judge_slots(&mut self) {
        let slots = std::mem::take(&mut self.slots).seats.into_iter();
        let found = slots.filter_map(|((_, number), slot)| {
            let Single { origin, is_last } = slot.single?;
            Some(function_zero::single(origin, slot.other?, number, is_last))
        });
        let before = self.findings.len();
        self.findings.extend(found);
        self.findings[before..].sort_by_key(|finding| finding.primary.origin);
    }
}
