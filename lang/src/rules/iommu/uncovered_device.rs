//! `iommu/uncovered-device`

use super::empty_group::empty;
use crate::finding::Finding;
use crate::language::InEach;
use crate::rules::{Check, Context, declare_rule};
use crate::topology::Board;

declare_rule! {
    /// ## What it does
    ///
    /// Checks that no host device is outside every vSMMU while the vm has accelerated ones. Where one of
    /// those is empty, and should not be, `iommu/empty-group` speaks of both.
    ///
    /// ## Why
    ///
    /// libvirt and QEMU start it without a word. The device is then not translated at all, so that its
    /// isolation and its address space differ from those of the others.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     hostdev "nic0" host="0019:01:00.0" iommufd="iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
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
    ///         hostdev "nic0" host="0019:01:00.0"
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
    /// <controller type='pci' index='2' model='pcie-root-port'/>
    /// <hostdev mode='subsystem' type='pci' managed='no'>
    ///   <driver iommufd='yes'/>
    ///   <source><address domain='9' bus='1' slot='0' function='0'/></source>
    ///   <address type='pci' bus='2' slot='0'/>
    /// </hostdev>
    /// <iommu model='smmuv3'><driver pciBus='1' accel='on'/></iommu>
    /// ```
    ///
    /// ## References
    ///
    /// - Arm, IO Remapping Table (IORT): root complexes without an SMMU
    pub(super) static UNCOVERED_DEVICE = {
        name: "iommu/uncovered-device",
        summary: "where some host devices are behind a vSMMU, all are",
        severity: Warning,
        needs: File,
        since: "0.1.0",
        check: Check::EachWholeVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let vm = context.vm;
    // Behind one without acceleration no host device can be.
    let Some(vsmmu) = vm.vsmmus.iter().find(|vsmmu| vsmmu.acceleration.enabled) else { return };
    // Beside a machine-wide IOMMU, or on another machine, the vSMMUs themselves are the mistake.
    if !vm.iommus.is_empty() || vm.board() != Some(Board::Virt) || !empty(context).is_empty() {
        return;
    }
    for hostdev in &vm.hostdevs {
        if vm.vsmmu_over(hostdev.parent).is_some() {
            continue;
        }
        findings.push(
            UNCOVERED_DEVICE
                .at(
                    hostdev.name.origin,
                    format!("host device `{}` is behind no vSMMU", hostdev.name.value),
                )
                .with_label(vsmmu.name.origin, "the vm has vSMMUs")
                .with_note(
                    "libvirt and QEMU start this without a word; nothing translates for the device",
                )
                .with_note(
                    "the physical SMMU of a device is what `iommu` links to in its folder in `/sys/bus/pci/devices`",
                )
                .with_help(context.say(InEach {
                    kdl: "write it inside the `vsmmu` of its physical SMMU, or inside one of its own",
                    libvirt: "give it an `<address>` on the `bus` of a root port behind the vSMMU of its \
                              physical SMMU, or behind one of its own",
                    qemu: "give it the `bus=` of a root port behind the vSMMU of its physical SMMU, or \
                           behind one of its own",
                })),
        );
    }
}
