//! `iommu/x2apic`

use crate::finding::Finding;
use crate::rules::{Check, Context, declare_rule};
use crate::span::Written;
use crate::topology::{Board, IommuModel};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that a vm with more than 255 vCPUs does not turn `eim` (intel) or `xtsup` (amd) off, and has
    /// not the `virtio` IOMMU.
    ///
    /// ## Why
    ///
    /// Interrupts of devices cannot reach APIC ids above 254 without remapping. libvirt and QEMU start the
    /// vm without a word.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="q35" {
    ///     vcpus 300
    ///     iommu "intel" {
    ///         intremap #true
    ///         eim #false
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="q35" {
    ///     vcpus 300
    ///     iommu "intel" {
    ///         intremap #true
    ///         eim #true
    ///     }
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt accepts it.
    ///
    /// ```xml q35
    /// <iommu model='intel'><driver intremap='on' eim='off'/></iommu>
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `src/qemu/qemu_validate.c`
    /// - Intel, Virtualization Technology for Directed I/O, 5.1
    pub(super) static X2APIC = {
        name: "iommu/x2apic",
        summary: "more than 255 vCPUs have an IOMMU that remaps their interrupts",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

/// Above this some APIC id does not fit eight bits.
const MOST_WITHOUT: i64 = 255;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let vm = context.vm;
    let Some(vcpus) = vm.vcpus.filter(|vcpus| vcpus.value > MOST_WITHOUT) else { return };
    if vm.board() != Some(Board::Q35) {
        return;
    }
    let [iommu] = &vm.iommus[..] else { return };
    let off = |written: Option<Written<bool>>| written.filter(|on| !on.value).map(|on| on.origin);
    let (origin, what) = match iommu.model.value {
        IommuModel::Intel => (off(iommu.eim), "`eim`"),
        IommuModel::Amd => (off(iommu.xtsup), "`xtsup`"),
        IommuModel::Virtio => (Some(iommu.model.origin), "an IOMMU that remaps interrupts"),
        IommuModel::Smmuv3 => (None, ""),
    };
    if let Some(origin) = origin {
        findings.push(
            X2APIC
                .at(origin, format!("{} vCPUs need {what}", vcpus.value))
                .with_label(vcpus.origin, "more than 255")
                .with_note(
                    "libvirt and QEMU start this without a word; interrupts do not reach all vCPUs",
                )
                .with_help("leave it out to have it on, with `intel` or `amd`"),
        );
    }
}
