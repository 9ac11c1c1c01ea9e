//! `iommu/migration`

use crate::finding::Finding;
use crate::rules::coverage::Coverage;
use crate::rules::{Check, Context, declare_rule};
use crate::topology::Vm;

declare_rule! {
    /// ## What it does
    ///
    /// Says that a vm can be neither migrated live, nor saved, nor snapshotted while it runs: it has an accelerated
    /// vSMMU, or a host device together with any other IOMMU.
    ///
    /// This rule is off unless it is asked for, with `--select iommu/migration` or in `iommulint.toml`.
    ///
    /// ## Why
    ///
    /// The state of nested translation is in the host's SMMU, and QEMU cannot carry it over. Behind any other IOMMU
    /// it does not track what a host device writes to. libvirt defines such a domain like every other; that it stays
    /// on its host shows on the day it has to leave.
    ///
    /// ## Example
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
    /// ## Use instead
    ///
    /// Where the vm has to move, a device that QEMU emulates. Where it may stay, allow the rule, and say so.
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     vsmmu "smmu0" {
    ///         accel #false
    ///         root-port {
    ///             device "net0" driver="virtio-net-pci" iommu_platform=#true
    ///         }
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
    /// <iommu model='smmuv3'><driver pciBus='1' accel='on'/></iommu>
    /// ```
    ///
    /// QEMU would start it, and refuse to migrate it (not reproduced: needs KVM on Arm): `Migration not supported with
    /// SMMUv3 accelerator mode enabled`; behind other IOMMUs `Migration is currently not supported with vIOMMU
    /// enabled`.
    ///
    /// ## References
    ///
    /// - QEMU, `hw/arm/smmuv3.c`, `hw/vfio/migration.c`
    pub(super) static MIGRATION = {
        name: "iommu/migration",
        summary: "nothing keeps the vm from live migration, save and snapshot",
        severity: Note,
        on_by_default: false,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    findings.extend(accelerated(context.vm).or_else(|| translated(context.vm)));
}

fn accelerated(vm: &Vm) -> Option<Finding> {
    let coverage = Coverage::of(vm);
    let mut vsmmus =
        vm.vsmmus.iter().filter(|vsmmu| vsmmu.acceleration.enabled && coverage.is_settled(vsmmu));
    let first = vsmmus.next()?;
    let finding = MIGRATION
        .at(first.name.origin, format!("vm `{}` can be neither migrated nor saved", vm.name.value))
        .with_text("nested translation")
        .with_note("QEMU: Migration not supported with SMMUv3 accelerator mode enabled");
    Some(vsmmus.fold(finding, |finding, vsmmu| {
        finding.with_label(vsmmu.name.origin, "nested translation here too")
    }))
}

/// A host device, and an IOMMU of the machine that translates for it.
fn translated(vm: &Vm) -> Option<Finding> {
    let iommu = vm.iommus.iter().find(|iommu| vm.can_have(iommu.model.value))?;
    let hostdev = vm.hostdevs.first()?;
    Some(
        MIGRATION
            .at(
                iommu.model.origin,
                format!("vm `{}` can be neither migrated nor saved", vm.name.value),
            )
            .with_text("translates for host devices")
            .with_label(hostdev.name.origin, "a host device")
            .with_note("QEMU: Migration is currently not supported with vIOMMU enabled"),
    )
}
