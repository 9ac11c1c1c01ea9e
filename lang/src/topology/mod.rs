//! The one model in which all front ends meet.
//!
//! It can hold a wrong configuration: numbers are kept as written, with the bytes they came
//! from, and the rules judge them. Typed numbers come out of [`crate::elaborate`].

mod address;
mod controller;
mod endpoint;
mod ids;
mod iommu;
mod machine;
mod numa;
mod number_set;
mod renamed;
mod size;

pub use address::{BusNr, Chassis, Function, HostAddress, Index, PortNr, Slot, SlotFunction};
pub use controller::{
    Bridge, Controller, ControllerId, ControllerKind, Parent, Placement, Port, RootComplex,
};
pub use endpoint::{Device, DeviceId, Hostdev, HostdevId, Iommufd, PropertyValue};
pub(crate) use ids::{automatic_numbers, is_legal_id, libvirt_keeps};
pub use iommu::{
    Acceleration, Granule, IommuModel, MachineIommu, NumberOrAuto, OnOffAuto, Vsmmu, VsmmuId,
};
pub use machine::{Accelerator, Arch, Board, Firmware, Machine, MemoryBacking};
pub use numa::{Cell, Distance, Numa};
pub use number_set::NumberSet;
pub use renamed::{Renamed, RenamedWord};
pub use size::Size;

use crate::span::{Origin, Written};

/// Everything one file describes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topology {
    /// The `target` node.
    pub target: Option<TargetNode>,
    /// In file order.
    pub vms: Vec<Vm>,
}

/// `target libvirt= qemu=`, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetNode {
    /// A libvirt release or profile.
    pub libvirt: Option<Written<String>>,
    /// A QEMU release or profile.
    pub qemu: Option<Written<String>>,
    /// The node's name.
    pub origin: Origin,
}

/// One virtual machine. Flat: elements name each other by position.
///
/// Every list is in file order; an implied controller stands where the element that implies it
/// does, and a controller always stands after its parent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vm {
    /// Its name.
    pub name: Written<String>,
    /// Its machine type; none when missing or unknown (a schema finding says so).
    pub machine: Option<Written<Machine>>,
    /// `arch=`, when written.
    pub arch: Option<Written<Arch>>,
    /// `memory`.
    pub memory: Option<Written<Size>>,
    /// `vcpus`.
    pub vcpus: Option<Written<i64>>,
    /// `cpu`.
    pub cpu: Option<Written<String>>,
    /// `firmware`.
    pub firmware: Option<Written<Firmware>>,
    /// Whether the guest has ACPI, where the file can say so.
    pub acpi: Option<Written<bool>>,
    /// `accelerator`.
    pub accelerator: Option<Written<Accelerator>>,
    /// `gic`.
    pub gic: Option<Written<i64>>,
    /// `memory-backing`.
    pub memory_backing: Option<MemoryBacking>,
    /// `mmio-window`.
    pub mmio_window: Option<Written<Size>>,
    /// `numa`.
    pub numa: Option<Numa>,
    /// `iommufd`.
    pub iommufds: Vec<Iommufd>,
    /// `iommu`: more than one is a mistake, but can be written.
    pub iommus: Vec<MachineIommu>,
    /// `vsmmu`.
    pub vsmmus: Vec<Vsmmu>,
    /// The first vSMMU that translates for the root bus.
    pub root_vsmmu: Option<VsmmuId>,
    /// PXBs, ports and switches, written and implied.
    pub controllers: Vec<Controller>,
    /// `hostdev`, wherever it stands.
    pub hostdevs: Vec<Hostdev>,
    /// `device`, wherever it stands.
    pub devices: Vec<Device>,
    /// Slots of the root bus that QEMU gives to devices of its own accord, and what they are.
    pub unasked: Vec<(Slot, &'static str)>,
    /// Words of an older syntax that it was written with.
    pub renamed: Vec<Renamed>,
    /// The node's name.
    pub origin: Origin,
}

impl Vm {
    /// What the board has at a position of the root bus, or QEMU puts there of its own accord: in a whole slot, as
    /// none of these has further functions.
    #[must_use]
    pub fn own_device(&self, at: SlotFunction) -> Option<&'static str> {
        let unasked = || self.unasked.iter().find(|(slot, _)| *slot == at.slot);
        let of_board = self.board().and_then(|board| board.own_device(at));
        of_board.or_else(|| unasked().map(|(_, device)| *device))
    }

    /// One of that name, of which nothing else is said.
    #[must_use]
    pub const fn new(name: Written<String>, origin: Origin) -> Self {
        Self {
            name,
            machine: None,
            arch: None,
            memory: None,
            vcpus: None,
            cpu: None,
            firmware: None,
            acpi: None,
            accelerator: None,
            gic: None,
            memory_backing: None,
            mmio_window: None,
            numa: None,
            iommufds: Vec::new(),
            iommus: Vec::new(),
            vsmmus: Vec::new(),
            root_vsmmu: None,
            controllers: Vec::new(),
            hostdevs: Vec::new(),
            devices: Vec::new(),
            unasked: Vec::new(),
            renamed: Vec::new(),
            origin,
        }
    }

    /// The machine's family, when it is known.
    #[must_use]
    pub fn board(&self) -> Option<Board> {
        self.machine.as_ref().map(|machine| machine.value.board)
    }

    /// Whether the machine, as far as it is known, can have an IOMMU of that model.
    #[must_use]
    pub fn can_have(&self, model: IommuModel) -> bool {
        self.board().is_none_or(|board| model.boards().contains(&board))
    }

    /// How many vCPUs: as many as stated, else so many that all of the NUMA cells exist; none when
    /// neither says.
    #[must_use]
    pub fn vcpu_count(&self) -> Option<u64> {
        let stated = self.vcpus.and_then(|written| u64::try_from(written.value).ok());
        let cells = self.numa.iter().flat_map(|numa| &numa.cells);
        let highest = cells.filter_map(|cell| Some(cell.cpus.as_ref()?.value.last())).max();
        stated.or_else(|| Some(u64::from(highest?) + 1))
    }

    /// The controller at `id`.
    #[must_use]
    pub fn controller(&self, id: ControllerId) -> &Controller {
        &self.controllers[id.0 as usize]
    }

    /// The vSMMU at `id`.
    #[must_use]
    pub fn vsmmu(&self, id: VsmmuId) -> &Vsmmu {
        &self.vsmmus[id.0 as usize]
    }

    /// Every controller with its position.
    pub fn controllers(&self) -> impl Iterator<Item = (ControllerId, &Controller)> {
        (0..).map(ControllerId).zip(&self.controllers)
    }

    /// Every vSMMU with its position.
    pub fn vsmmus(&self) -> impl Iterator<Item = (VsmmuId, &Vsmmu)> {
        (0..).map(VsmmuId).zip(&self.vsmmus)
    }

    /// Every host device with its position.
    pub fn hostdevs(&self) -> impl Iterator<Item = (HostdevId, &Hostdev)> {
        (0..).map(HostdevId).zip(&self.hostdevs)
    }

    /// Every emulated device with its position.
    pub fn devices(&self) -> impl Iterator<Item = (DeviceId, &Device)> {
        (0..).map(DeviceId).zip(&self.devices)
    }

    /// The root complex that what is plugged into `parent` belongs to.
    ///
    /// Takes as many steps as the tree is deep: the language nests at most four controllers.
    #[must_use]
    pub fn root_complex(&self, mut parent: Parent) -> RootComplex {
        while let Parent::Controller(id) = parent {
            let controller = self.controller(id);
            if controller.is_pxb() {
                return RootComplex::Pxb(id);
            }
            parent = controller.parent;
        }
        RootComplex::Root
    }

    /// The vSMMU that translates for `root_complex`; the first, where several claim it.
    #[must_use]
    pub fn vsmmu_of(&self, root_complex: RootComplex) -> Option<(VsmmuId, &Vsmmu)> {
        let id = match root_complex {
            RootComplex::Root => self.root_vsmmu,
            RootComplex::Pxb(pxb) => self.controller(pxb).vsmmu,
        }?;
        Some((id, self.vsmmu(id)))
    }

    /// The vSMMU a device plugged into `parent` is behind.
    #[must_use]
    pub fn vsmmu_over(&self, parent: Parent) -> Option<(VsmmuId, &Vsmmu)> {
        self.vsmmu_of(self.root_complex(parent))
    }

    /// The name of the iommufd a host device uses: its own, else that of the vSMMU over it.
    #[must_use]
    pub fn iommufd_of<'a>(&'a self, hostdev: &'a Hostdev) -> Option<&'a Written<String>> {
        let of_vsmmu = || self.vsmmu_over(hostdev.parent)?.1.iommufd.as_ref();
        hostdev.iommufd.as_ref().or_else(of_vsmmu)
    }
}
