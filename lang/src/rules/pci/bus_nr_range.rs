//! `pci/bus-nr-range`

use super::out_of_range::{Attribute, named};
use crate::finding::Finding;
use crate::rules::{Check, Context, declare_rule};
use crate::topology::{BusNr, Controller};

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
    for bus_nr in context.vm.controllers.iter().filter_map(Controller::bus_nr) {
        let number = bus_nr.value;
        if BusNr::new(number).is_some() {
            continue;
        }
        let mut finding = BUS_NR_RANGE
            .at(bus_nr.origin, format!("{} is not 1 to 254", named("bus number", number)))
            .with_help("leave `bus-nr` out to have one allocated");
        let said = Attribute::of_target("busNr").note(number, |number| {
            format!("PCI controller busNr '{number}' out of range - must be 1-254")
        });
        finding.notes.extend(said);
        findings.push(context.leaving_out(finding, "bus-nr", bus_nr.origin));
    }
}
