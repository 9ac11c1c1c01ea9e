//! `iommu/gic`

use crate::finding::{Applicability, Finding};
use crate::rules::{Check, Context, declare_rule};
use crate::topology::Board;

declare_rule! {
    /// ## What it does
    ///
    /// Warns of an accelerated vSMMU in a vm with `gic 2`.
    ///
    /// ## Why
    ///
    /// The vSMMU maps the address to which host devices write their interrupts. With `gic 3` that is an ITS;
    /// with `gic 2` it is a `GICv2m` frame: no interrupt remapping, few interrupts, and at most 8 vCPUs. Hosts
    /// whose SMMU can be nested have the third version, and most of them cannot run a guest with the second at all.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     gic 2
    ///     iommufd "iommufd0"
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
    ///     gic 3
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
    /// <domain type='qemu'>
    ///   <name>probe</name>
    ///   <memory unit='GiB'>1</memory>
    ///   <vcpu>1</vcpu>
    ///   <os firmware='efi'><type arch='aarch64' machine='virt'>hvm</type></os>
    ///   <features><acpi/><gic version='2'/></features>
    ///   <devices>
    ///     <controller type='pci' index='1' model='pcie-expander-bus'><target busNr='252'/></controller>
    ///     <iommu model='smmuv3'><driver pciBus='1' accel='on'/></iommu>
    ///   </devices>
    /// </domain>
    /// ```
    ///
    /// QEMU would start it (not reproduced: needs KVM on Arm); the address is then that of the `GICv2m`
    /// frame.
    ///
    /// ## References
    ///
    /// - QEMU, `hw/arm/virt.c`, `msi-gpa`
    pub(super) static GIC = {
        name: "iommu/gic",
        summary: "an accelerated vSMMU goes with GICv3",
        severity: Warning,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let vm = context.vm;
    let Some(gic) = vm.gic.filter(|gic| gic.value == 2 && vm.board() == Some(Board::Virt)) else {
        return;
    };
    if let Some(vsmmu) = vm.vsmmus.iter().find(|vsmmu| vsmmu.acceleration.enabled) {
        findings.push(
            GIC.at(
                gic.origin,
                format!("the accelerated vSMMU `{}` goes with GICv3", vsmmu.name.value),
            )
            .with_text("has no ITS")
            .with_label(vsmmu.name.origin, "nested translation is on")
            .with_help("use `gic 3`, or leave it out")
            .with_replacement("write `3`", Applicability::Unsafe, gic.origin, "3"),
        );
    }
}
