//! `iommu/multiplicity`

use crate::finding::{Applicability, Finding};
use crate::language::InEach;
use crate::rules::{Check, Context, declare_rule};
use crate::topology::{Board, IommuModel};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that there is at most one machine-wide `iommu`, and none beside a vSMMU.
    ///
    /// ## Why
    ///
    /// Only vSMMUv3s are tied to a root complex each; the other models translate for the whole machine.
    /// libvirt has the check, but only logs what it finds: the vm is accepted and QEMU does not start, or
    /// starts with an IOMMU less than was written.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="q35" {
    ///     iommu "intel"
    ///     iommu "virtio"
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="q35" {
    ///     iommu "intel"
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt accepts it.
    ///
    /// ```xml
    /// <iommu model='smmuv3'/>
    /// <iommu model='virtio'/>
    /// ```
    ///
    /// QEMU refuses it: `virt machine already has iommu=smmuv3 set. Doesn't support incompatible iommus`
    ///
    /// ```args
    /// -machine iommu=smmuv3
    /// -device pxb-pcie,id=pci.1,bus=pcie.0,addr=1,bus_nr=252
    /// -device arm-smmuv3,primary-bus=pci.1
    /// ```
    ///
    /// QEMU refuses it: `QEMU does not support multiple vIOMMUs for x86 yet.`
    ///
    /// ```args q35
    /// -device intel-iommu
    /// -device virtio-iommu-pci
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `src/conf/domain_validate.c`, `virDomainDefIOMMUValidate`
    /// - QEMU, `hw/arm/virt.c`, `hw/i386/x86-iommu.c`
    pub(super) static MULTIPLICITY = {
        name: "iommu/multiplicity",
        summary: "only vSMMU groups may be more than one",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let vm = context.vm;
    // One that the machine cannot have at all is another mistake.
    let mut iommus = vm.iommus.iter().filter(|iommu| vm.can_have(iommu.model.value));
    let Some(first) = iommus.next() else { return };
    let twice = match vm.board() {
        Some(Board::Virt) => "QEMU: virt machine does not support multiple IOMMUs",
        _ => "QEMU: QEMU does not support multiple vIOMMUs for x86 yet.",
    };
    for other in iommus {
        findings.push(
            MULTIPLICITY
                .at(other.model.origin, "a second machine-wide IOMMU, where a vm can have only one")
                .with_text("the second one")
                .with_label(first.model.origin, "the first one")
                .with_note(reason(context, twice))
                .with_help("remove one of them")
                .with_edits(
                    "remove the second one",
                    Applicability::Unsafe,
                    [context.source.without_element(other.origin)],
                ),
        );
    }
    if let Some(vsmmu) = vm.vsmmus.first().filter(|_| vm.can_have(IommuModel::Smmuv3)) {
        let beside = match first.model.value {
            IommuModel::Smmuv3 => {
                "QEMU: virt machine already has iommu=smmuv3 set. Doesn't support incompatible iommus"
            }
            _ if first.origin < vsmmu.origin => {
                "QEMU: virt machine already has virtio-iommu set. Doesn't support incompatible iommus"
            }
            _ => "QEMU starts this only because the vSMMUs come first",
        };
        findings.push(
            MULTIPLICITY
                .at(first.model.origin, "a machine-wide IOMMU and vSMMUs exclude each other")
                .with_text("translates for the whole machine")
                .with_label(vsmmu.name.origin, "translates for one root complex")
                .with_note(reason(context, beside))
                .with_help(context.say(match first.model.value {
                    IommuModel::Smmuv3 => InEach {
                        kdl: REMOVAL,
                        libvirt: "write `<driver pciBus='…'/>` in that of the whole machine, with the index of a PXB of its own, or remove it",
                        qemu: "remove `iommu=smmuv3`, or every `arm-smmuv3`",
                    },
                    _ => InEach {
                        kdl: REMOVAL,
                        libvirt: "remove it, or every `<iommu>` with a `pciBus`",
                        qemu: "remove it, or every `arm-smmuv3`",
                    },
                })),
        );
    }
}

/// What to do about both.
const REMOVAL: &str = "remove the `iommu`, or the vSMMUs";

/// What to quote. On a command line it depends on the machine and on what comes first.
fn reason(context: &Context<'_>, qemu: &'static str) -> &'static str {
    let libvirt =
        "libvirt accepts it, but only vSMMUs, each on a root complex of its own, can be several";
    context.say(InEach { kdl: libvirt, libvirt, qemu })
}
