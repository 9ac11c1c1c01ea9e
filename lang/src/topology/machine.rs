//! The machine: its board, and what only a whole domain or command line says.

use super::{Size, SlotFunction};
use crate::span::{Origin, Written};

/// `machine=`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// The family.
    pub board: Board,
    /// As written, such as `virt` or `virt-11.1`.
    pub name: String,
}

/// Families of machine types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Board {
    /// Arm `virt`.
    Virt,
    /// x86 Q35 (PCIe).
    Q35,
    /// x86 i440FX (conventional PCI).
    Pc,
}

impl Machine {
    /// Reads `virt`, `q35`, `pc`, or a versioned form: `virt-11.1`, `pc-q35-11.1`, `pc-i440fx-11.1`,
    /// and Proxmox's `q35+pve0`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let versioned = |prefix: &str| name.strip_prefix(prefix).is_some_and(is_version);
        let family = match name.split_once('+') {
            Some((family, version)) if is_version(version) => family,
            _ => name,
        };
        let board = match family {
            "virt" => Board::Virt,
            "q35" => Board::Q35,
            "pc" => Board::Pc,
            _ if versioned("virt-") => Board::Virt,
            _ if versioned("pc-q35-") => Board::Q35,
            _ if versioned("pc-i440fx-") => Board::Pc,
            _ => return None,
        };
        Some(Self { board, name: name.to_owned() })
    }
}

/// `11.1`, `2.12.0`, and what distributions have: `rhel9.6.0`, `noble`, `10.0-hpb`.
fn is_version(text: &str) -> bool {
    let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'+');
    text.len() > 1 && text.bytes().all(legal)
}

impl Board {
    /// The only architecture this family exists for, as far as the language goes.
    #[must_use]
    pub const fn arch(self) -> Arch {
        match self {
            Self::Virt => Arch::Aarch64,
            Self::Q35 | Self::Pc => Arch::X86_64,
        }
    }

    /// The language's name, without a version.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Virt => "virt",
            Self::Q35 => "q35",
            Self::Pc => "pc",
        }
    }

    /// What the board itself has at a position of its root bus (QEMU, `hw/i386/pc_q35.c`,
    /// `hw/i386/pc_piix.c`). The host bridge has one function, so that its whole slot is taken.
    #[must_use]
    pub const fn own_device(self, at: SlotFunction) -> Option<&'static str> {
        match (self, at.slot.get(), at.function.get()) {
            (_, 0, _) => Some("the host bridge"),
            (Self::Q35, 0x1f, 0) => Some("the LPC bridge"),
            (Self::Q35, 0x1f, 2) => Some("the SATA controller"),
            (Self::Q35, 0x1f, 3) => Some("the SMBus controller"),
            (Self::Pc, 1, 0) => Some("the ISA bridge"),
            (Self::Pc, 1, 1) => Some("the IDE controller"),
            (Self::Pc, 1, 3) => Some("the power management controller"),
            _ => None,
        }
    }

    /// libvirt's and QEMU's name of the root bus.
    #[must_use]
    pub const fn root_bus(self) -> &'static str {
        match self {
            Self::Virt | Self::Q35 => "pcie.0",
            Self::Pc => "pci.0",
        }
    }
}

/// Guest architectures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arch {
    /// `aarch64`.
    Aarch64,
    /// `x86_64`.
    X86_64,
}

impl Arch {
    /// libvirt's and QEMU's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aarch64 => "aarch64",
            Self::X86_64 => "x86_64",
        }
    }
}

/// `firmware "…"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Firmware {
    /// UEFI.
    Efi,
    /// The machine's BIOS.
    Bios,
    /// None.
    None,
}

/// `accelerator "…"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accelerator {
    /// Hardware virtualisation.
    Kvm,
    /// Emulation.
    Tcg,
}

/// `memory-backing`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryBacking {
    /// Size of the huge pages.
    pub hugepages: Option<Written<Size>>,
    /// Whether guest RAM is locked.
    pub locked: Option<Written<bool>>,
    /// Whether guest RAM is shared.
    pub shared: Option<Written<bool>>,
    /// The node's name.
    pub origin: Origin,
}
