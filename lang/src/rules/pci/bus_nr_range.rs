//! `pci/bus-nr-range`

use super::free_buses::FreeBuses;
use super::free_numbers;
use super::out_of_range::{Attribute, named};
use crate::finding::Finding;
use crate::language::InEach;
use crate::rules::{Check, Context, declare_rule};
use crate::topology::BusNr;

declare_rule! {
    /// ## What it does
    ///
    /// Checks that the `bus-nr` of a PXB (libvirt's `pcie-expander-bus`, with its `busNr`) is 1 to 254.
    ///
    /// ## Why
    ///
    /// Bus 0 is the root bus itself, and behind bus 255 no number is left for a port. QEMU alone
    /// takes both without a word, and the firmware then finds no device at all.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         pxb bus-nr=255
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         pxb bus-nr=252
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt refuses it: `PCI controller busNr '255' out of range - must be 1-254`
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-expander-bus'>
    ///   <target busNr='255'/>
    /// </controller>
    /// ```
    ///
    /// libvirt refuses it: `Invalid value for attribute 'busNr' in element 'target': '-1'. Expected non-negative value`
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-expander-bus'>
    ///   <target busNr='-1'/>
    /// </controller>
    /// ```
    ///
    /// QEMU accepts it.
    ///
    /// ```args
    /// -device pxb-pcie,id=pci.1,bus=pcie.0,addr=1,bus_nr=255
    /// ```
    ///
    /// QEMU refuses it: `Parameter 'bus_nr' expects uint8_t`
    ///
    /// ```args
    /// -device pxb-pcie,id=pci.1,bus=pcie.0,addr=1,bus_nr=256
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `src/qemu/qemu_validate.c`
    pub(crate) static BUS_NR_RANGE = {
        name: "pci/bus-nr-range",
        summary: "a PXB's bus number is 1 to 254",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut free = None;
    for (id, pxb) in context.vm.controllers() {
        let Some(bus_nr) = pxb.bus_nr() else { continue };
        let number = bus_nr.value;
        if BusNr::new(number).is_some() {
            continue;
        }
        let said = Attribute::of_target("busNr").note(context, number, |number| {
            format!("PCI controller busNr '{number}' out of range - must be 1-254")
        });
        let headline = if bus_nr.origin == pxb.origin {
            format!("without `bus_nr=` the bus number is {number}, not 1 to 254")
        } else {
            format!("{} is not 1 to 254", named("bus number", number))
        };
        let finding = BUS_NR_RANGE
            .at(bus_nr.origin, headline)
            .with_notes(said.or_else(|| of_qemu(context, number)));
        // What libvirt gives a PXB without a number has room for one root port, and QEMU gives it 0.
        let leave_out = InEach::only_kdl("leave `bus-nr` out to have one allocated");
        findings.push(if let Some(help) = context.say(leave_out) {
            context.leaving_out(finding.with_help(help), "bus-nr", bus_nr.origin)
        } else {
            let free = free.get_or_insert_with(|| FreeBuses::of(context)).take(id);
            let free = free.map(BusNr::get);
            free_numbers::offer(context, finding, bus_nr.origin, ("bus number", "bus_nr"), free)
        });
    }
}

/// What becomes of it on a command line.
fn of_qemu(context: &Context<'_>, number: i64) -> Option<String> {
    match number {
        0 | 255 => context.say(InEach {
            kdl: None,
            libvirt: None,
            qemu: Some(format!(
                "{}; the firmware then leaves every device of the guest without resources",
                context.starts_silently()
            )),
        }),
        _ => context.qemu_alone_says("Parameter 'bus_nr' expects uint8_t"),
    }
}
