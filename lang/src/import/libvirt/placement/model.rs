//! The models of PCI controllers, what each is plugged into, and what can be plugged into each.

use super::address::Address;
use super::refusal::Refused;

/// A model of `<controller type='pci'>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Model {
    /// The conventional bus of `pc`.
    PciRoot,
    /// The PCIe root complex of the machine.
    PcieRoot,
    /// A conventional bridge.
    PciBridge,
    /// A bridge from `pcie.0` to conventional slots.
    DmiToPciBridge,
    /// A bridge from a port to conventional slots.
    PcieToPciBridge,
    /// A root port.
    PcieRootPort,
    /// A switch's port to the root.
    PcieSwitchUpstreamPort,
    /// A switch's port to a device.
    PcieSwitchDownstreamPort,
    /// A conventional PXB.
    PciExpanderBus,
    /// A PXB.
    PcieExpanderBus,
}

impl Model {
    const ALL: [(&'static str, Self); 10] = [
        ("pci-root", Self::PciRoot),
        ("pcie-root", Self::PcieRoot),
        ("pci-bridge", Self::PciBridge),
        ("dmi-to-pci-bridge", Self::DmiToPciBridge),
        ("pcie-to-pci-bridge", Self::PcieToPciBridge),
        ("pcie-root-port", Self::PcieRootPort),
        ("pcie-switch-upstream-port", Self::PcieSwitchUpstreamPort),
        ("pcie-switch-downstream-port", Self::PcieSwitchDownstreamPort),
        ("pci-expander-bus", Self::PciExpanderBus),
        ("pcie-expander-bus", Self::PcieExpanderBus),
    ];

    /// Reads the value of `model`; none where libvirt knows no such model.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(of, _)| *of == name).map(|&(_, model)| model)
    }

    /// Its name in libvirt's XML.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, model)| *model == self).map_or("", |(name, _)| name)
    }

    /// Whether the machine brings it: it is plugged into nothing.
    #[must_use]
    pub const fn is_root(self) -> bool {
        matches!(self, Self::PciRoot | Self::PcieRoot)
    }

    /// What it must be plugged into.
    const fn plug(self) -> Sockets {
        match self {
            Self::PciRoot | Self::PcieRoot => Sockets::NONE,
            Self::PciBridge => Sockets::PCI_BRIDGE,
            Self::DmiToPciBridge => Sockets::DMI_BRIDGE,
            Self::PcieToPciBridge => Sockets::PCIE_BRIDGE,
            Self::PcieRootPort => Sockets::ROOT_PORT,
            Self::PcieSwitchUpstreamPort => Sockets::UPSTREAM,
            Self::PcieSwitchDownstreamPort => Sockets::DOWNSTREAM,
            Self::PciExpanderBus => Sockets::PCI_EXPANDER,
            Self::PcieExpanderBus => Sockets::PCIE_EXPANDER,
        }
    }

    /// What can be plugged into it.
    pub(super) const fn accepts(self) -> Sockets {
        let conventional = Sockets::PCI.or(Sockets::PCI_BRIDGE);
        match self {
            Self::PciRoot => conventional.or(Sockets::PCI_EXPANDER),
            Self::PciBridge
            | Self::PciExpanderBus
            | Self::DmiToPciBridge
            | Self::PcieToPciBridge => conventional,
            Self::PcieRoot => Sockets::PCIE
                .or(Sockets::ROOT_PORT)
                .or(Sockets::DMI_BRIDGE)
                .or(Sockets::PCIE_EXPANDER),
            Self::PcieRootPort | Self::PcieSwitchDownstreamPort => {
                Sockets::PCIE.or(Sockets::UPSTREAM).or(Sockets::PCIE_BRIDGE)
            }
            Self::PcieSwitchUpstreamPort => Sockets::DOWNSTREAM,
            Self::PcieExpanderBus => Sockets::ROOT_PORT.or(Sockets::DMI_BRIDGE),
        }
    }

    /// Whether libvirt itself puts devices on its bus.
    pub(super) const fn takes_unplaced(self) -> bool {
        matches!(
            self,
            Self::PciRoot
                | Self::PciBridge
                | Self::PciExpanderBus
                | Self::PcieToPciBridge
                | Self::PcieRootPort
                | Self::PcieSwitchDownstreamPort
        )
    }

    /// The first slot that can be used, and the last.
    pub(super) const fn slots(self) -> (u8, u8) {
        match self {
            Self::PciRoot | Self::PcieRoot | Self::PciBridge | Self::PcieToPciBridge => (1, 31),
            Self::PciExpanderBus
            | Self::DmiToPciBridge
            | Self::PcieSwitchUpstreamPort
            | Self::PcieExpanderBus => (0, 31),
            Self::PcieRootPort | Self::PcieSwitchDownstreamPort => (0, 0),
        }
    }
}

/// Kinds of things that can be plugged into a bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sockets(u16);

impl Sockets {
    pub(super) const NONE: Self = Self(0);
    pub(super) const PCI: Self = Self(1);
    pub(super) const PCIE: Self = Self(1 << 1);
    pub(super) const ROOT_PORT: Self = Self(1 << 2);
    pub(super) const UPSTREAM: Self = Self(1 << 3);
    pub(super) const DOWNSTREAM: Self = Self(1 << 4);
    pub(super) const DMI_BRIDGE: Self = Self(1 << 5);
    pub(super) const PCIE_BRIDGE: Self = Self(1 << 6);
    pub(super) const PCI_EXPANDER: Self = Self(1 << 7);
    pub(super) const PCIE_EXPANDER: Self = Self(1 << 8);
    pub(super) const PCI_BRIDGE: Self = Self(1 << 9);

    const ENDPOINT: Self = Self::PCI.or(Self::PCIE);

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn any_of(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Which bit it is, of one kind.
    pub(super) const fn position(self) -> usize {
        self.0.trailing_zeros() as usize
    }

    /// What libvirt calls the first kind among them.
    fn words(self) -> &'static str {
        const WORDS: [(Sockets, &str); 10] = [
            (Sockets::PCI, "standard PCI device"),
            (Sockets::PCIE, "PCI Express device"),
            (Sockets::ROOT_PORT, "pcie-root-port"),
            (Sockets::UPSTREAM, "pcie-switch-upstream-port"),
            (Sockets::DOWNSTREAM, "pcie-switch-downstream-port"),
            (Sockets::DMI_BRIDGE, "dmi-to-pci-bridge"),
            (Sockets::PCIE_BRIDGE, "pcie-to-pci-bridge"),
            (Sockets::PCI_EXPANDER, "pci-expander-bus"),
            (Sockets::PCIE_EXPANDER, "pcie-expander-bus"),
            (Sockets::PCI_BRIDGE, "pci-bridge"),
        ];
        WORDS.iter().find(|(kind, _)| self.any_of(*kind)).map_or("", |(_, words)| words)
    }
}

/// What something needs of the bus it is plugged into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wants {
    pub(super) plug: Sockets,
    /// The controller that it is, if it is one.
    pub(super) model: Option<Model>,
    /// Whether it is part of the machine: on bus 0, and there in any slot.
    pub(super) integrated: bool,
    /// Whether libvirt, looking for a place, avoids buses that it puts nothing on by itself.
    reserved: bool,
}

impl Wants {
    /// A conventional PCI device.
    pub(super) const PCI: Self =
        Self { plug: Sockets::PCI, model: None, integrated: false, reserved: true };
    /// A PCI Express device.
    pub(super) const PCIE: Self =
        Self { plug: Sockets::PCIE, model: None, integrated: false, reserved: true };

    pub(super) const fn integrated(self) -> Self {
        Self { integrated: true, ..self }
    }

    pub(super) const fn of(model: Model) -> Self {
        Self { plug: model.plug(), model: Some(model), integrated: false, reserved: false }
    }

    /// Whether several can share a slot without being told to.
    pub(super) fn shares_slots(self) -> bool {
        self.plug == Sockets::ROOT_PORT
    }
}

/// Whether a bus that accepts `accepts` takes what `wants`; `stated`: it stands there because somebody wrote so.
pub(super) fn fits(
    bus: u32,
    mut accepts: Sockets,
    mut takes_unplaced: bool,
    wants: Wants,
    stated: bool,
) -> Result<(), Misfit> {
    let mut plug = wants.plug;
    if wants.integrated {
        if bus != 0 {
            return Err(Misfit::NotIntegrated);
        }
        accepts = accepts.or(Sockets::PCI);
        takes_unplaced = true;
    }
    if stated {
        // Either kind of device works in either kind of slot, which libvirt leaves to who asks for it.
        if accepts.any_of(Sockets::ENDPOINT) {
            accepts = accepts.or(Sockets::ENDPOINT);
        }
        if plug.any_of(Sockets::PCI_BRIDGE) {
            plug = plug.or(Sockets::PCI);
        }
    } else if wants.reserved && !takes_unplaced {
        return Err(Misfit::Reserved);
    }
    if plug.any_of(accepts) { Ok(()) } else { Err(Misfit::Kind(plug)) }
}

/// Why something does not fit a bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    /// It belongs on bus 0.
    NotIntegrated,
    /// libvirt puts nothing there by itself.
    Reserved,
    /// The bus takes other kinds.
    Kind(Sockets),
}

impl Misfit {
    /// What libvirt says of it at that address, on that bus.
    pub(super) fn words(self, address: Address, bus: u32) -> (Refused, String) {
        match self {
            Self::NotIntegrated => (
                Refused::NotOnRoot,
                format!(
                    "The device at PCI address {address} needs to be an integrated device (bus=0)"
                ),
            ),
            Self::Reserved => (
                Refused::WrongBus,
                format!(
                    "The device at PCI address {address} was auto-assigned this address, but the PCI controller \
                     with index='{bus}' doesn't allow auto-assignment"
                ),
            ),
            Self::Kind(plug) => (
                Refused::WrongBus,
                format!(
                    "The device at PCI address {address} cannot be plugged into the PCI controller with \
                     index='{bus}'. It requires a controller that accepts a {}.",
                    plug.words()
                ),
            ),
        }
    }
}
