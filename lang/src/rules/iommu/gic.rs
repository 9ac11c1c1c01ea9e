//! `iommu/gic`

use crate::finding::{Applicability, Finding, Severity};
use crate::language::InEach;
use crate::rules::{Check, Context, Value, declare_rule};
use crate::span::Origin;
use crate::topology::{Board, Vm};

declare_rule! {
    /// ## What it does
    ///
    /// Warns of an accelerated vSMMU in a vm with `gic 2`. More than 8 vCPUs with it are an error.
    ///
    /// ## Why
    ///
    /// The vSMMU maps the address to which host devices write their interrupts. With `gic 3` that is an ITS;
    /// with `gic 2` it is a `GICv2m` frame: no interrupt remapping, and few interrupts. Hosts whose SMMU can be
    /// nested have the third version, and most of them cannot run a guest with the second at all.
    ///
    /// A `GICv2` has interfaces for 8 CPUs, with or without a vSMMU.
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
    /// frame. With more than 8 vCPUs it does not:
    ///
    /// QEMU refuses it: `Number of SMP CPUs requested (9) exceeds max CPUs supported by machine 'mach-virt' (8)`
    ///
    /// ```args
    /// -machine gic-version=2 -smp 9
    /// ```
    ///
    /// ## References
    ///
    /// - QEMU, `hw/arm/virt.c`, `msi-gpa`; `include/hw/intc/arm_gic_common.h`, `GIC_NCPU`
    pub(super) static GIC = {
        name: "iommu/gic",
        summary: "an accelerated vSMMU, or more than 8 vCPUs, has GICv3",
        severity: Warning,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

/// CPU interfaces of a `GICv2` (Arm Generic Interrupt Controller Architecture Specification, version 2.0).
const MOST_VCPUS: u64 = 8;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let vm = context.vm;
    let Some(gic) = vm.gic.filter(|gic| gic.value == 2 && vm.board() == Some(Board::Virt)) else {
        return;
    };
    let finding = too_many_vcpus(vm, gic.origin).or_else(|| without_its(vm, gic.origin));
    findings.extend(finding.map(|finding| {
        let help = context.say(InEach {
            kdl: "use `gic 3`, or leave it out",
            libvirt: "use `<gic version='3'/>`",
            qemu: "use `gic-version=3`",
        });
        let three = context.source.with_value(gic.origin, Value::Number(3));
        finding.with_help(help).with_edits("write `3`", Applicability::Unsafe, [three])
    }));
}

fn too_many_vcpus(vm: &Vm, gic: Origin) -> Option<Finding> {
    let vcpus = vm.vcpu_count().filter(|&vcpus| vcpus > MOST_VCPUS)?;
    let finding = GIC
        .at(gic, format!("{vcpus} vCPUs need GICv3"))
        .with_text(format!("goes up to {MOST_VCPUS} vCPUs"))
        .with_note(format!(
            "QEMU: Number of SMP CPUs requested ({vcpus}) exceeds max CPUs supported by machine \
             'mach-virt' ({MOST_VCPUS})"
        ));
    let finding = match vm.vcpus {
        Some(vcpus) => finding.with_label(vcpus.origin, format!("more than {MOST_VCPUS}")),
        None => finding,
    };
    Some(Finding { severity: Severity::Error, ..finding })
}

fn without_its(vm: &Vm, gic: Origin) -> Option<Finding> {
    let vsmmu = vm.vsmmus.iter().find(|vsmmu| vsmmu.acceleration.enabled)?;
    Some(
        GIC.at(gic, format!("the accelerated vSMMU `{}` should have GICv3", vsmmu.name.value))
            .with_text("GICv2 has no ITS, to which host devices write their interrupts")
            .with_label(vsmmu.name.origin, "nested translation is on"),
    )
}
