//! Endpoints: host devices, emulated devices, and the iommufd objects behind the former.

use super::{NumberSet, Parent, Placement};
use crate::span::{Origin, Written};

/// Position of a host device in [`Vm::hostdevs`](super::Vm::hostdevs).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostdevId(pub u32);

/// Position of an emulated device in [`Vm::devices`](super::Vm::devices).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceId(pub u32);

/// `iommufd "ID"`: an iommufd object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Iommufd {
    /// Its name in the file.
    pub name: Written<String>,
    /// `alias=`.
    pub alias: Option<Written<String>>,
    /// An already open `/dev/iommu`.
    pub fd: Option<Written<i64>>,
    /// The group libvirt finds that file descriptor in.
    pub fdgroup: Option<Written<String>>,
    /// The node's name.
    pub origin: Origin,
}

/// `hostdev "ID" host=…`: a PCI device of the host, given to the guest with VFIO.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hostdev {
    /// Its name in the file.
    pub name: Written<String>,
    /// `alias=`.
    pub alias: Option<Written<String>>,
    /// Its address on the host, as written; none when it is missing.
    pub host: Option<Written<String>>,
    /// What it is plugged into.
    pub parent: Parent,
    /// Where on that bus.
    pub placement: Placement,
    /// `iommufd=`; the enclosing vSMMU's when not written.
    pub iommufd: Option<Written<String>>,
    /// An already open VFIO character device.
    pub fd: Option<Written<i64>>,
    /// Whether libvirt binds and unbinds the VFIO driver; off when not written.
    pub managed: Option<Written<bool>>,
    /// Whether the guest sees the option ROM.
    pub rombar: Option<Written<bool>>,
    /// Where the synthetic PASID capability goes; QEMU only.
    pub vpasid_cap_offset: Option<Written<i64>>,
    /// `generic-initiator nodes=`: NUMA cells of the device's own memory.
    pub generic_initiator: Option<Written<NumberSet>>,
    /// Where each of these cells is named, in a file that names each in a place of its own.
    pub cells: Vec<Written<u32>>,
    /// The node's name.
    pub origin: Origin,
}

impl Hostdev {
    /// Where that one of its cells is named.
    #[must_use]
    pub fn cell_origin(&self, cell: u32) -> Option<Origin> {
        let own = self.cells.iter().find(|own| own.value == cell).map(|own| own.origin);
        own.or_else(|| self.generic_initiator.as_ref().map(|cells| cells.origin))
    }
}

/// `device "ID" driver=…`: an emulated device which takes a PCI address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its name in the file.
    pub name: Written<String>,
    /// `alias=`.
    pub alias: Option<Written<String>>,
    /// QEMU's driver name; none when it is missing.
    pub driver: Option<Written<String>>,
    /// What it is plugged into.
    pub parent: Parent,
    /// Where on that bus.
    pub placement: Placement,
    /// What goes to QEMU unchanged, in file order.
    pub properties: Vec<(Written<String>, Written<PropertyValue>)>,
    /// The node's name.
    pub origin: Origin,
}

/// QEMU's PCI bridges that a `device` can be (`hw/pci-bridge`).
const BRIDGES: [&str; 8] = [
    "i82801b11-bridge",
    "ioh3420",
    "pci-bridge",
    "pci-bridge-seat",
    "pcie-pci-bridge",
    "pcie-root-port",
    "x3130-upstream",
    "xio3130-downstream",
];

impl Device {
    /// Whether it is a bridge: no endpoint, and the bus behind it takes a number.
    #[must_use]
    pub fn is_bridge(&self) -> bool {
        self.driver.as_ref().is_some_and(|driver| BRIDGES.contains(&driver.value.as_str()))
    }
}

/// The value of a property which goes to QEMU unchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PropertyValue {
    /// A string.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A boolean.
    Boolean(bool),
}
