//! IOMMUs: the one of the machine, and vSMMU groups.

use super::{Board, Placement, RootComplex, Size};
use crate::span::{Origin, Written};

/// Position of a vSMMU in [`Vm::vsmmus`](super::Vm::vsmmus).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VsmmuId(pub u32);

/// The machine-wide IOMMU models.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IommuModel {
    /// Intel VT-d.
    Intel,
    /// AMD-Vi.
    Amd,
    /// virtio-iommu.
    Virtio,
    /// Arm SMMUv3 over all root buses of the machine.
    Smmuv3,
}

impl IommuModel {
    /// The name in the language and in libvirt's `model` attribute.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Intel => "intel",
            Self::Amd => "amd",
            Self::Virtio => "virtio",
            Self::Smmuv3 => "smmuv3",
        }
    }

    /// The machines it exists on (libvirt, `qemuValidateDomainDeviceDefIOMMU`). A vSMMU is an SMMUv3.
    #[must_use]
    pub const fn boards(self) -> &'static [Board] {
        match self {
            Self::Smmuv3 => &[Board::Virt],
            Self::Intel | Self::Amd => &[Board::Q35],
            Self::Virtio => &[Board::Virt, Board::Q35],
        }
    }

    /// Whether it takes a PCI address on the root bus: virtio as a whole, amd its `AMDVI-PCI`.
    #[must_use]
    pub const fn is_pci_device(self) -> bool {
        matches!(self, Self::Virtio | Self::Amd)
    }
}

/// `iommu "MODEL"`: one IOMMU for the whole machine. What is not written is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineIommu {
    /// Which model.
    pub model: Written<IommuModel>,
    /// `alias=`.
    pub alias: Option<Written<String>>,
    /// `iommufd=`.
    pub iommufd: Option<Written<String>>,
    /// Slot on the root bus; virtio only.
    pub placement: Placement,
    /// intel, amd: interrupt remapping.
    pub intremap: Option<Written<bool>>,
    /// intel.
    pub caching_mode: Option<Written<bool>>,
    /// intel: extended interrupt mode (x2APIC).
    pub eim: Option<Written<bool>>,
    /// intel, amd: device IOTLB.
    pub iotlb: Option<Written<bool>>,
    /// intel.
    pub dma_translation: Option<Written<bool>>,
    /// amd: x2APIC support.
    pub xtsup: Option<Written<bool>>,
    /// amd; QEMU has no such property.
    pub passthrough: Option<Written<bool>>,
    /// amd: needed for host devices; QEMU only.
    pub dma_remap: Option<Written<bool>>,
    /// intel, virtio: address width in bits.
    pub aw_bits: Option<Written<i64>>,
    /// virtio: page granule.
    pub granule: Option<Written<Granule>>,
    /// The node's name.
    pub origin: Origin,
}

/// Page granule of the virtio IOMMU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Granule {
    /// The host's page size.
    Host,
    /// A size.
    Size(Size),
}

/// `vsmmu "ID"`: one vSMMUv3 and the root complex it translates for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vsmmu {
    /// Its name in the file.
    pub name: Written<String>,
    /// `alias=`.
    pub alias: Option<Written<String>>,
    /// `iommufd=`: the default of the host devices behind it.
    pub iommufd: Option<Written<String>>,
    /// `host=`: the physical SMMUv3, as in `/sys/class/iommu`.
    pub host: Option<Written<String>>,
    /// Nested translation.
    pub acceleration: Acceleration,
    /// What it translates for.
    pub root_complex: RootComplex,
    /// The node `on-root-bus`, when it is there and on.
    pub on_root_bus: Option<Origin>,
    /// Where a command line names the root bus.
    pub bus: Option<Origin>,
    /// The node's name.
    pub origin: Origin,
}

/// `accel`: nested translation by the host's SMMU, and what of it is fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acceleration {
    /// On unless written off.
    pub enabled: bool,
    /// The `accel` node's name, when it is written.
    pub origin: Option<Origin>,
    /// The boolean behind it, if it is written.
    pub switch: Option<Origin>,
    /// Address Translation Services.
    pub ats: Option<Written<OnOffAuto>>,
    /// Range invalidation.
    pub ril: Option<Written<OnOffAuto>>,
    /// Width of the substream id in bits, 0 to 20.
    pub ssidsize: Option<Written<NumberOrAuto>>,
    /// Output address size in bits: 44 or 48.
    pub oas: Option<Written<NumberOrAuto>>,
    /// Tegra241 CMDQV.
    pub cmdqv: Option<Written<OnOffAuto>>,
}

impl Acceleration {
    /// On or off, and nothing said of it.
    #[must_use]
    pub const fn plain(enabled: bool) -> Self {
        Self {
            enabled,
            origin: None,
            switch: None,
            ats: None,
            ril: None,
            ssidsize: None,
            oas: None,
            cmdqv: None,
        }
    }
}

/// A switch which the host's SMMU may decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnOffAuto {
    /// `#true`.
    On,
    /// `#false`.
    Off,
    /// `"auto"`.
    Auto,
}

impl OnOffAuto {
    /// The switch, unless it is the host's to decide.
    #[must_use]
    pub const fn fixed(self) -> Option<bool> {
        match self {
            Self::On => Some(true),
            Self::Off => Some(false),
            Self::Auto => None,
        }
    }
}

/// A number which the host's SMMU may decide; not yet held to any range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberOrAuto {
    /// A number.
    Number(i64),
    /// `"auto"`.
    Auto,
}

impl NumberOrAuto {
    /// The number, unless it is the host's to decide.
    #[must_use]
    pub const fn fixed(self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Auto => None,
        }
    }
}
