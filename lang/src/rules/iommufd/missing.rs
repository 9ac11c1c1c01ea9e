//! `iommufd/missing`

use super::usage::{behind, lacking, only};
use crate::finding::{Applicability, Finding};
use crate::rules::coverage::Coverage;
use crate::rules::{Check, Context, Value, declare_rule};
use crate::syntax::quote;
use crate::topology::Hostdev;

declare_rule! {
    /// ## What it does
    ///
    /// Checks that every host device behind an accelerated vSMMU has an iommufd: its own, or that of
    /// the vSMMU.
    ///
    /// ## Why
    ///
    /// In nested translation the host's SMMU walks the guest's page tables. The kernel offers that
    /// through an iommufd only, not through legacy VFIO. libvirt defines the domain; it is QEMU that
    /// does not start.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" {
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
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt accepts it.
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-expander-bus'><target busNr='252'/></controller>
    /// <controller type='pci' index='2' model='pcie-root-port'>
    ///   <address type='pci' bus='0x01' slot='0x00'/>
    /// </controller>
    /// <hostdev mode='subsystem' type='pci' managed='no'>
    ///   <driver iommufd='no'/>
    ///   <source><address domain='0x0009' bus='0x01' slot='0x00' function='0x0'/></source>
    ///   <address type='pci' bus='0x02' slot='0x00'/>
    /// </hostdev>
    /// <iommu model='smmuv3'><driver pciBus='1' accel='on'/></iommu>
    /// ```
    ///
    /// QEMU says `vfio-pci endpoint devices without an iommufd backend not allowed when using
    /// arm-smmuv3,accel=on`, but looks for the device on the host first, so that it takes a host with
    /// the device to see it.
    ///
    /// ## References
    ///
    /// - QEMU, `hw/arm/smmuv3-accel.c`
    pub(super) static MISSING = {
        name: "iommufd/missing",
        summary: "a host device behind an accelerated vSMMU has an iommufd",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachWholeVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let coverage = Coverage::of(context.vm);
    for (vsmmu, devices) in lacking(context.vm) {
        if !coverage.is_settled(vsmmu) {
            continue;
        }
        let mut finding = MISSING
            .at(
                vsmmu.origin,
                format!("vSMMU `{}` has no iommufd for its host devices", vsmmu.name.value),
            )
            .with_text("nested translation needs one")
            .with_note(
                "QEMU: vfio-pci endpoint devices without an iommufd backend not allowed when using \
                 arm-smmuv3,accel=on",
            );
        for device in devices {
            finding = finding.with_label(device.origin, "without an iommufd");
        }
        finding = match only(context.vm) {
            Some(iommufd) => {
                let property = format!("iommufd={}", quote(&iommufd.name.value));
                finding.with_help(format!("add `{property}` to the vSMMU")).with_replacement(
                    format!("add `{property}`"),
                    Applicability::Unsafe,
                    behind(vsmmu.name.origin),
                    format!(" {property}"),
                )
            }
            None if context.vm.iommufds.is_empty() => finding.with_help(
                "declare one in the vm, `iommufd \"iommufd0\"`, and add `iommufd=\"iommufd0\"` to the vSMMU",
            )
            .with_edits(
                "declare one for it",
                Applicability::Unsafe,
                [
                    context.source.with_child(context.vm.origin, "iommufd", Value::Text("iommufd0")),
                    context.source.with_properties(vsmmu.origin, &[("iommufd", Value::Text("iommufd0"))]),
                ],
            ),
            None => finding.with_help("add `iommufd=` with one of the vm's iommufds to the vSMMU"),
        };
        let is_passed =
            |hostdev: &Hostdev| hostdev.fd.is_some() && context.vm.iommufd_of(hostdev).is_none();
        if context.vm.hostdevs.iter().any(is_passed) {
            finding = finding.with_note(
                "a host device with `fd` goes with an iommufd that has one too; without either, they are opened for you",
            );
        }
        findings.push(finding);
    }
}
