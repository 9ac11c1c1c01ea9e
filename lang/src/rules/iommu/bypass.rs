//! `iommu/bypass`

use crate::finding::Finding;
use crate::rules::{Check, declare_rule};
use crate::span::Origin;

declare_rule! {
    /// ## What it does
    ///
    /// Checks that no root bus which a QEMU command line gives a vSMMU bypasses its IOMMU:
    /// `bypass_iommu=on` of a `pxb-pcie`, `default-bus-bypass-iommu=on` of the machine for `pcie.0`.
    ///
    /// ## Why
    ///
    /// The two exclude each other, and QEMU does not start. The first proposal of nested translation
    /// had the property in its examples, so it is often copied.
    ///
    /// ## Example
    ///
    /// ```sh
    /// qemu-system-aarch64 -machine virt -bios QEMU_EFI.fd \
    ///     -device pxb-pcie,id=pxb0,bus_nr=32,bus=pcie.0,bypass_iommu=on \
    ///     -device arm-smmuv3,primary-bus=pxb0
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```sh
    /// qemu-system-aarch64 -machine virt -bios QEMU_EFI.fd \
    ///     -device pxb-pcie,id=pxb0,bus_nr=32,bus=pcie.0 \
    ///     -device arm-smmuv3,primary-bus=pxb0
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt has no such property.
    ///
    /// QEMU refuses it: `Bypass option cannot be set for SMMUv3 associated PCIe RC`
    ///
    /// ```args
    /// -device pxb-pcie,id=pxb0,bus_nr=32,bus=pcie.0,bypass_iommu=on
    /// -device arm-smmuv3,primary-bus=pxb0
    /// ```
    ///
    /// QEMU refuses it: `Bypass option cannot be set for SMMUv3 associated PCIe RC`
    ///
    /// ```args
    /// -machine default-bus-bypass-iommu=on
    /// -device arm-smmuv3,primary-bus=pcie.0
    /// ```
    ///
    /// ## References
    ///
    /// - QEMU, `docs/bypass-iommu.txt`, `hw/arm/smmu-common.c`
    pub(super) static BYPASS = {
        name: "iommu/bypass",
        summary: "a root bus with a vSMMU does not bypass it",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}

/// A root bus that is to bypass the vSMMU it has.
pub(crate) fn bypasses(switch: Origin, property: &str, vsmmu: Origin) -> Finding {
    BYPASS
        .at(switch, "a root bus with a vSMMU cannot bypass it")
        .with_label(vsmmu, "translates for it")
        .with_note("QEMU: Bypass option cannot be set for SMMUv3 associated PCIe RC")
        .with_help(format!("remove `{property}`"))
}
