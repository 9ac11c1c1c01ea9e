//! `pci/address-range`

use super::added_ports::AddedPorts;
use super::free_numbers::{self, BEHIND_A_PORT, FreeSlots, is_out_of_range};
use super::occupants::{Occupant, occupants};
use super::out_of_range::{Attribute, named};
use crate::finding::Finding;
use crate::language::InEach;
use crate::rules::{Check, Context, declare_rule};
use crate::span::Written;
use crate::topology::{Chassis, Controller, Function, Parent, Placement, PortNr, Slot};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that a slot is 0 to 31, and 0 behind a port; that a function is 0 to 7; that chassis and port
    /// numbers are 0 to 255.
    ///
    /// ## Why
    ///
    /// PCI has five bits for a slot and three for a function; behind a PCIe port there is one slot.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     root-port slot=32
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     root-port slot=31
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt refuses it: `Invalid PCI address slot='0x20', must be <= 0x1F`
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-root-port'><address type='pci' bus='0' slot='0x20'/></controller>
    /// ```
    ///
    /// libvirt refuses it: `Invalid value for attribute 'slot' in element 'address': '-1'. Expected non-negative integer value`
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-root-port'><address type='pci' bus='0' slot='-1'/></controller>
    /// ```
    ///
    /// libvirt refuses it: `Invalid PCI address 0000:01:01.0. slot must be <= 0`
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-root-port'/>
    /// <video><model type='virtio'/><address type='pci' bus='1' slot='1'/></video>
    /// ```
    ///
    /// libvirt refuses it: `PCI controller chassis '256' out of range - must be 0-255`
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-root-port'><target chassis='256'/></controller>
    /// ```
    ///
    /// libvirt refuses it: `PCI controller port '256' out of range - must be 0-255`
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-root-port'><target port='256'/></controller>
    /// ```
    ///
    /// libvirt refuses it: `Invalid value for attribute 'port' in element 'target': '-1'. Expected non-negative value`
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-root-port'><target port='-1'/></controller>
    /// ```
    ///
    /// libvirt refuses it: `Invalid PCI address function=0x8, must be <= 7`
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-root-port'><address type='pci' bus='0' slot='1' function='8'/></controller>
    /// ```
    ///
    /// QEMU refuses it: `Parameter 'chassis' expects uint8_t`
    ///
    /// ```args
    /// -device pcie-root-port,id=pci.1,bus=pcie.0,addr=1,chassis=256
    /// ```
    ///
    /// QEMU refuses it: `Property 'pcie-root-port.addr' doesn't take value '20'`
    ///
    /// ```args
    /// -device pcie-root-port,id=pci.1,bus=pcie.0,addr=20,chassis=1
    /// ```
    ///
    /// A second device behind a port is given a slot that the port does not have; QEMU warns, and starts.
    ///
    /// QEMU accepts it.
    ///
    /// ```args
    /// -device pcie-root-port,id=pci.1,bus=pcie.0,addr=1,chassis=1
    /// -device virtio-rng-pci,bus=pci.1
    /// -device virtio-rng-pci,bus=pci.1
    /// ```
    ///
    /// ## References
    ///
    /// - PCI Local Bus Specification 3.0, 3.2.2.3.2
    /// - libvirt, `src/conf/domain_addr.c`
    pub(crate) static ADDRESS_RANGE = {
        name: "pci/address-range",
        summary: "slots, functions, chassis and port numbers are in range",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut free = None;
    for occupant in occupants(context) {
        let Placement { slot, function } = occupant.placement;
        let port = match occupant.parent {
            Parent::Controller(id) => {
                Some(context.vm.controller(id)).filter(|controller| controller.port().is_some())
            }
            Parent::Root => None,
        };
        if let Some(slot) = slot
            && let Some(finding) = judge_slot(context, slot, port)
        {
            findings.push(other_slot(context, finding, &occupant, slot, &mut free));
        }
        if let Some(function) = function.filter(|function| Function::new(function.value).is_none())
        {
            let said = Attribute::of_address("function").note(context, function.value, |number| {
                format!("Invalid PCI address function={number:#x}, must be <= 7")
            });
            let finding =
                out_of_range("function", function, "0 to 7", said).with_help(context.say(InEach {
                    kdl: "leave `function` out to have one allocated",
                    libvirt: "write `function='0'` for a device that has its slot for itself",
                    qemu: "leave the function out for a device that has its slot for itself",
                }));
            let property = InEach::only_kdl("function");
            findings.push(context.leaving_out(finding, property, function.origin));
        }
    }
    ports(context, findings);
}

/// Chassis and port numbers.
fn ports(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut free = None;
    for port in context.vm.controllers.iter().filter_map(Controller::port) {
        if let Some(chassis) = port.chassis.filter(|chassis| Chassis::new(chassis.value).is_none())
        {
            let finding = beyond_a_byte(context, "chassis", chassis);
            let leave_out = InEach {
                kdl: Some("leave `chassis` out to have one allocated"),
                libvirt: Some("leave `chassis` out to have the index"),
                // QEMU's own number is 0 for every port.
                qemu: None,
            };
            findings.push(if let Some(help) = context.say(leave_out) {
                context.leaving_out(finding.with_help(help), "chassis", chassis.origin)
            } else {
                let free = free.get_or_insert_with(|| {
                    free_numbers::chassis(context, &AddedPorts::of(context).indexes)
                });
                let free = free.next().map(Chassis::get);
                free_numbers::offer(context, finding, chassis.origin, ("chassis", "chassis"), free)
            });
        }
        if let Some(number) = port.port.filter(|number| PortNr::new(number.value).is_none()) {
            let finding = beyond_a_byte(context, "port", number).with_help(context.say(InEach {
                kdl: "leave `port` out to have one allocated",
                libvirt: "leave `port` out to have one from its address",
                qemu: "leave `port=` out: it need not be one of its own",
            }));
            findings.push(context.leaving_out(finding, "port", number.origin));
        }
    }
}

/// Where else it may go.
fn other_slot<'a>(
    context: &Context<'a>,
    finding: Finding,
    occupant: &Occupant,
    slot: Written<i64>,
    free: &mut Option<FreeSlots<'a>>,
) -> Finding {
    match context.say(InEach::only_kdl("leave `slot` out to have one allocated")) {
        Some(help) => context.leaving_out(finding.with_help(help), "slot", slot.origin),
        None => free.get_or_insert_with(|| FreeSlots::of(context)).offer(
            finding,
            occupant.placement,
            occupant.parent,
        ),
    }
}

/// What is wrong with `slot`, written of something that is behind `port`, if it is behind one.
fn judge_slot(
    context: &Context<'_>,
    slot: Written<i64>,
    port: Option<&Controller>,
) -> Option<Finding> {
    if !is_out_of_range(slot, port) {
        return None;
    }
    let number = Slot::new(slot.value);
    let said = Attribute::of_address("slot").note(context, slot.value, |written| {
        if number.is_some() {
            "slot must be <= 0".to_owned()
        } else {
            format!("Invalid PCI address slot='{written:#x}', must be <= 0x1F")
        }
    });
    Some(match port {
        Some(port) => out_of_range("slot", slot, "0", said)
            .with_label(port.origin, "behind a port there is one slot"),
        None => out_of_range("slot", slot, "0 to 31", said),
    })
}

/// Of two devices behind a port the one to which QEMU gives a slot that the port does not have, as `first`
/// has the one there is. `port` is what the port goes by.
pub(crate) fn second_behind_port(
    device: &Written<String>,
    port: &Written<String>,
    first: &Written<String>,
) -> Finding {
    let (name, first_name) = (&device.value, &first.value);
    ADDRESS_RANGE
        .at(
            device.origin,
            format!("{} has room for one device, and `{first_name}` is there", port.value),
        )
        .with_label(first.origin, "has the one slot there is")
        .with_label(port.origin, "the port")
        .with_note(format!(
            "QEMU: warning: PCI: slot 1 is not valid for {name}, parent device only allows plugging into slot 0."
        ))
        .with_help(BEHIND_A_PORT)
}

/// A chassis or port number that is not 0 to 255.
fn beyond_a_byte(context: &Context<'_>, what: &'static str, written: Written<i64>) -> Finding {
    let said = Attribute::of_target(what).note(context, written.value, |number| {
        format!("PCI controller {what} '{number}' out of range - must be 0-255")
    });
    let said =
        said.or_else(|| context.qemu_alone_says(format!("Parameter '{what}' expects uint8_t")));
    out_of_range(what, written, "0 to 255", said)
}

fn out_of_range(what: &str, written: Written<i64>, range: &str, said: Option<String>) -> Finding {
    let headline = format!("{} is not {range}", named(what, written.value));
    ADDRESS_RANGE.at(written.origin, headline).with_notes(said)
}
