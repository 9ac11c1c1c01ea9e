//! `pci/address-range`

use super::occupants::occupants;
use crate::finding::Finding;
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
    /// libvirt refuses it: `slot must be <= 0`
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
    /// libvirt refuses it: `function=0x8, must be <= 7`
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
    /// ## References
    ///
    /// - PCI Local Bus Specification 3.0, 3.2.2.3.2
    /// - libvirt, `src/conf/domain_addr.c`
    pub(super) static ADDRESS_RANGE = {
        name: "pci/address-range",
        summary: "slots, functions, chassis and port numbers are in range",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for occupant in occupants(context) {
        let Placement { slot, function } = occupant.placement;
        if let Some(slot) = slot {
            let port = match occupant.parent {
                Parent::Controller(id) => {
                    Some(context.vm.controller(id)).filter(|c| c.port().is_some())
                }
                Parent::Root => None,
            };
            let highest = if port.is_some() { 0 } else { i64::from(Slot::MAX.get()) };
            if !(0..=highest).contains(&slot.value) {
                findings.push(match port {
                    Some(port) => out_of_range("slot", slot, 0)
                        .with_label(port.origin, "behind a port there is one slot")
                        .with_note("libvirt: Invalid PCI address … slot must be <= 0"),
                    None => out_of_range("slot", slot, highest),
                });
            }
        }
        if let Some(function) = function.filter(|function| Function::new(function.value).is_none())
        {
            findings.push(out_of_range("function", function, 7));
        }
    }
    for port in context.vm.controllers.iter().filter_map(Controller::port) {
        if let Some(chassis) = port.chassis.filter(|chassis| Chassis::new(chassis.value).is_none())
        {
            findings.push(out_of_range("chassis", chassis, 255).with_note(format!(
                "libvirt: PCI controller chassis '{}' out of range - must be 0-255",
                chassis.value
            )));
        }
        if let Some(number) = port.port.filter(|number| PortNr::new(number.value).is_none()) {
            findings.push(out_of_range("port", number, 255).with_note(format!(
                "libvirt: PCI controller port '{}' out of range - must be 0-255",
                number.value
            )));
        }
    }
}

fn out_of_range(what: &str, written: Written<i64>, highest: i64) -> Finding {
    let range = if highest == 0 { "0".to_owned() } else { format!("0 to {highest}") };
    ADDRESS_RANGE.at(written.origin, format!("{what} `{}` is not {range}", written.value))
}
