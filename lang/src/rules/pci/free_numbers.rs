//! Slots and chassis numbers that nothing has: for files in which a number that is left out is given
//! another meaning than that of a free one.

use crate::hash::HashMap;

use super::occupants::{bus, occupants};
use crate::finding::{Applicability, Finding};
use crate::language::InEach;
use crate::rules::{Context, Value};
use crate::span::{Origin, Written};
use crate::topology::{Chassis, Controller, Function, Parent, Placement, Slot, SlotFunction};

/// What is to become of a second device behind a port.
pub(super) const BEHIND_A_PORT: &str = "put it behind a port of its own";

/// The slots of every bus in which nothing sits.
pub(super) struct FreeSlots<'a> {
    context: Context<'a>,
    /// One bit for each slot in which something does.
    taken: HashMap<Parent, u32>,
}

impl<'a> FreeSlots<'a> {
    pub(super) fn of(context: &Context<'a>) -> Self {
        let mut taken: HashMap<Parent, u32> = HashMap::default();
        for occupant in occupants(context) {
            if let Some(SlotFunction { slot, .. }) = occupant.position {
                *taken.entry(occupant.parent).or_default() |= 1 << slot.get();
            }
        }
        let has_own = |slot: &Slot| {
            let own = |function| context.vm.own_device(SlotFunction { slot: *slot, function });
            Function::all().any(|function| own(function).is_some())
        };
        let own = Slot::all().filter(has_own).fold(0, |own, slot| own | 1 << slot.get());
        *taken.entry(Parent::Root).or_default() |= own;
        Self { context: *context, taken }
    }

    /// Those that are left when each slot that is out of range has become another.
    pub(super) fn beside_those_in_range(context: &Context<'a>) -> Self {
        let mut free = Self::of(context);
        for occupant in occupants(context) {
            let is_out = |slot: Written<i64>| is_out_of_range(slot, free.port(occupant.parent));
            if let Some(slot) = occupant.placement.slot.filter(|slot| is_out(*slot)) {
                free.take(occupant.parent, context.source.combined_address(slot.origin));
            }
        }
        free
    }

    /// Says which slot of the bus is free for what has its address at `placement`, and offers it. No two
    /// are given one slot.
    pub(super) fn offer(
        &mut self,
        finding: Finding,
        placement: Placement,
        parent: Parent,
    ) -> Finding {
        let context = self.context;
        let bus = bus(&context, parent);
        let combined = placement.slot.and_then(|slot| context.source.combined_address(slot.origin));
        let finding = finding.with_notes(combined.map(of_combined));
        let Some(slot) = self.take(parent, combined) else {
            return finding.with_help(if self.port(parent).is_some() {
                BEHIND_A_PORT.to_owned()
            } else {
                format!("no slot of {bus} is free: put it behind a port, a switch or a PXB")
            });
        };
        let to = |origin: Origin, number: u8| {
            context.source.with_value(origin, Value::Number(i64::from(number)))
        };
        let of_slot = placement.slot.map(|written| to(written.origin, slot.get()));
        let function =
            placement.function.filter(|function| function.value != 0 && combined.is_none());
        let is_free = format!("slot {slot} of {bus} is free");
        let help = InEach {
            kdl: is_free.clone(),
            libvirt: is_free,
            // In hexadecimal.
            qemu: match combined {
                Some(_) => format!(
                    r#"write `"addr":"{:x}"` for slot {slot}, which is free on {bus}"#,
                    slot.get()
                ),
                None => format!("`addr={:x}` is free on {bus}", slot.get()),
            },
        };
        // One digit is the same in both bases.
        let is_same = context.say(InEach { kdl: true, libvirt: true, qemu: slot.get() < 10 });
        let of_slot = of_slot.filter(|_| is_same);
        finding.with_help(context.say(help)).with_edits(
            format!("use slot {slot}"),
            Applicability::Unsafe,
            of_slot.into_iter().flat_map(|of_slot| {
                [Some(of_slot), function.map(|function| to(function.origin, 0))]
                    .into_iter()
                    .flatten()
            }),
        )
    }

    /// The one that was meant, if it is one of them, else the lowest.
    fn take(&mut self, parent: Parent, meant: Option<i64>) -> Option<Slot> {
        let behind_port = self.port(parent).is_some();
        let taken = self.taken.entry(parent).or_default();
        let is_free = |slot: &Slot| *taken & 1 << slot.get() == 0;
        let mut slots = Slot::all().take(if behind_port { 1 } else { usize::MAX });
        let meant = meant.and_then(Slot::new).filter(|slot| is_free(slot) && !behind_port);
        let free = meant.or_else(|| slots.find(is_free))?;
        *taken |= 1 << free.get();
        Some(free)
    }

    /// The port behind which a bus is, if that makes it.
    fn port(&self, parent: Parent) -> Option<&'a Controller> {
        let Parent::Controller(id) = parent else { return None };
        Some(self.context.vm.controller(id)).filter(|controller| controller.port().is_some())
    }
}

/// Whether a slot is none that a bus has; behind a `port` that is all but the first.
pub(super) fn is_out_of_range(slot: Written<i64>, port: Option<&Controller>) -> bool {
    let number = Slot::new(slot.value);
    number.is_none_or(|number| port.is_some() && number != Slot::ZERO)
}

/// What is to be known of a number that is a whole address.
pub(super) fn of_combined(address: i64) -> String {
    let (slot, function) = (address >> 3, address & 7);
    format!("a JSON number is slot × 8 + function: {address} is slot {slot}, function {function}")
}

/// The chassis numbers that no port has, rising; `added` are those of ports that libvirt adds.
pub(super) fn chassis(
    context: &Context<'_>,
    added: &[u8],
) -> impl Iterator<Item = Chassis> + use<> {
    let mut taken = [false; 256];
    let ports = context.numbers.controllers.iter().filter_map(|numbers| numbers.chassis);
    for number in ports.map(Chassis::get).chain(added.iter().copied()) {
        taken[usize::from(number)] = true;
    }
    (1..=u8::MAX)
        .filter(move |&number| !taken[usize::from(number)])
        .filter_map(|number| Chassis::new(i64::from(number)))
}

/// Says which `what`, QEMU's property `property`, is free, and offers it in the place of the one that is
/// `written`; where none is, that is the place of the device.
pub(super) fn offer(
    context: &Context<'_>,
    finding: Finding,
    written: Origin,
    (what, property): (&str, &str),
    free: Option<u8>,
) -> Finding {
    let Some(free) = free else { return finding.with_help(format!("no {what} is left")) };
    let is_free = format!("{what} {free} is free");
    let help = InEach {
        kdl: is_free.clone(),
        libvirt: is_free,
        qemu: format!("write `{property}={free}`, which is free"),
    };
    finding.with_help(context.say(help)).with_edits(
        format!("use {what} {free}"),
        Applicability::Unsafe,
        [context.with_setting(property, written, Value::Number(i64::from(free)))],
    )
}
