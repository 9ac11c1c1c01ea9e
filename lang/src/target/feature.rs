//! What each release can do: the one table. Nothing else compares versions.
//!
//! The evidence stands beside each row: libvirt's NEWS and `formatdomain`, QEMU's QMP reference
//! and `-device X,help`, and runs of libvirt 12.8.0 and QEMU 11.1.3. A row whose first release
//! nobody established is never taken as missing where it may be there.

use std::fmt;

use super::{LibvirtProfile, LibvirtTarget, QemuProfile, QemuTarget, Version};

macro_rules! features {
    ($($(#[$doc:meta])* $name:ident => $libvirt:expr, $qemu:expr;)+) => {
        /// Something that not every libvirt or QEMU release can do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Feature {
            $($(#[$doc])* $name,)+
        }

        impl Feature {
            /// Every feature, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            const fn libvirt(self) -> Column {
                match self {
                    $(Self::$name => $libvirt,)+
                }
            }

            const fn qemu(self) -> Column {
                match self {
                    $(Self::$name => $qemu,)+
                }
            }
        }
    };
}

// One row a feature: what it is => since which libvirt, since which QEMU.
features! {
    /// A machine-wide SMMUv3.
    // libvirt NEWS 5.5.0. QEMU: virt's `iommu=smmuv3` is older than its oldest release here.
    MachineSmmuv3 => since(5, 5), always();
    /// A virtio IOMMU.
    // libvirt NEWS 8.3.0. QEMU: virtio-iommu-pci is in 6.2.
    VirtioIommu => since(8, 3), always();
    /// An AMD IOMMU.
    // libvirt NEWS 11.5.0. QEMU: amd-iommu is in 6.2.
    AmdIommu => since(11, 5), always();
    /// A vSMMU tied to one root complex, and several of them.
    // libvirt formatdomain, `pciBus`: 11.10.0. QEMU 10.2: user-creatable arm-smmuv3.
    VsmmuPerBus => since(11, 10).in_rfcs().in_nvidia(), since(10, 2).in_rfcs().in_nvidia();
    /// A vSMMU that translates for the root bus only, beside vSMMUs of expander bridges.
    // The first RFC's XML names the host's SMMU on the expander bridge, and so needs one.
    VsmmuOnRootBus => since(11, 10).in_rfc_accel().in_nvidia().not_in_rfc_nested(),
        since(10, 2).in_rfcs().in_nvidia();
    /// A vSMMU without nested translation.
    // Both RFCs' devices are accelerated by their nature.
    UnacceleratedVsmmu => since(11, 10).in_nvidia().not_in_rfcs(),
        since(10, 2).in_nvidia().not_in_rfcs();
    /// `accel`: nested translation.
    // libvirt: in 12.7, not in 12.2; NEWS is silent. QEMU's QMP reference: 11.0.
    Accel => within((12, 2), (12, 7)).in_rfcs().in_nvidia(), since(11, 0).in_rfcs().in_nvidia();
    /// `ats` of an accelerated vSMMU.
    // As `Accel`; the RFCs' devices have no such properties.
    AccelAts => within((12, 2), (12, 7)).in_nvidia().not_in_rfcs(),
        since(11, 0).in_nvidia().not_in_rfcs();
    /// `ril` of an accelerated vSMMU.
    AccelRil => within((12, 2), (12, 7)).in_nvidia().not_in_rfcs(),
        since(11, 0).in_nvidia().not_in_rfcs();
    /// `ssidsize` of an accelerated vSMMU; in the vendor builds as `pasid`, on or off.
    AccelSsidsize => within((12, 2), (12, 7)).in_nvidia().not_in_rfcs(),
        since(11, 0).in_nvidia().not_in_rfcs();
    /// `oas` of an accelerated vSMMU.
    AccelOas => within((12, 2), (12, 7)).in_nvidia().not_in_rfcs(),
        since(11, 0).in_nvidia().not_in_rfcs();
    /// `cmdqv` of an accelerated vSMMU.
    // libvirt: as `Accel`. QEMU: missing in 11.0 (NVIDIA/QEMU pull request 16), in 11.1.3.
    AccelCmdqv => within((12, 2), (12, 7)).in_nvidia().not_in_rfcs(),
        since(11, 1).in_nvidia().not_in_rfcs();
    /// Values left to `auto` are taken from the host's SMMU.
    // libvirt leaves the property out, so it is QEMU's: 11.0 has fixed defaults instead
    // (ril on, ats off, oas 44, ssidsize 0), and so have the vendor builds.
    AccelAuto => always(), since(11, 1).in_rfcs().not_in_nvidia();
    /// An iommufd behind a host device.
    // libvirt NEWS 12.2.0: "introduced in v12.1.0". QEMU's QMP reference: 9.0.
    Iommufd => since(12, 1).in_rfcs().in_nvidia(), since(9, 0);
    /// The default of all host devices of a libvirt domain: `<iommufd enabled=…/>`.
    // libvirt NEWS 12.2.0. QEMU has no such default.
    IommufdOfDomain => since(12, 2), never();
    /// More than one iommufd object in a vm.
    // libvirt has one object, `iommufd0`, a domain; the second RFC names one on each device.
    SeveralIommufds => never().in_rfc_accel(), since(9, 0);
    /// An iommufd opened by a management layer, as an fd number.
    // libvirt takes an fd group instead. QEMU's QMP reference: 9.0.
    IommufdFd => never().in_rfc_accel(), since(9, 0);
    /// An iommufd opened by a management layer, as an fd group.
    // libvirt NEWS 12.2.0. QEMU knows fd numbers only.
    IommufdFdgroup => since(12, 2), never();
    /// A VFIO character device opened by a management layer, as an fd number.
    // libvirt opens it itself. QEMU's capabilities of 9.0: vfio-pci.fd.
    HostdevFd => never().in_rfc_accel(), since(9, 0);
    /// ACPI generic initiators.
    // libvirt NEWS 11.8.0, `<acpi nodeset=…/>`. QEMU's QMP reference: 9.0.
    GenericInitiator => since(11, 8), since(9, 0);
    /// `granule` of the virtio IOMMU.
    // libvirt NEWS 12.1.0. QEMU's QMP reference, GranuleMode: 9.0.
    VirtioGranule => since(12, 1), since(9, 0);
    /// `iotlb` of the intel IOMMU.
    // libvirt formatdomain: 3.5.0.
    IntelIotlb => since(3, 5), always();
    /// `aw-bits` of the intel IOMMU.
    // libvirt formatdomain: 6.5.0.
    IntelAwBits => since(6, 5), always();
    /// `dma-translation` of the intel IOMMU.
    // In libvirt 12.8.0 and QEMU 11.1.3; first releases not established.
    IntelDmaTranslation => always(), always();
    /// `passthrough` of the amd IOMMU.
    // libvirt NEWS 11.5.0. QEMU 11.1.3: Property 'amd-iommu.pt' not found.
    AmdPassthrough => since(11, 5), never();
    /// `xtsup` of the amd IOMMU.
    // libvirt NEWS 11.5.0; QEMU's first release not established.
    AmdXtsup => since(11, 5), always();
    /// `dma-remap` of the amd IOMMU.
    // libvirt 12.8.0 has no attribute, and gives `amd-iommu` no id which an override could name:
    // a global property of the command line does it. QEMU: in 11.1.3; first release not
    // established.
    AmdDmaRemap => since(11, 5), always();
    /// A property of a device that only QEMU has, through `<qemu:override>` in libvirt.
    // libvirt NEWS 8.2.0.
    QemuOnlyProperty => since(8, 2), always();
    /// Where the synthetic PASID capability of a host device goes.
    // libvirt: as `QemuOnlyProperty`. QEMU: in 11.1.3; it belongs to `ssidsize` of 11.0.
    VpasidCapOffset => since(8, 2), within((10, 2), (11, 1)).in_nvidia().not_in_rfcs();
    /// A `GICv4`.
    // libvirt 12.8.0: Invalid value for attribute 'version' in element 'gic': '4'. QEMU: in 11.1.2; first release not
    // established.
    Gicv4 => never(), always();
    /// A 64-bit MMIO window of a chosen size on `virt`.
    // In libvirt 12.8.0 and QEMU 11.1.3; first releases not established.
    HighmemMmioSize => always(), always();
}

/// Since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// Longer than any release the tool knows of, or since nobody knows when.
    Always,
    /// From this release on.
    Release(Version),
    /// From some release after `after`, not later than `by`.
    Within {
        /// A release that does not have it.
        after: Version,
        /// A release that has it.
        by: Version,
    },
    /// In no release.
    Never,
}

impl Since {
    /// Whether `version` has it; what is not known is taken as yes.
    #[must_use]
    pub fn includes(self, version: Version) -> bool {
        match self {
            Self::Always => true,
            Self::Release(first) => version >= first,
            Self::Within { after, .. } => version > after,
            Self::Never => false,
        }
    }
}

impl fmt::Display for Since {
    /// Reads after "needs libvirt" or "since QEMU": `12.1`, `12.7 (it came after 12.2)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Always => f.write_str("any release"),
            Self::Release(first) => write!(f, "{first}"),
            Self::Within { after, by } => write!(f, "{by} (it came after {after})"),
            Self::Never => f.write_str("no release"),
        }
    }
}

/// One side of a row: since which release, and the named profiles that differ from the release
/// they were built on.
#[derive(Clone, Copy)]
struct Column {
    release: Since,
    rfc_nested: Option<Since>,
    rfc_accel: Option<Since>,
    nvidia: Option<Since>,
}

const fn column(release: Since) -> Column {
    Column { release, rfc_nested: None, rfc_accel: None, nvidia: None }
}

const fn always() -> Column {
    column(Since::Always)
}

const fn never() -> Column {
    column(Since::Never)
}

const fn since(major: u16, minor: u16) -> Column {
    column(Since::Release(Version::new(major, minor)))
}

const fn within(after: (u16, u16), by: (u16, u16)) -> Column {
    column(Since::Within { after: Version::new(after.0, after.1), by: Version::new(by.0, by.1) })
}

impl Column {
    const fn in_rfcs(self) -> Self {
        Self { rfc_nested: Some(Since::Always), rfc_accel: Some(Since::Always), ..self }
    }

    const fn not_in_rfcs(self) -> Self {
        Self { rfc_nested: Some(Since::Never), rfc_accel: Some(Since::Never), ..self }
    }

    const fn not_in_rfc_nested(self) -> Self {
        Self { rfc_nested: Some(Since::Never), ..self }
    }

    const fn in_rfc_accel(self) -> Self {
        Self { rfc_accel: Some(Since::Always), ..self }
    }

    const fn in_nvidia(self) -> Self {
        Self { nvidia: Some(Since::Always), ..self }
    }

    const fn not_in_nvidia(self) -> Self {
        Self { nvidia: Some(Since::Never), ..self }
    }
}

impl LibvirtTarget {
    /// Since which libvirt release `feature` can be written in a domain; for a profile with a
    /// syntax of its own, always or never.
    #[must_use]
    pub const fn since(self, feature: Feature) -> Since {
        let column = feature.libvirt();
        let exception = match self.profile {
            LibvirtProfile::RfcNested => column.rfc_nested,
            LibvirtProfile::RfcSmmuv3Dev => column.rfc_accel,
            LibvirtProfile::Nvidia => column.nvidia,
            LibvirtProfile::Release => None,
        };
        match exception {
            Some(since) => since,
            None => column.release,
        }
    }

    /// Whether a domain for this target can have `feature`.
    #[must_use]
    pub fn has(self, feature: Feature) -> bool {
        self.since(feature).includes(self.version)
    }
}

impl QemuTarget {
    /// Since which QEMU release `feature` can be written in a command line; for a profile with a
    /// syntax of its own, always or never.
    #[must_use]
    pub const fn since(self, feature: Feature) -> Since {
        let column = feature.qemu();
        let exception = match self.profile {
            QemuProfile::RfcNested => column.rfc_nested,
            QemuProfile::RfcAccel => column.rfc_accel,
            QemuProfile::Nvidia => column.nvidia,
            QemuProfile::Release => None,
        };
        match exception {
            Some(since) => since,
            None => column.release,
        }
    }

    /// Whether a command line for this target can have `feature`.
    #[must_use]
    pub fn has(self, feature: Feature) -> bool {
        self.since(feature).includes(self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn libvirt(name: &str) -> LibvirtTarget {
        LibvirtTarget::parse(name).expect("a known release")
    }

    fn qemu(name: &str) -> QemuTarget {
        QemuTarget::parse(name).expect("a known release")
    }

    #[test]
    fn a_release_has_what_came_with_it_and_before() {
        assert!(!libvirt("11.9").has(Feature::VsmmuPerBus));
        assert!(libvirt("11.10").has(Feature::VsmmuPerBus));
        assert!(!qemu("10.1").has(Feature::VsmmuPerBus));
        assert!(qemu("10.2").has(Feature::VsmmuPerBus));
    }

    #[test]
    fn a_release_within_an_unknown_bracket_may_have_it() {
        assert!(!libvirt("12.2").has(Feature::Accel));
        assert!(libvirt("12.3").has(Feature::Accel));
        assert_eq!(libvirt("12.2").since(Feature::Accel).to_string(), "12.7 (it came after 12.2)");
    }

    #[test]
    fn a_profile_has_its_own_and_otherwise_what_its_base_has() {
        assert!(qemu("10.1+nvidia").has(Feature::AccelCmdqv));
        assert!(!qemu("10.1+nvidia").has(Feature::AccelAuto));
        assert!(libvirt("11.9+nvidia").has(Feature::GenericInitiator));
        assert!(!libvirt("11.9+nvidia").has(Feature::IommufdFdgroup));
        assert!(libvirt("rfc-smmuv3dev").has(Feature::SeveralIommufds));
        assert!(!libvirt("rfc-nested").has(Feature::SeveralIommufds));
        assert!(!qemu("rfc-accel").has(Feature::AccelAts));
    }

    #[test]
    fn the_newest_has_all_but_what_no_release_has() {
        for &feature in Feature::ALL {
            let newest = QemuTarget::newest();
            assert_eq!(newest.has(feature), newest.since(feature) != Since::Never, "{feature:?}");
            let newest = LibvirtTarget::newest();
            assert_eq!(newest.has(feature), newest.since(feature) != Since::Never, "{feature:?}");
        }
    }
}
