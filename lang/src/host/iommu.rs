//! IOMMUs of a host.

use super::Fact;
use crate::span::Span;
use crate::topology::Size;

/// An IOMMU: `/sys/class/iommu/NAME`. Its features are those of an `SMMUv3`, which only the ioctl
/// `IOMMU_GET_HW_INFO` tells, for a device behind it that is bound to iommufd; the registers are those of the Arm
/// `SMMUv3` specification (IHI 0070). They are unknown of any other IOMMU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Iommu {
    /// The bytes of its name in the snapshot.
    pub span: Span,
    /// Whether it can do Address Translation Services (`SMMU_IDR0.ATS`).
    pub ats: Fact<bool>,
    /// Whether it can invalidate ranges (`SMMU_IDR3.RIL`).
    pub ril: Fact<bool>,
    /// How many bits a substream id has, 0 to 20 (`SMMU_IDR1.SSIDSIZE`); 0 is no substreams.
    pub ssidsize: Fact<u8>,
    /// How many bits an output address has: 32, 36, 40, 42, 44, 48, 52 or 56 (`SMMU_IDR5.OAS`).
    pub oas: Fact<u8>,
    /// The page granules that it can translate by, of 4, 16 and 64 KiB (`SMMU_IDR5.GRAN4K`, `GRAN16K`, `GRAN64K`).
    pub granules: Fact<Vec<Size>>,
    /// Whether it has NVIDIA's virtual command queues (the data type `IOMMU_HW_INFO_TYPE_TEGRA241_CMDQV`).
    pub cmdqv: Fact<bool>,
}

impl Iommu {
    /// Whether the IOMMU called `name` is an `SMMUv3`, as Linux names them (`arm-smmu-v3.c`): by the physical
    /// address of its registers.
    #[must_use]
    pub fn is_smmuv3(name: &str) -> bool {
        name.starts_with("smmu3.")
    }
}
