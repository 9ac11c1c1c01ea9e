//! PCI controllers: expander bridges, ports and switches, and the tree they form.

use super::{Size, VsmmuId};
use crate::span::{Origin, Written};

/// Position of a controller in [`Vm::controllers`](super::Vm::controllers).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ControllerId(pub u32);

/// What a controller or an endpoint is plugged into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Parent {
    /// The root bus: `pcie.0`, on `pc` `pci.0`.
    Root,
    /// The bus behind a controller.
    Controller(ControllerId),
}

/// A hierarchy of buses of its own: what one vSMMU can translate for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RootComplex {
    /// `pcie.0`.
    Root,
    /// Everything behind one PCI expander bridge.
    Pxb(ControllerId),
}

/// Slot and function as written; not yet held to any range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Placement {
    /// `slot=`.
    pub slot: Option<Written<i64>>,
    /// `function=`.
    pub function: Option<Written<i64>>,
}

/// One PCI controller other than the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Controller {
    /// What it is.
    pub kind: ControllerKind,
    /// What it is plugged into; always a controller that stands before it.
    pub parent: Parent,
    /// Where on its parent's bus.
    pub placement: Placement,
    /// libvirt's controller index, as written.
    pub index: Option<Written<i64>>,
    /// An id other than the automatic `pci.INDEX`.
    pub alias: Option<Written<String>>,
    /// For a PXB, the vSMMU that translates for it; the first, where several claim it.
    pub vsmmu: Option<VsmmuId>,
    /// The node's name; for an implied controller that of the element which implies it.
    pub origin: Origin,
    /// Whether no node of its own stands for it.
    pub implied: bool,
}

/// The kinds of controller, with what only that kind has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ControllerKind {
    /// PCI expander bus, `pxb-pcie`.
    Pxb {
        /// `bus-nr=`.
        bus_nr: Option<Written<i64>>,
        /// `numa-node=`.
        numa_node: Option<Written<i64>>,
    },
    /// `pcie-root-port`.
    RootPort(Port),
    /// Upstream port of a PCIe switch, `x3130-upstream`.
    SwitchUpstream,
    /// Downstream port of a PCIe switch, `xio3130-downstream`.
    SwitchDownstream(Port),
    /// A bridge to conventional PCI. The language has none of them as a controller.
    Bridge(Bridge),
}

/// Bridges to conventional PCI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bridge {
    /// `pcie-to-pci-bridge`.
    PcieToPci,
    /// `dmi-to-pci-bridge`.
    DmiToPci,
    /// `pci-bridge`.
    Pci,
    /// `pci-expander-bus`, the PXB of i440FX.
    PciExpander,
}

impl Bridge {
    /// libvirt's name of it.
    #[must_use]
    pub const fn model(self) -> &'static str {
        match self {
            Self::PcieToPci => "pcie-to-pci-bridge",
            Self::DmiToPci => "dmi-to-pci-bridge",
            Self::Pci => "pci-bridge",
            Self::PciExpander => "pci-expander-bus",
        }
    }

    /// QEMU's name of it.
    #[must_use]
    pub const fn driver(self) -> &'static str {
        match self {
            Self::PcieToPci => "pcie-pci-bridge",
            Self::DmiToPci => "i82801b11-bridge",
            Self::Pci => "pci-bridge",
            Self::PciExpander => "pxb",
        }
    }
}

/// What a root port or a downstream port has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Port {
    /// `chassis=`.
    pub chassis: Option<Written<i64>>,
    /// `port=`.
    pub port: Option<Written<i64>>,
    /// `io-reserve=`; QEMU only.
    pub io_reserve: Option<Written<Size>>,
    /// `pref64-reserve=`; QEMU only.
    pub pref64_reserve: Option<Written<Size>>,
}

impl Controller {
    /// The `bus-nr` as written, if this is a PXB that has one.
    #[must_use]
    pub const fn bus_nr(&self) -> Option<Written<i64>> {
        match self.kind {
            ControllerKind::Pxb { bus_nr, .. } => bus_nr,
            _ => None,
        }
    }

    /// Chassis, port and reserves, if this is a root port or a downstream port.
    #[must_use]
    pub const fn port(&self) -> Option<&Port> {
        match &self.kind {
            ControllerKind::RootPort(port) | ControllerKind::SwitchDownstream(port) => Some(port),
            _ => None,
        }
    }

    /// Whether this is a PCI expander bridge.
    #[must_use]
    pub const fn is_pxb(&self) -> bool {
        matches!(self.kind, ControllerKind::Pxb { .. })
    }

    /// The language's and the standard's word for it, for messages.
    #[must_use]
    pub const fn noun(&self) -> &'static str {
        match self.kind {
            ControllerKind::Pxb { .. } => "PXB",
            ControllerKind::RootPort(_) => "root port",
            ControllerKind::SwitchUpstream => "switch",
            ControllerKind::SwitchDownstream(_) => "downstream port",
            ControllerKind::Bridge(bridge) => bridge.model(),
        }
    }
}
