//! `iommu/amd`

use super::x2apic::has_many_vcpus;
use crate::finding::{Finding, Severity};
use crate::language::InEach;
use crate::rules::{Check, Context, declare_rule};
use crate::topology::{Hostdev, IommuModel, MachineIommu};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that `dma-remap` is on when there are host devices, and that the guest has ACPI, and warns of `xtsup`
    /// with `intremap` off.
    ///
    /// ## Why
    ///
    /// Without `dma-remap` QEMU's AMD IOMMU does not follow the guest's mappings, and refuses host devices.
    /// The guest finds it in an ACPI table only.
    /// `xtsup` lets interrupts name CPUs above 255, which only remapped interrupts can.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="q35" {
    ///     iommufd "iommufd0"
    ///     iommu "amd" {
    ///         intremap #true
    ///     }
    ///     hostdev "nic0" host="06:12.2" iommufd="iommufd0"
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="q35" {
    ///     iommufd "iommufd0"
    ///     iommu "amd" {
    ///         intremap #true
    ///         dma-remap #true
    ///     }
    ///     hostdev "nic0" host="06:12.2" iommufd="iommufd0"
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt accepts it.
    ///
    /// ```xml q35
    /// <iommu model='amd'/>
    /// ```
    ///
    /// QEMU accepts it.
    ///
    /// ```args q35
    /// -device AMDVI-PCI,id=iommu0 -device amd-iommu,pci-id=iommu0,intremap=off,xtsup=on
    /// ```
    ///
    /// QEMU would refuse a host device (not reproduced: needs one): `device 00.01.0 requires dma-remap=1`.
    ///
    /// ## References
    ///
    /// - QEMU, `hw/i386/amd_iommu.c`
    pub(super) static AMD = {
        name: "iommu/amd",
        summary: "the AMD IOMMU has what its devices need",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachWholeVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let vm = context.vm;
    let Some(iommu) = super::machine_wide(vm, IommuModel::Amd) else { return };
    if context.whole {
        findings
            .extend(vm.hostdevs.first().and_then(|hostdev| host_devices(context, iommu, hostdev)));
    }
    let unseen = super::unseen_without_acpi(context, &AMD, iommu, "AMD");
    findings.extend(unseen.map(|finding| finding.with_note(super::STARTS_UNSEEN)));
    if !has_many_vcpus(vm) {
        findings.extend(x2apic_alone(context, iommu));
    }
}

fn host_devices(context: &Context<'_>, iommu: &MachineIommu, hostdev: &Hostdev) -> Option<Finding> {
    if iommu.dma_remap.is_some_and(|on| on.value) {
        return None;
    }
    let origin = iommu.dma_remap.map_or(iommu.model.origin, |written| written.origin);
    let finding = AMD
        .at(origin, "host devices need the AMD IOMMU with `dma-remap`")
        .with_label(hostdev.name.origin, "a host device")
        .with_note("QEMU: device … requires dma-remap=1")
        .with_help(context.say(InEach {
            kdl: "add `dma-remap #true`",
            libvirt: "libvirt has no attribute for it: add `-global amd-iommu.dma-remap=on` with \
                      `<qemu:commandline>`",
            qemu: "add `dma-remap=on` to the `amd-iommu`",
        }));
    // libvirt would leave such an attribute out.
    let is_option = context.say(InEach { kdl: true, libvirt: false, qemu: true });
    Some(if is_option {
        super::with_option(context, finding, iommu, "dma-remap", iommu.dma_remap)
    } else {
        finding
    })
}

/// Interrupts that are not remapped cannot name an x2APIC id.
fn x2apic_alone(context: &Context<'_>, iommu: &MachineIommu) -> Option<Finding> {
    let xtsup = iommu.xtsup.filter(|on| on.value)?;
    let intremap = iommu.intremap.filter(|on| !on.value)?;
    let finding = AMD
        .at(xtsup.origin, "`xtsup` does nothing without interrupt remapping")
        .with_label(intremap.origin, "off")
        .with_help("turn `intremap` on, or `xtsup` off");
    let finding = super::with_turned_on(context, finding, Some(intremap));
    Some(Finding { severity: Severity::Warning, ..finding })
}
