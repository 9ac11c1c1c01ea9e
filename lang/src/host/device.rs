//! PCI devices of a host.

use super::Fact;
use crate::span::Span;

/// A PCI device: `/sys/bus/pci/devices/DDDD:BB:SS.F`, from which its files below are named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// The bytes of its address in the snapshot.
    pub span: Span,
    /// PCI vendor ID (`vendor`), such as 0x10de.
    pub vendor: Fact<u16>,
    /// PCI device ID (`device`), such as 0x2941.
    pub device: Fact<u16>,
    /// What kind of device it is (`class`).
    pub class: Fact<Class>,
    /// What people call it, from the database of PCI IDs.
    pub name: Fact<String>,
    /// The driver it is bound to (`driver`, a link): `vfio-pci`, `nvgrace_gpu_vfio_pci`, `mlx5_core`; none when it
    /// is bound to none.
    pub driver: Fact<Option<String>>,
    /// The NUMA node it is nearest to (`numa_node`); none where the kernel says −1, which is common.
    pub numa_node: Fact<Option<u32>>,
    /// Its IOMMU group (`iommu_group`, a link to `/sys/kernel/iommu_groups/N`); none without an IOMMU.
    pub iommu_group: Fact<Option<u32>>,
    /// The IOMMU that translates for it (`iommu`, a link to `/sys/class/iommu/…`), which the snapshot has too; none
    /// when none does.
    pub iommu: Fact<Option<String>>,
}

impl Device {
    /// The name of the IOMMU that is known to translate for it.
    #[must_use]
    pub fn iommu(&self) -> Option<&str> {
        self.iommu.present().map(String::as_str)
    }

    /// Whether it is known to be a bridge: nothing that a guest can be given.
    #[must_use]
    pub fn is_bridge(&self) -> bool {
        self.class.known().is_some_and(|class| class.base() == Class::BRIDGE)
    }
}

/// Class code of a PCI device: base class, subclass and programming interface, a byte each (PCI Code and ID
/// Assignment Specification, chapter 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Class(u32);

impl Class {
    /// The base class of bridges.
    pub const BRIDGE: u8 = 0x06;

    /// The three bytes as one number, the base class highest: 0x030200; none when it has more.
    #[must_use]
    pub const fn new(code: u32) -> Option<Self> {
        if code <= 0xff_ffff { Some(Self(code)) } else { None }
    }

    /// The three bytes as one number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The base class.
    #[must_use]
    pub const fn base(self) -> u8 {
        self.0.to_be_bytes()[1]
    }
}
