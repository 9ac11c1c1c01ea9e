//! Where libvirt puts everything of a domain that takes a PCI address, measured on libvirt 12.8.
//!
//! libvirt goes through a domain twice: first to find out which controllers it has to add, then, with
//! those, to give out addresses.

mod address;
mod bus;
mod chipset;
mod controllers;
mod inventory;
mod kind;
mod model;
mod needed;
mod number;
mod numbers;
mod pass;
mod refusal;
#[cfg(test)]
mod tests;

pub use address::Address;
pub use bus::Reason;
pub use kind::{Kind, Role};
pub use model::Model;
pub use refusal::{Refusal, Refused};

use controllers::Type;
use inventory::Inventory;
use model::Wants;

use crate::topology::Board;
use crate::xml::Element;

/// Where libvirt puts everything of `domain`, a machine of the family `board`.
#[must_use]
pub fn place(domain: Element<'_>, board: Board) -> Placement {
    let mut inventory = Inventory::of(domain, board);
    let readable = inventory.refusals.is_empty() && inventory.unknown.is_empty();
    if readable && pass::run(&mut inventory, board).is_ok() {
        numbers::complete(&mut inventory);
    }
    Placement::of(inventory)
}

/// Where everything is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Every PCI controller there will be, by index.
    pub controllers: Vec<PlacedController>,
    /// Everything else that takes a PCI address, in file order; what libvirt adds comes last. What cannot be read is
    /// not among them.
    pub devices: Vec<PlacedDevice>,
    /// What libvirt refuses, in the order in which it would; empty says nothing while something is unknown.
    pub refusals: Vec<Refusal>,
    /// The positions of the elements that could not be read, or that libvirt knows and this does not. While there
    /// are any nothing can be claimed of what was not written.
    pub unknown: Vec<u32>,
    /// Whether libvirt places the domain: nothing is unknown or refused, and every number is there.
    pub settled: bool,
}

/// A PCI controller and its numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedController {
    /// Its element, or that it is the machine's, or that it is added.
    pub owner: Owner,
    /// Its model, index, bus number, chassis and port, and why it was added.
    pub controller: PciController,
    /// Where it sits; none for a root, and for what was not placed.
    pub address: Option<Given<Address>>,
    /// Whether it is written or made to be one function of several.
    pub multifunction: bool,
}

/// A device and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedDevice {
    /// Its element, or what libvirt adds.
    pub owner: Owner,
    /// What it is.
    pub kind: Kind,
    /// Where it sits; none where it was not placed. The first IDE controller sits nowhere except on `pc`.
    pub address: Option<Given<Address>>,
    /// Whether it is written or made to be one function of several.
    pub multifunction: bool,
    /// What `<driver iommu=…>` says.
    pub iommu_platform: Option<bool>,
}

/// A number, and whether it was written or given by libvirt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given<T> {
    /// The number.
    pub value: T,
    /// Whether it is in the file.
    pub written: bool,
}

/// Where something comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// The element at that position of the file.
    Listed(u32),
    /// libvirt adds it to every such domain.
    Implicit(Implicit),
    /// libvirt adds a controller with that index.
    Added(u32),
}

impl Owner {
    /// The position of its element, if it has one.
    #[must_use]
    pub const fn position(self) -> Option<u32> {
        match self {
            Self::Listed(position) => Some(position),
            Self::Implicit(_) | Self::Added(_) => None,
        }
    }
}

/// What libvirt adds without being asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Implicit {
    /// pcie-root or pci-root.
    Root,
    /// The first USB controller of an x86 machine.
    Usb,
    /// The SATA controller of Q35.
    Sata,
    /// The memory balloon of an x86 machine.
    Memballoon,
    /// A video card, where there is a display.
    Video,
    /// A controller that a disk or a SCSI host device is on.
    Disks,
    /// A virtio-serial controller that a channel or console is on.
    Characters,
}

/// A PCI controller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PciController {
    /// Its model.
    pub model: Model,
    /// The number of its bus in addresses, 0 to 255.
    pub index: Given<u32>,
    /// Why libvirt adds it; none when it is listed, or the machine's root.
    pub reason: Option<Reason>,
    /// A PXB's `busNr`.
    pub bus_nr: Option<Given<u32>>,
    /// Of a port, or a pci-bridge's `chassisNr`.
    pub chassis: Option<Given<u32>>,
    /// Of a port.
    pub port: Option<Given<u32>>,
}

impl PciController {
    const fn new(model: Model) -> Self {
        let index = Given { value: 0, written: false };
        Self { model, index, reason: None, bus_nr: None, chassis: None, port: None }
    }
}

/// Something that takes a place.
struct Item {
    owner: Owner,
    wants: Wants,
    what: What,
    address: Option<Address>,
    /// Whether the address is in the file.
    written: bool,
    /// Whether the file says that it is on PCI, with or without an address.
    says_pci: bool,
    multifunction: Option<bool>,
    iommu_platform: Option<bool>,
}

impl Item {
    const fn unplaced(owner: Owner, wants: Wants, what: What) -> Self {
        Self {
            owner,
            wants,
            what,
            address: None,
            written: false,
            says_pci: false,
            multifunction: None,
            iommu_platform: None,
        }
    }
}

enum What {
    Pci(PciController),
    Controller(Kind, Type, u32),
    Device(Kind),
}

impl Placement {
    fn of(inventory: Inventory) -> Self {
        let Inventory { items, devices, pci, controllers: others, refusals, mut unknown, .. } =
            inventory;
        let settled = refusals.is_empty() && unknown.is_empty();
        let mut is_there = vec![false; items.len()];
        for at in devices.iter().map(|(_, at)| *at).chain(pci).chain(others) {
            is_there[at] = true;
        }
        let (mut controllers, mut devices) = (Vec::new(), Vec::new());
        for (item, _) in items.into_iter().zip(is_there).filter(|(_, is_there)| *is_there) {
            let Item { owner, what, address, written, multifunction, iommu_platform, .. } = item;
            let address = address.map(|value| Given { value, written });
            let multifunction = multifunction == Some(true);
            match what {
                What::Pci(controller) => {
                    controllers.push(PlacedController {
                        owner,
                        controller,
                        address,
                        multifunction,
                    });
                }
                What::Controller(kind, ..) | What::Device(kind) => {
                    devices.push(PlacedDevice {
                        owner,
                        kind,
                        address,
                        multifunction,
                        iommu_platform,
                    });
                }
            }
        }
        controllers.sort_by_key(|placed| placed.controller.index.value);
        unknown.sort_unstable();
        Self { controllers, devices, refusals, unknown, settled }
    }
}
