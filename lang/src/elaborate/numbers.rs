//! The numbers of a vm: those written that are legal, and those allocated for what was left out.

use crate::topology::{
    BusNr, Chassis, ControllerId, DeviceId, HostdevId, Index, PortNr, RootComplex, SlotFunction,
};

/// Every number of one vm, by the position of its element.
///
/// A number is none when what was written is out of range, or when nothing was free; a rule says
/// so. Whether a number was written or allocated is told by the element itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// For each of [`Vm::controllers`](crate::topology::Vm::controllers).
    pub controllers: Vec<ControllerNumbers>,
    /// For each of [`Vm::hostdevs`](crate::topology::Vm::hostdevs).
    pub hostdevs: Vec<Option<SlotFunction>>,
    /// For each of [`Vm::devices`](crate::topology::Vm::devices).
    pub devices: Vec<Option<SlotFunction>>,
    /// For each of [`Vm::iommus`](crate::topology::Vm::iommus); some for a model that is a
    /// PCI device (virtio, amd).
    pub iommus: Vec<Option<SlotFunction>>,
    /// The bus window of every root complex: `pcie.0` first, then the PXBs in file order.
    pub windows: Vec<BusWindow>,
}

/// The numbers of one controller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ControllerNumbers {
    /// libvirt's controller index.
    pub index: Option<Index>,
    /// Where on its parent's bus.
    pub position: Option<SlotFunction>,
    /// Its bus number: PXBs only.
    pub bus_nr: Option<BusNr>,
    /// Root ports and downstream ports only.
    pub chassis: Option<Chassis>,
    /// Root ports and downstream ports only.
    pub port: Option<PortNr>,
}

/// The bus numbers that belong to a root complex, and how many it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BusWindow {
    /// Whose.
    pub root_complex: RootComplex,
    /// The root's own number: 0 for `pcie.0`. None when the PXB has no legal number.
    pub first: Option<u8>,
    /// The last number before the next PXB's, or 255.
    pub last: Option<u8>,
    /// 1, and 1 for every port, switch and emulated bridge below.
    pub needed: u32,
}

impl Numbers {
    /// The numbers of the controller at `id`.
    #[must_use]
    pub fn controller(&self, id: ControllerId) -> &ControllerNumbers {
        &self.controllers[id.0 as usize]
    }

    /// Where the host device at `id` sits on its bus.
    #[must_use]
    pub fn hostdev(&self, id: HostdevId) -> Option<SlotFunction> {
        self.hostdevs[id.0 as usize]
    }

    /// Where the emulated device at `id` sits on its bus.
    #[must_use]
    pub fn device(&self, id: DeviceId) -> Option<SlotFunction> {
        self.devices[id.0 as usize]
    }
}

impl BusWindow {
    /// How many bus numbers there are; none when the root complex has no legal number.
    #[must_use]
    pub fn available(&self) -> Option<u32> {
        Some(u32::from(self.last?) + 1 - u32::from(self.first?))
    }
}
