//! Words of an older syntax, which releases have others for.

use crate::span::Origin;
use crate::target::{LibvirtProfile, QemuProfile};

/// A word of an older syntax, as it stands in a file. What it means is in the model like any other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    /// Which.
    pub word: RenamedWord,
    /// Where it stands.
    pub origin: Origin,
    /// What a release has in its place, as it is written there; none when that depends on more than is known.
    pub today: Option<String>,
    /// What makes today's words of it: what stands where; none when that is not clear.
    pub edits: Vec<(Origin, String)>,
}

/// The words that releases have others for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenamedWord {
    /// `arm-smmuv3-accel,bus=`, of the second RFC.
    AccelDevice,
    /// `arm-smmuv3-nested,pci-bus=`, of the first RFC.
    NestedDevice,
    /// `pasid=`, of the vendor's builds.
    Pasid,
    /// `<iommu model='smmuv3Dev'>`, of the second RFC.
    Smmuv3Dev,
    /// `<iommu model='nestedSmmuv3'/>`, of the first RFC.
    NestedSmmuv3,
    /// `pasid` of `<driver>`, of the vendor's builds.
    DriverPasid,
}

impl RenamedWord {
    /// The builds of QEMU that know the word; none for a word of libvirt's.
    #[must_use]
    pub const fn qemu(self) -> Option<QemuProfile> {
        match self {
            Self::AccelDevice => Some(QemuProfile::RfcAccel),
            Self::NestedDevice => Some(QemuProfile::RfcNested),
            Self::Pasid => Some(QemuProfile::Nvidia),
            Self::Smmuv3Dev | Self::NestedSmmuv3 | Self::DriverPasid => None,
        }
    }

    /// The builds of libvirt that know the word; none for a word of QEMU's.
    #[must_use]
    pub const fn libvirt(self) -> Option<LibvirtProfile> {
        match self {
            Self::Smmuv3Dev => Some(LibvirtProfile::RfcSmmuv3Dev),
            Self::NestedSmmuv3 => Some(LibvirtProfile::RfcNested),
            Self::DriverPasid => Some(LibvirtProfile::Nvidia),
            Self::AccelDevice | Self::NestedDevice | Self::Pasid => None,
        }
    }
}
