//! `iommu/not-accelerated`

use crate::hash::HashSet;

use super::accel_property;
use crate::finding::Finding;
use crate::language::InEach;
use crate::rules::coverage::Coverage;
use crate::rules::{Check, Context, declare_rule};
use crate::topology::{Hostdev, IommuModel};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that no host device is behind a vSMMU with `accel #false`, or on a machine with the machine-
    /// wide `smmuv3`.
    ///
    /// ## Why
    ///
    /// Without nested translation QEMU must follow the guest's page tables itself, and its SMMUv3 cannot
    /// tell VFIO of the mappings.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         accel #false
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
    /// <controller type='pci' index='2' model='pcie-root-port'><address type='pci' bus='1' slot='0'/></controller>
    /// <hostdev mode='subsystem' type='pci' managed='no'>
    ///   <driver iommufd='yes'/>
    ///   <source><address domain='9' bus='1' slot='0' function='0'/></source>
    ///   <address type='pci' bus='2' slot='0'/>
    /// </hostdev>
    /// <iommu model='smmuv3'><driver pciBus='1'/></iommu>
    /// ```
    ///
    /// QEMU would refuse it (not reproduced: needs a host device): `device 01.00.0 requires iommu MAP notifier which is
    /// not currently supported`.
    ///
    /// ## References
    ///
    /// - QEMU, `hw/arm/smmuv3.c`, `smmuv3_notify_flag_changed`
    pub(super) static NOT_ACCELERATED = {
        name: "iommu/not-accelerated",
        summary: "host devices are not behind an SMMU without acceleration",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let vm = context.vm;
    let coverage = Coverage::of(vm);
    // One SMMU without acceleration is one mistake, however many devices are behind it.
    let mut said = HashSet::default();
    for hostdev in &vm.hostdevs {
        let Some((id, vsmmu)) = coverage.over(hostdev.parent) else { continue };
        // Where properties of nested translation are given, that it is off is the mistake.
        let is_contradiction =
            || accel_property::contradicts_off(context, vsmmu.acceleration).is_some();
        if vsmmu.acceleration.enabled || !said.insert(id) || is_contradiction() {
            continue;
        }
        let finding = refused(hostdev)
            .with_label(
                vsmmu.acceleration.origin.unwrap_or(vsmmu.origin),
                format!("vSMMU `{}` is not accelerated", vsmmu.name.value),
            )
            .with_help(context.say(InEach {
                kdl: "turn `accel` on, or write the device outside the `vsmmu`",
                libvirt: "write `accel='on'` in its `<driver>`, or put the device behind a bus without a vSMMU",
                qemu: "write `accel=on`, or put the device behind a bus without a vSMMU",
            }));
        findings.push(accel_property::turning_on(context, finding, vsmmu.acceleration));
    }
    let machine_wide = super::machine_wide(vm, IommuModel::Smmuv3);
    if let (Some(iommu), Some(hostdev)) = (machine_wide, vm.hostdevs.first()) {
        findings.push(
            refused(hostdev)
                .with_label(iommu.model.origin, "the machine-wide SMMUv3 has no acceleration")
                .with_help(context.say(InEach {
                    kdl: "replace the `iommu` by `iommufd \"iommufd0\"` and `vsmmu \"smmu0\" iommufd=\"iommufd0\" { hostdev … }`, one for each SMMU of the host",
                    libvirt: "replace it by an `<iommu>` with `pciBus` and `accel='on'` for each SMMU of the host",
                    qemu: "replace `iommu=smmuv3` by an `arm-smmuv3` with `primary-bus=` and `accel=on` for each SMMU of the host",
                })),
        );
    }
}

fn refused(hostdev: &Hostdev) -> Finding {
    NOT_ACCELERATED
        .at(
            hostdev.name.origin,
            format!("host device `{}` is behind an SMMU without acceleration", hostdev.name.value),
        )
        .with_note("QEMU: device … requires iommu MAP notifier which is not currently supported")
}
