//! Words of an older syntax, which releases have others for.

use crate::span::Origin;
use crate::target::QemuProfile;

/// A word of an older syntax, as it stands in a file. What it means is in the model like any other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    /// Which.
    pub word: RenamedWord,
    /// Where it stands.
    pub origin: Origin,
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
}

impl RenamedWord {
    /// The builds of QEMU that know the word.
    #[must_use]
    pub const fn profile(self) -> QemuProfile {
        match self {
            Self::AccelDevice => QemuProfile::RfcAccel,
            Self::NestedDevice => QemuProfile::RfcNested,
            Self::Pasid => QemuProfile::Nvidia,
        }
    }
}
