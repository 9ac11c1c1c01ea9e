//! `iommu/needs-acpi`

use crate::finding::{Applicability, Finding};
use crate::language::InEach;
use crate::rules::{Check, Context, Value, declare_rule};
use crate::span::Origin;
use crate::topology::{Board, Firmware, IommuModel, RootComplex, Vm};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that `firmware`, where it is written, is `"efi"` in a vm with an accelerated vSMMU, with a vSMMU
    /// that translates for a PXB, or, if libvirt is a target, with a virtio IOMMU; and, in a domain or a command
    /// line, that ACPI itself is on, which a virtio IOMMU of `q35` needs too.
    ///
    /// ## Why
    ///
    /// Without UEFI there is no ACPI on `virt`, and a device tree cannot describe such a vSMMU: QEMU
    /// refuses an accelerated one, and of the others the guest sees nothing.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     firmware "none"
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
    ///     firmware "efi"
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// QEMU accepts it, with a warning that nobody reads: `SMMUv3 device only supported with pcie.0 for DT`.
    ///
    /// ```args
    /// -device pxb-pcie,id=pci.1,bus=pcie.0,addr=1,bus_nr=252
    /// -device arm-smmuv3,primary-bus=pci.1
    /// ```
    ///
    /// libvirt refuses it: `IOMMU device: 'virtio' requires ACPI`
    ///
    /// ```xml
    /// <domain type='qemu'>
    ///   <name>probe</name>
    ///   <memory unit='GiB'>1</memory>
    ///   <vcpu>1</vcpu>
    ///   <os><type arch='aarch64' machine='virt'>hvm</type></os>
    ///   <features><gic version='3'/></features>
    ///   <devices><iommu model='virtio'/></devices>
    /// </domain>
    /// ```
    ///
    /// QEMU would refuse acceleration (not reproduced: needs KVM on Arm): `SMMUv3 with accel=on not supported for DT`.
    ///
    /// ## References
    ///
    /// - QEMU, `hw/arm/virt.c`
    pub(super) static NEEDS_ACPI = {
        name: "iommu/needs-acpi",
        summary: "a vSMMU of a PXB, and acceleration, need ACPI, and so UEFI",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let vm = context.vm;
    if vm.board() == Some(Board::Q35) {
        return findings.extend(virtio_on_q35(context));
    }
    let Some(lack) = Lack::of(vm).filter(|_| vm.board() == Some(Board::Virt)) else { return };
    let of_libvirt = || virtio_in_need(vm, lack).or_else(|| acpi_in_need(vm, lack));
    let in_need =
        vsmmu_in_need(vm, lack).or_else(|| of_libvirt().filter(|_| context.target.judge_libvirt));
    findings.extend(in_need.map(|finding| lack.with_help(context, finding)));
}

/// What is not there.
#[derive(Clone, Copy)]
enum Lack {
    /// ACPI itself.
    Acpi(Origin),
    /// UEFI, without which the machine has no ACPI.
    Uefi(Origin),
}

impl Lack {
    fn of(vm: &Vm) -> Option<Self> {
        let acpi = vm.acpi.filter(|acpi| !acpi.value).map(|acpi| Self::Acpi(acpi.origin));
        let firmware = vm.firmware.filter(|firmware| firmware.value != Firmware::Efi);
        acpi.or_else(|| firmware.map(|firmware| Self::Uefi(firmware.origin)))
    }

    const fn origin(self) -> Origin {
        match self {
            Self::Acpi(origin) | Self::Uefi(origin) => origin,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Acpi(_) => "ACPI",
            Self::Uefi(_) => "UEFI",
        }
    }

    fn with_help(self, context: &Context<'_>, finding: Finding) -> Finding {
        let firmware = context.vm.firmware;
        let has_uefi = firmware.is_none_or(|firmware| firmware.value == Firmware::Efi);
        let (help, title) = match self {
            Self::Acpi(_) if has_uefi => (context.say(super::ADD_ACPI), None),
            Self::Acpi(_) => context.say(InEach {
                kdl: ("turn ACPI on, and use `firmware \"efi\"`", None),
                libvirt: ("add `<acpi/>` to `<features>`, and use `<os firmware='efi'>`", None),
                qemu: ("leave `acpi=off` out, and give it UEFI with two `-drive if=pflash`", None),
            }),
            Self::Uefi(_) => context.say(InEach {
                kdl: ("use `firmware \"efi\"`", Some("use `\"efi\"`")),
                libvirt: ("use `<os firmware='efi'>`", Some("use `efi`")),
                qemu: ("give it UEFI: `-bios QEMU_EFI.fd`, or two `-drive if=pflash`", None),
            }),
        };
        let efi = title.map(|_| context.source.with_value(self.origin(), Value::Text("efi")));
        finding.with_help(help).with_edits(title.unwrap_or_default(), Applicability::Unsafe, efi)
    }
}

fn vsmmu_in_need(vm: &Vm, lack: Lack) -> Option<Finding> {
    let vsmmu = vm
        .vsmmus
        .iter()
        .find(|vsmmu| vsmmu.acceleration.enabled || vsmmu.root_complex != RootComplex::Root)?;
    let finding = NEEDS_ACPI
        .at(lack.origin(), format!("vSMMU `{}` needs {}", vsmmu.name.value, lack.word()))
        .with_label(vsmmu.name.origin, "only ACPI can describe it");
    Some(finding.with_note(if has_acpi(vm) {
        REFUSAL
    } else if vsmmu.acceleration.enabled {
        "QEMU: SMMUv3 with accel=on not supported for DT"
    } else {
        "QEMU starts this with a warning; the guest does not see the vSMMU"
    }))
}

/// QEMU itself describes a virtio IOMMU in a device tree too.
fn virtio_in_need(vm: &Vm, lack: Lack) -> Option<Finding> {
    let iommu = super::machine_wide(vm, IommuModel::Virtio)?;
    let finding = NEEDS_ACPI
        .at(lack.origin(), format!("libvirt wants {} for a virtio IOMMU", lack.word()))
        .with_label(iommu.model.origin, "needs ACPI");
    Some(finding.with_note(match lack {
        Lack::Uefi(_) if has_acpi(vm) => REFUSAL,
        Lack::Uefi(_) | Lack::Acpi(_) => "libvirt: IOMMU device: 'virtio' requires ACPI",
    }))
}

/// On x86 there is no device tree to describe it.
fn virtio_on_q35(context: &Context<'_>) -> Option<Finding> {
    let iommu = super::machine_wide(context.vm, IommuModel::Virtio)?;
    let finding = super::unseen_without_acpi(context, &NEEDS_ACPI, iommu, "virtio")?;
    let alone = context.say(InEach { kdl: false, libvirt: false, qemu: true });
    Some(
        finding
            .with_notes(context.libvirt_says("IOMMU device: 'virtio' requires ACPI"))
            .with_notes(
                alone.then_some(
                    "QEMU starts this without a word; the guest has no IOMMU".to_owned(),
                ),
            ),
    )
}

/// libvirt has no ACPI without UEFI on Arm.
fn acpi_in_need(vm: &Vm, lack: Lack) -> Option<Finding> {
    let acpi = vm.acpi.filter(|acpi| acpi.value)?;
    let finding = NEEDS_ACPI
        .at(lack.origin(), "ACPI needs UEFI")
        .with_label(acpi.origin, "on")
        .with_note(REFUSAL);
    Some(finding)
}

fn has_acpi(vm: &Vm) -> bool {
    vm.acpi.is_some_and(|acpi| acpi.value)
}

/// What libvirt says to ACPI without UEFI, before it looks at any IOMMU (`src/qemu/qemu_validate.c`).
const REFUSAL: &str = "libvirt: ACPI requires UEFI on this architecture";
