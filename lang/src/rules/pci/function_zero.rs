//! `pci/function-zero`

use std::collections::{HashMap, HashSet};

use super::occupants::{bus, occupants};
use crate::finding::Finding;
use crate::rules::{Check, Context, declare_rule};
use crate::span::Origin;
use crate::topology::{Function, Parent, Slot, SlotFunction};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that something sits at function 0 of every slot of which another function is used.
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
    /// ## References
    ///
    /// - PCI Local Bus Specification 3.0, 3.2.2.3.4
    pub(super) static FUNCTION_ZERO = {
        name: "pci/function-zero",
        summary: "a slot whose functions are used has a function 0",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if !context.whole {
        return;
    }
    let mut slots: HashMap<(Parent, Slot), (bool, Function, Origin)> = HashMap::new();
    let mut order = Vec::new();
    // Where an address on the bus is wrong, it may be the function 0 that is missing.
    let mut unclear = HashSet::new();
    for occupant in occupants(context) {
        let Some(SlotFunction { slot, function }) = occupant.position else {
            unclear.insert(occupant.parent);
            continue;
        };
        let origin =
            occupant.placement.function.map_or(occupant.origin, |function| function.origin);
        let own = context.vm.board().filter(|_| occupant.parent == Parent::Root);
        let zero = SlotFunction { slot, function: Function::ZERO };
        let has_zero =
            function == Function::ZERO || own.is_some_and(|board| board.own_device(zero).is_some());
        let key = (occupant.parent, slot);
        let seen = slots.entry(key).or_insert_with(|| {
            order.push(key);
            (false, function, origin)
        });
        seen.0 |= has_zero;
        if function < seen.1 {
            (seen.1, seen.2) = (function, origin);
        }
    }
    for key in order {
        let (has_zero, function, origin) = slots[&key];
        let (parent, slot) = key;
        if has_zero || unclear.contains(&parent) {
            continue;
        }
        let bus = bus(context, parent);
        findings.push(
            FUNCTION_ZERO
                .at(origin, format!("function {function} of a slot that has no function 0"))
                .with_text(format!("nothing sits at function 0 of slot {slot} of {bus}"))
                .with_note("libvirt and QEMU start this without a word, and the guest never sees the device")
                .with_help("use function 0 first"),
        );
    }
}
