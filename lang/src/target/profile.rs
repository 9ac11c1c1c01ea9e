//! Named targets: releases, the RFCs, and vendor builds.

use std::fmt;

use super::Version;

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

impl LibvirtProfile {
    /// The name of a profile; none for releases, which have numbers.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::RfcNested => Some("rfc-nested"),
            Self::RfcSmmuv3Dev => Some("rfc-smmuv3dev"),
            Self::Nvidia => Some("11.9+nvidia"),
            Self::Release => None,
        }
    }
}

impl QemuProfile {
    /// The name of a profile; none for releases, which have numbers.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::RfcNested => Some("rfc-nested"),
            Self::RfcAccel => Some("rfc-accel"),
            Self::Nvidia => Some("10.1+nvidia"),
            Self::Release => None,
        }
    }
}

impl LibvirtTarget {
    /// The first RFC, of January 2025.
    pub const RFC_NESTED: Self =
        Self { profile: LibvirtProfile::RfcNested, version: Version::new(11, 0) };
    /// The second RFC, of May 2025.
    pub const RFC_SMMUV3DEV: Self =
        Self { profile: LibvirtProfile::RfcSmmuv3Dev, version: Version::new(11, 3) };
    /// The vendor's build of 11.9.
    pub const NVIDIA: Self = Self { profile: LibvirtProfile::Nvidia, version: Version::new(11, 9) };
    /// The named profiles, oldest first.
    pub const PROFILES: [Self; 3] = [Self::RFC_NESTED, Self::RFC_SMMUV3DEV, Self::NVIDIA];
    /// The oldest release the tool knows: the first whose `<iommu>` has a `<driver>`.
    pub const OLDEST: Version = Version::new(3, 4);

    /// The newest release the tool knows: 12.8.
    #[must_use]
    pub const fn newest() -> Self {
        Self::release(Version::new(12, 8))
    }

    const fn release(version: Version) -> Self {
        Self { profile: LibvirtProfile::Release, version }
    }

    /// Reads a release, `"12.8"`, or the name of a profile. None for what is neither, and for
    /// releases before [`OLDEST`](Self::OLDEST). A release newer than the newest known is taken,
    /// and judged as that one: what it adds is not known, and little is ever removed.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let named = Self::PROFILES.into_iter().find(|t| t.profile.name() == Some(text));
        let release = || Version::parse(text).filter(|&v| v >= Self::OLDEST).map(Self::release);
        named.or_else(release)
    }
}

impl QemuTarget {
    /// The first RFC, of November 2024.
    pub const RFC_NESTED: Self =
        Self { profile: QemuProfile::RfcNested, version: Version::new(9, 2) };
    /// The second RFC, of March 2025.
    pub const RFC_ACCEL: Self =
        Self { profile: QemuProfile::RfcAccel, version: Version::new(10, 0) };
    /// The vendor's build of 10.1.
    pub const NVIDIA: Self = Self { profile: QemuProfile::Nvidia, version: Version::new(10, 1) };
    /// The named profiles, oldest first.
    pub const PROFILES: [Self; 3] = [Self::RFC_NESTED, Self::RFC_ACCEL, Self::NVIDIA];
    /// The oldest release the tool knows: the first that takes JSON in `-device`.
    pub const OLDEST: Version = Version::new(6, 2);

    /// The newest release the tool knows: 11.1.
    #[must_use]
    pub const fn newest() -> Self {
        Self::release(Version::new(11, 1))
    }

    const fn release(version: Version) -> Self {
        Self { profile: QemuProfile::Release, version }
    }

    /// Reads a release, `"11.1"`, or the name of a profile. None for what is neither, and for
    /// releases before [`OLDEST`](Self::OLDEST). A release newer than the newest known is taken,
    /// and judged as that one: what it adds is not known, and little is ever removed.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let named = Self::PROFILES.into_iter().find(|t| t.profile.name() == Some(text));
        let release = || Version::parse(text).filter(|&v| v >= Self::OLDEST).map(Self::release);
        named.or_else(release)
    }
}

impl fmt::Display for LibvirtTarget {
    /// As [`parse`](Self::parse) reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.profile.name() {
            Some(name) => f.write_str(name),
            None => self.version.fmt(f),
        }
    }
}

impl fmt::Display for QemuTarget {
    /// As [`parse`](Self::parse) reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.profile.name() {
            Some(name) => f.write_str(name),
            None => self.version.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_back() {
        for text in ["rfc-nested", "rfc-smmuv3dev", "11.9+nvidia", "12.8", "3.4", "13.0"] {
            assert_eq!(LibvirtTarget::parse(text).map(|t| t.to_string()).as_deref(), Some(text));
        }
        for text in ["rfc-nested", "rfc-accel", "10.1+nvidia", "11.1", "6.2", "12.0"] {
            assert_eq!(QemuTarget::parse(text).map(|t| t.to_string()).as_deref(), Some(text));
        }
    }

    #[test]
    fn what_is_no_target_is_refused() {
        for text in ["", "12", "12.x", "newest", "rfc-accel", "0.1", "3.3", "12.8+nvidia"] {
            assert_eq!(LibvirtTarget::parse(text), None, "{text}");
        }
        for text in ["", "11", "rfc-smmuv3dev", "6.1", "11.1+nvidia", "-1.0", "70000.1"] {
            assert_eq!(QemuTarget::parse(text), None, "{text}");
        }
    }
}
