//! `iommu/empty-group`

use std::collections::HashSet;

use crate::finding::Finding;
use crate::rules::{Check, Context, declare_rule};
use crate::target::Feature;
use crate::topology::{Acceleration, VsmmuId};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that an accelerated vSMMU of which `ats`, `ril`, `ssidsize` or `oas` is left to the host has
    /// a host device behind it.
    ///
    /// ## Why
    ///
    /// QEMU asks the first host device for those values. With none plugged in at the start it does not
    /// start.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     vsmmu "smmu0" {
    ///         spare-ports 1
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     vsmmu "smmu0" {
    ///         accel ats=#true ril=#false ssidsize=20 oas=48
    ///         spare-ports 1
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
    /// QEMU would refuse it (not reproduced: needs KVM on Arm): `arm-smmuv3 accel=on with 'auto' properties requires at
    /// least one cold-plugged VFIO device`.
    ///
    /// ## References
    ///
    /// - QEMU, `hw/arm/smmuv3-accel.c`
    pub(super) static EMPTY_GROUP = {
        name: "iommu/empty-group",
        summary: "an accelerated vSMMU that takes values from the host has a host device",
        severity: Warning,
        needs: Target,
        since: "0.1.0",
        check: Check::EachWholeVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let qemu = context.target.qemu;
    let asks_host = qemu.has(Feature::AccelAuto) && qemu.has(Feature::AccelAts);
    if !context.target.judge_qemu || !asks_host {
        return;
    }
    let vm = context.vm;
    let used: HashSet<VsmmuId> =
        vm.hostdevs.iter().filter_map(|hostdev| Some(vm.vsmmu_over(hostdev.parent)?.0)).collect();
    for (id, vsmmu) in vm.vsmmus() {
        let Acceleration { enabled, ats, ril, ssidsize, oas, .. } = vsmmu.acceleration;
        // Of two on one root complex, what is there counts for the first.
        let is_shared = vm.vsmmu_of(vsmmu.root_complex).is_none_or(|(first, _)| first != id);
        if !enabled || is_shared || used.contains(&id) {
            continue;
        }
        let left = [
            ("ats", ats.and_then(|written| written.value.fixed()).is_some()),
            ("ril", ril.and_then(|written| written.value.fixed()).is_some()),
            ("ssidsize", ssidsize.and_then(|written| written.value.fixed()).is_some()),
            ("oas", oas.and_then(|written| written.value.fixed()).is_some()),
        ];
        let left: Vec<&str> =
            left.iter().filter(|(_, fixed)| !fixed).map(|(name, _)| *name).collect();
        if left.is_empty() {
            continue;
        }
        findings.push(
            EMPTY_GROUP
                .at(
                    vsmmu.name.origin,
                    format!("vSMMU `{}` has no host device to take {} from", vsmmu.name.value, left.join(", ")),
                )
                .with_note(
                    "QEMU: arm-smmuv3 accel=on with 'auto' properties requires at least one cold-plugged \
                     VFIO device",
                )
                .with_help("give `accel` a value for each of them, or put a host device into the group"),
        );
    }
}
