//! `iommu/needs-kvm`

use crate::finding::{Applicability, Finding};
use crate::language::InEach;
use crate::rules::{Check, Context, Value, declare_rule};
use crate::topology::{Accelerator, Board};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that a vm with an accelerated vSMMU does not ask for emulation.
    ///
    /// ## Why
    ///
    /// Nested translation is done by the host's SMMU for a guest that runs on the host's CPUs.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     accelerator "tcg"
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
    ///     accelerator "kvm"
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
    /// <iommu model='smmuv3'><driver pciBus='1' accel='on'/></iommu>
    /// ```
    ///
    /// QEMU refuses it: `SMMUv3 accel=on requires KVM with kernel-irqchip=on support`
    ///
    /// ```args
    /// -accel tcg
    /// -device pxb-pcie,id=pci.1,bus=pcie.0,addr=1,bus_nr=252
    /// -device arm-smmuv3,primary-bus=pci.1,accel=on
    /// ```
    ///
    /// ## References
    ///
    /// - QEMU, `hw/arm/smmuv3.c`
    pub(super) static NEEDS_KVM = {
        name: "iommu/needs-kvm",
        summary: "acceleration needs KVM",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let vm = context.vm;
    let accelerated = vm.vsmmus.iter().find(|vsmmu| vsmmu.acceleration.enabled);
    let tcg = vm.accelerator.filter(|accelerator| accelerator.value == Accelerator::Tcg);
    if let (Some(vsmmu), Some(tcg)) = (accelerated, tcg.filter(|_| vm.board() == Some(Board::Virt)))
    {
        findings.push(
            NEEDS_KVM
                .at(tcg.origin, format!("the accelerated vSMMU `{}` needs KVM", vsmmu.name.value))
                .with_label(vsmmu.name.origin, "nested translation is on")
                .with_note("QEMU: SMMUv3 accel=on requires KVM with kernel-irqchip=on support")
                .with_help(context.say(InEach {
                    kdl: "`lower --stand-in` gives the same topology for emulation",
                    libvirt: "use `<domain type='kvm'>`",
                    qemu: match &vm.cpu {
                        Some(cpu) if !["host", "max"].contains(&cpu.value.as_str()) => {
                            "use `-accel kvm`, with `-cpu host`"
                        }
                        _ => "use `-accel kvm`",
                    },
                }))
                .with_edits(
                    context.say(InEach {
                        kdl: "use `\"kvm\"`",
                        libvirt: "use `kvm`",
                        qemu: "use `kvm`",
                    }),
                    Applicability::Unsafe,
                    [context.source.with_value(tcg.origin, Value::Text("kvm"))],
                ),
        );
    }
}
