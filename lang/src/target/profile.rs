//! Named targets: releases, the RFCs, and vendor builds.

use super::{Feature, Since, Version};

/// Which generation of libvirt's syntax.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LibvirtProfile {
    /// First RFC: `<iommu model='nestedSmmuv3'/>`.
    RfcNested,
    /// Second RFC: `<iommu model='smmuv3Dev'>` with `<iommufd>`.
    RfcSmmuv3Dev,
    /// `"11.9+nvidia"`: upstream syntax, `pasid` where releases have `ssidsize`.
    Nvidia,
    /// An upstream release.
    Release,
}

/// Which generation of QEMU's syntax.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QemuProfile {
    /// First RFC: `arm-smmuv3-nested,pci-bus=`.
    RfcNested,
    /// Second RFC: `arm-smmuv3-accel,bus=`.
    RfcAccel,
    /// `"10.1+nvidia"`: upstream syntax, `pasid` where releases have `ssidsize`.
    Nvidia,
    /// An upstream release.
    Release,
}

/// What `libvirt=` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LibvirtTarget {
    /// The generation.
    pub profile: LibvirtProfile,
    /// The release; for a profile the one it was built on.
    pub version: Version,
}

/// What `qemu=` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct QemuTarget {
    /// The generation.
    pub profile: QemuProfile,
    /// The release; for a profile the one it was built on.
    pub version: Version,
}

impl LibvirtTarget {
    /// The newest release the tool knows: 12.8.
    #[must_use]
    pub const fn newest() -> Self {
        Self { profile: LibvirtProfile::Release, version: Version::new(12, 8) }
    }
}

impl QemuTarget {
    /// The newest release the tool knows: 11.1.
    #[must_use]
    pub const fn newest() -> Self {
        Self { profile: QemuProfile::Release, version: Version::new(11, 1) }
    }
}

// The tables of what each can do, `parse`, `name` and `has` follow.
#[expect(dead_code, reason = "filled in with the capability table")]
fn placeholder(_: Feature, _: Since) {}
