//! What each release can do: the one table. Nothing else compares versions.

use super::Version;

/// Something that not every libvirt or QEMU release can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feature {
    /// A machine-wide SMMUv3.
    MachineSmmuv3,
    /// A virtio IOMMU.
    VirtioIommu,
    /// An AMD IOMMU.
    AmdIommu,
    /// A vSMMU tied to one root complex, and several of them.
    VsmmuPerBus,
    /// `accel`: nested translation.
    Accel,
    /// `ats` of an accelerated vSMMU.
    AccelAts,
    /// `ril` of an accelerated vSMMU.
    AccelRil,
    /// `ssidsize` of an accelerated vSMMU.
    AccelSsidsize,
    /// `oas` of an accelerated vSMMU.
    AccelOas,
    /// `cmdqv` of an accelerated vSMMU.
    AccelCmdqv,
    /// Values left to `auto` are taken from the host's SMMU.
    AccelAuto,
    /// An iommufd behind a host device.
    Iommufd,
    /// More than one iommufd object in a vm.
    SeveralIommufds,
    /// An iommufd opened by a management layer, as an fd number.
    IommufdFd,
    /// An iommufd opened by a management layer, as an fd group.
    IommufdFdgroup,
    /// A VFIO character device opened by a management layer, as an fd number.
    HostdevFd,
    /// ACPI generic initiators.
    GenericInitiator,
    /// `granule` of the virtio IOMMU.
    VirtioGranule,
    /// `aw-bits` of the intel IOMMU.
    IntelAwBits,
    /// `dma-translation` of the intel IOMMU.
    IntelDmaTranslation,
    /// `passthrough` of the amd IOMMU.
    AmdPassthrough,
    /// `xtsup` of the amd IOMMU.
    AmdXtsup,
    /// `dma-remap` of the amd IOMMU.
    AmdDmaRemap,
    /// A 64-bit MMIO window of a chosen size on `virt`.
    HighmemMmioSize,
}

/// Since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// Longer than any release the tool knows of.
    Always,
    /// From this release on.
    Release(Version),
    /// In no release.
    Never,
}

impl Since {
    /// Whether `version` has it.
    #[must_use]
    pub fn includes(self, version: Version) -> bool {
        match self {
            Self::Always => true,
            Self::Release(first) => version >= first,
            Self::Never => false,
        }
    }
}
