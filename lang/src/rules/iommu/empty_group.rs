//! `iommu/empty-group`

use crate::hash::HashSet;

use crate::finding::Finding;
use crate::language::InEach;
use crate::rules::coverage::Coverage;
use crate::rules::{Check, Context, declare_rule};
use crate::target::Feature;
use crate::topology::{Acceleration, Vsmmu, VsmmuId};

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
    let vm = context.vm;
    // Where a device is behind none of them, it may be the one that was meant.
    let uncovered = vm.hostdevs.iter().find(|hostdev| vm.vsmmu_over(hostdev.parent).is_none());
    for Empty { vsmmu, left } in empty(context) {
        let finding = EMPTY_GROUP
            .at(
                vsmmu.name.origin,
                format!(
                    "vSMMU `{}` has no host device to take {} from",
                    vsmmu.name.value,
                    left.join(", ")
                ),
            )
            .with_note(
                "QEMU: arm-smmuv3 accel=on with 'auto' properties requires at least one cold-plugged \
                 VFIO device",
            )
            .with_help(context.say(InEach {
                kdl: "give `accel` a value for each of them, or write a host device inside the `vsmmu`",
                libvirt: "give its `<driver>` a value for each of them, or put a host device behind it",
                qemu: "give it a value for each of them, or put a `vfio-pci` behind it",
            }));
        findings.push(match uncovered {
            Some(hostdev) => finding.with_label(hostdev.name.origin, "behind no vSMMU"),
            None => finding,
        });
    }
}

/// A vSMMU without a host device, and the properties it would take from one.
pub(super) struct Empty<'vm> {
    vsmmu: &'vm Vsmmu,
    left: Vec<&'static str>,
}

/// Every such vSMMU, in file order, where the target takes properties from a host device.
pub(super) fn empty<'vm>(context: &Context<'vm>) -> Vec<Empty<'vm>> {
    let (vm, target) = (context.vm, context.target);
    let asks_host = target.qemu.has(Feature::AccelAuto) && target.qemu.has(Feature::AccelAts);
    if !context.whole || !target.judge_qemu || !asks_host {
        return Vec::new();
    }
    let coverage = Coverage::of(vm);
    let behind = vm.hostdevs.iter().filter_map(|hostdev| coverage.over(hostdev.parent));
    let used: HashSet<VsmmuId> = behind.map(|(id, _)| id).collect();
    let unused = vm.vsmmus().filter(|(id, vsmmu)| {
        vsmmu.acceleration.enabled && coverage.is_settled(vsmmu) && !used.contains(id)
    });
    let empty = unused.map(|(_, vsmmu)| Empty { vsmmu, left: left_to_host(vsmmu.acceleration) });
    empty.filter(|empty| !empty.left.is_empty()).collect()
}

fn left_to_host(acceleration: Acceleration) -> Vec<&'static str> {
    let Acceleration { ats, ril, ssidsize, oas, .. } = acceleration;
    let properties = [
        ("ats", ats.and_then(|written| written.value.fixed()).is_some()),
        ("ril", ril.and_then(|written| written.value.fixed()).is_some()),
        ("ssidsize", ssidsize.and_then(|written| written.value.fixed()).is_some()),
        ("oas", oas.and_then(|written| written.value.fixed()).is_some()),
    ];
    properties.into_iter().filter(|(_, is_fixed)| !is_fixed).map(|(name, _)| name).collect()
}
