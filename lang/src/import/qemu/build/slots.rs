//! Slots with several functions.

use std::collections::HashMap;

use super::Builder;
use crate::import::qemu::properties::Properties;
use crate::import::qemu::value::Given;
use crate::rules::pci::function_zero;
use crate::span::{Origin, Written};
use crate::topology::{Parent, Placement};

/// The slots of all buses, by bus and number.
pub(super) type Slots = HashMap<(Parent, i64), Slot>;

/// What sits in one slot.
#[derive(Debug, Default)]
pub(super) struct Slot {
    /// What sits at function 0, unless it says that there are others.
    single: Option<Origin>,
    /// What sits at another function.
    other: Option<Origin>,
}

impl Builder {
    /// Notes where a device on `parent` sits, if that is written. Behind a port a second one without
    /// `addr=` is given the next slot, which the port does not have.
    pub(super) fn seat(
        &mut self,
        properties: &Properties<'_>,
        parent: Parent,
        at: &mut Placement,
        driver: Origin,
    ) {
        let multifunction = properties.boolean("multifunction", &mut self.findings);
        if let Parent::Controller(id) = parent
            && self.vm.controller(id).port().is_some()
            && properties.get("addr").is_none()
        {
            let is_taken = |slot: &i64| self.slots.contains_key(&(parent, *slot));
            let slot = (0..32).find(|slot| !is_taken(slot)).unwrap_or(0);
            self.slots.entry((parent, slot)).or_default();
            if slot > 0 {
                at.slot = Some(Written::new(slot, driver));
            }
        }
        // A virtual function is no function of the slot until the guest turns it on.
        if properties.get("sriov-pf").is_some() {
            return;
        }
        let Some(slot) = at.slot else { return };
        let seats = self.slots.entry((parent, slot.value)).or_default();
        match at.function.filter(|function| function.value != 0) {
            Some(function) => {
                seats.other.get_or_insert(function.origin);
            }
            None if matches!(&multifunction, Given::Absent)
                || matches!(&multifunction, Given::Here(on) if !on.value) =>
            {
                seats.single.get_or_insert(slot.origin);
            }
            None => {}
        }
    }

    /// Slots of which function 0 does not say that there are others.
    pub(super) fn judge_slots(&mut self) {
        let slots = std::mem::take(&mut self.slots).into_values();
        let found = slots.filter_map(|slot| Some(function_zero::single(slot.single?, slot.other?)));
        let before = self.findings.len();
        self.findings.extend(found);
        self.findings[before..].sort_by_key(|finding| finding.primary.origin);
    }
}
