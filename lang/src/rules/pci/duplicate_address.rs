//! `pci/duplicate-address`

use crate::hash::{HashSet, map_of};

use super::free_numbers::{BEHIND_A_PORT, FreeSlots};
use super::occupants::{Occupant, bus, occupants};
use crate::finding::{Applicability, Finding};
use crate::language::InEach;
use crate::rules::{Check, Context, declare_rule};
use crate::span::Written;
use crate::topology::{Board, Parent, Placement, SlotFunction};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that no two controllers or devices of one bus are given the same slot and function, and none
    /// that of a device the board itself has there.
    ///
    /// ## Why
    ///
    /// One function of one slot is one device.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     root-port slot=5
    ///     root-port slot=5
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     root-port slot=5
    ///     root-port slot=6
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt refuses it: `Attempted double use of PCI Address 0000:00:05.0`
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-root-port'><address type='pci' bus='0' slot='5'/></controller>
    /// <controller type='pci' index='2' model='pcie-root-port'><address type='pci' bus='0' slot='5'/></controller>
    /// ```
    ///
    /// QEMU refuses it: `PCI: slot 5 function 0 not available for pcie-root-port, in use by pcie-root-port`
    ///
    /// ```args
    /// -device pcie-root-port,id=pci.1,bus=pcie.0,addr=5,chassis=1
    /// -device pcie-root-port,id=pci.2,bus=pcie.0,addr=5,chassis=2
    /// ```
    ///
    /// Without `addr=` a device has the first slot of which nothing before it has function 0.
    ///
    /// QEMU refuses it: `PCI: slot 0 function 0 not available for virtio-net-pci, in use by virtio-rng-pci`
    ///
    /// ```args
    /// -device pcie-root-port,id=pci.1,bus=pcie.0,addr=1,chassis=1
    /// -device virtio-rng-pci,bus=pci.1
    /// -device virtio-net-pci,bus=pci.1,addr=0
    /// ```
    ///
    /// The SATA controller of q35 is there whatever the domain says.
    ///
    /// libvirt refuses it: `Attempted double use of PCI Address 0000:00:1f.2`
    ///
    /// ```xml q35
    /// <controller type='pci' index='1' model='pcie-root-port'>
    ///   <address type='pci' bus='0' slot='0x1f' function='2'/>
    /// </controller>
    /// ```
    ///
    /// The host bridge has one function, so that nothing else of its slot can be used. libvirt takes an address there for
    /// none, and gives the device another.
    ///
    /// libvirt accepts it.
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-root-port'>
    ///   <address type='pci' bus='0' slot='0' function='1'/>
    /// </controller>
    /// ```
    ///
    /// QEMU refuses it: `PCI: single function device can't be populated in function 0.1`
    ///
    /// ```args
    /// -device pcie-root-port,id=pci.1,bus=pcie.0,addr=0.1,chassis=1
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `src/conf/domain_addr.c`
    pub(crate) static DUPLICATE_ADDRESS = {
        name: "pci/duplicate-address",
        summary: "every device has a PCI address of its own",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut firsts = map_of(context.vm.controllers.len() + context.vm.hostdevs.len());
    let mut free = None;
    let mut on_own = HashSet::default();
    for occupant in occupants(context) {
        let Some(position) = occupant.position else { continue };
        let origin = occupant.address_origin();
        let SlotFunction { slot, function } = position;
        let bus = || bus(context, occupant.parent);
        if let Some(own) = own_device(context, &occupant, position) {
            // Several functions in the slot of one device are one mistake.
            if !on_own.insert((slot, own)) {
                continue;
            }
            let headline =
                format!("slot {slot}, function {function} of {} is taken by {own}", bus());
            let finding = DUPLICATE_ADDRESS.at(origin, headline);
            findings.push(elsewhere(context, &occupant, finding, &mut free));
            continue;
        }
        let first = *firsts.entry((occupant.parent, position)).or_insert(origin);
        if first == origin {
            continue;
        }
        let finding = DUPLICATE_ADDRESS
            .at(origin, format!("slot {slot}, function {function} of {} is taken", bus()))
            .with_text("another device there")
            .with_label(first, "the first one");
        findings.push(elsewhere(context, &occupant, finding, &mut free));
    }
}

/// A `slot` of a bus that QEMU has given to an earlier device without `addr=`. `bus` is what makes the bus.
pub(crate) fn by_automatic(
    slot: Written<i64>,
    bus: &Written<String>,
    is_port: bool,
    first: &Written<String>,
) -> Finding {
    let (number, name) = (slot.value, &bus.value);
    DUPLICATE_ADDRESS
        .at(slot.origin, format!("slot {number} of {name} is taken"))
        .with_label(
            first.origin,
            format!(
                "`{}` has no `addr=`, and gets the first free slot, which is this",
                first.value
            ),
        )
        .with_label(bus.origin, "the bus")
        .with_note(format!("QEMU: PCI: slot {number} function 0 not available for …"))
        .with_help(if is_port {
            BEHIND_A_PORT
        } else {
            "leave `addr=` out to have the next free slot"
        })
}

/// Offers to have a free slot given out: with its first function, whichever was written.
fn elsewhere<'a>(
    context: &Context<'a>,
    occupant: &Occupant,
    finding: Finding,
    free: &mut Option<FreeSlots<'a>>,
) -> Finding {
    let Placement { slot, function } = occupant.placement;
    let Some(help) = context.say(InEach::only_kdl("leave `slot` out to have a free one")) else {
        return free.get_or_insert_with(|| FreeSlots::beside_those_in_range(context)).offer(
            finding,
            occupant.placement,
            occupant.parent,
        );
    };
    let written = [slot, function].into_iter().flatten();
    finding.with_help(help).with_edits(
        if function.is_some() { "leave `slot` and `function` out" } else { "leave `slot` out" },
        Applicability::Unsafe,
        written.map(|number| context.source.without_property(number.origin)),
    )
}

/// What the board itself has where `occupant` is.
fn own_device(
    context: &Context<'_>,
    occupant: &Occupant,
    position: SlotFunction,
) -> Option<&'static str> {
    let board = context.vm.board().filter(|_| occupant.parent == Parent::Root)?;
    // A controller on `pc` has to go to another machine, where the slot may be free.
    let misplaced = board == Board::Pc && occupant.is_controller;
    context.vm.own_device(position).filter(|_| !misplaced)
}
