//! `pci/function-zero`

use crate::hash::{HashMap, HashSet, map_of};

use super::free_numbers::of_combined;
use super::occupants::{bus, occupants};
use crate::finding::{Applicability, Finding};
use crate::rules::{Check, Context, Value, declare_rule};
use crate::span::{Origin, Written};
use crate::topology::{Function, Parent, Slot, SlotFunction};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that something sits at function 0 of every slot of which another function is used. A PXB
    /// needs none: the guest is told of its buses, and does not look for it at its address. On a QEMU
    /// command line, also that what sits there says so: `multifunction=on`.
    ///
    /// ## Why
    ///
    /// Firmware and kernels look at function 0 first; where there is none they pass over the slot. libvirt
    /// and QEMU start such a vm without a word, and the guest never sees the device.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     root-port slot=5 function=1
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     root-port slot=5 function=0
    ///     root-port slot=5 function=1
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt accepts it.
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-root-port'>
    ///   <address type='pci' bus='0' slot='5' function='1'/>
    /// </controller>
    /// ```
    ///
    /// QEMU accepts it.
    ///
    /// ```args
    /// -device pcie-root-port,id=pci.1,bus=pcie.0,addr=5.1,chassis=1
    /// ```
    ///
    /// QEMU refuses it: `single function device can't be populated in function 5.1`
    ///
    /// ```args
    /// -device pcie-root-port,id=pci.1,bus=pcie.0,addr=5.0,chassis=1
    /// -device pcie-root-port,id=pci.2,bus=pcie.0,addr=5.1,chassis=2
    /// ```
    ///
    /// ## References
    ///
    /// - PCI Local Bus Specification 3.0, 3.2.2.3.4
    pub(crate) static FUNCTION_ZERO = {
        name: "pci/function-zero",
        summary: "a slot whose functions are used has a function 0",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachWholeVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut slots: HashMap<(Parent, Slot), Functions> = map_of(context.vm.controllers.len());
    let mut order = Vec::new();
    // Where an address on the bus is wrong, it may be the function 0 that is missing.
    let mut unclear = HashSet::default();
    for occupant in occupants(context) {
        let Some(SlotFunction { slot, function }) = occupant.position else {
            unclear.insert(occupant.parent);
            continue;
        };
        let key = (occupant.parent, slot);
        let functions = slots.entry(key).or_insert_with(|| {
            order.push(key);
            Functions::of_board(context, key)
        });
        let taken = 1 << function.get();
        // So it may where two are given one function, of which one has to move.
        if functions.taken & taken != 0 {
            unclear.insert(occupant.parent);
        }
        functions.taken |= taken;
        let lowest = functions.lowest_to_find.is_none_or(|(lowest, _)| function < lowest);
        if occupant.found_by_address && lowest && !occupant.is_added {
            let origin = occupant.placement.function.map_or(occupant.origin, |f| f.origin);
            functions.lowest_to_find = Some((function, origin));
        }
    }
    for key in order {
        let (parent, slot) = key;
        let functions = &slots[&key];
        let Some((function, origin)) = functions.lowest_to_find else { continue };
        if functions.has_zero() || unclear.contains(&parent) {
            continue;
        }
        let bus = bus(context, parent);
        // Written in its place alone, a slot is the address of its function 0.
        let combined = context.source.combined_address(origin);
        let (place, title, value) = if combined.is_some() {
            let address = format!(r#""addr":"{:x}""#, slot.get());
            (format!(", which is `{address}`,"), format!("write `{address}`"), slot.get())
        } else {
            (",".to_owned(), "write `0`".to_owned(), 0)
        };
        let help = format!("move it to function 0{place} or put something there too");
        findings.push(
            FUNCTION_ZERO
                .at(origin, format!("function {function} of a slot that has no function 0"))
                .with_text(format!("nothing sits at function 0 of slot {slot} of {bus}"))
                .with_note(format!(
                    "{}, and the guest never sees the device",
                    context.starts_silently()
                ))
                .with_notes(combined.map(of_combined))
                .with_help(help)
                .with_edits(
                    title,
                    Applicability::Unsafe,
                    [context.source.with_value(origin, Value::Number(i64::from(value)))],
                ),
        );
    }
}

/// Of a slot with several functions the one at 0, which does not say so, and another.
/// `slot` is its number; QEMU takes them one by one, and refuses the one that comes `last`.
pub(crate) fn single(zero: Origin, other: Written<i64>, slot: i64, is_last: bool) -> Finding {
    let function = other.value;
    let said = if is_last {
        format!(
            "{slot:x}.0 indicates single function, but {slot:x}.{function:x} is already populated."
        )
    } else {
        format!("single function device can't be populated in function {slot:x}.{function:x}")
    };

    FUNCTION_ZERO
        .at(zero, "function 0 of a slot with other functions has no `multifunction=on`")
        .with_label(other.origin, "another function of the slot")
        .with_note(format!("QEMU: PCI: {said}"))
        .with_help("add `multifunction=on` to function 0")
}

/// What sits in a slot.
struct Functions {
    /// One bit for each function that is taken.
    taken: u8,
    /// The lowest that the guest has to find at its address, and where that is written.
    lowest_to_find: Option<(Function, Origin)>,
}

impl Functions {
    /// Those that the board itself has.
    fn of_board(context: &Context<'_>, (parent, slot): (Parent, Slot)) -> Self {
        let own = |function: &Function| {
            let at = SlotFunction { slot, function: *function };
            parent == Parent::Root && context.vm.own_device(at).is_some()
        };
        let own = Function::all().filter(own);
        let taken = own.fold(0, |taken, function| taken | 1 << function.get());
        Self { taken, lowest_to_find: None }
    }

    fn has_zero(&self) -> bool {
        self.taken & 1 != 0
    }
}
