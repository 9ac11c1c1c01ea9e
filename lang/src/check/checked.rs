//! The witness that a vm was checked and found without error; only this lowers.

use crate::elaborate::{ControllerNumbers, Numbers};
use crate::target::Target;
use crate::topology::{
    Bridge, BusNr, Chassis, Controller, ControllerId, ControllerKind, Device, HostAddress, Hostdev,
    Index, Iommufd, Machine, MachineIommu, Parent, Port, PortNr, SlotFunction, Vm, VsmmuId,
};

/// A vm without any error: every number is there, every name resolves.
///
/// Made only by [`Analysis::checked`](super::Analysis::checked).
#[derive(Clone, Debug)]
pub struct Checked<'a> {
    /// The vm as written.
    pub vm: &'a Vm,
    /// Its machine.
    pub machine: &'a Machine,
    /// The releases it is for.
    pub target: &'a Target,
    /// Its numbers, with the bus windows.
    pub numbers: &'a Numbers,
    /// In file order, by [`ControllerId`].
    pub controllers: Vec<PlacedController<'a>>,
    /// In file order.
    pub hostdevs: Vec<PlacedHostdev<'a>>,
    /// In file order.
    pub devices: Vec<PlacedDevice<'a>>,
    /// The machine-wide IOMMU.
    pub iommu: Option<PlacedIommu<'a>>,
}

/// A controller and its numbers.
#[derive(Clone, Copy, Debug)]
pub struct PlacedController<'a> {
    /// Which.
    pub id: ControllerId,
    /// As written.
    pub controller: &'a Controller,
    /// libvirt's controller index.
    pub index: Index,
    /// Where on its parent's bus.
    pub position: SlotFunction,
    /// What it is, with the numbers only that kind has.
    pub kind: PlacedKind<'a>,
}

/// The kinds of controller with their numbers.
#[derive(Clone, Copy, Debug)]
pub enum PlacedKind<'a> {
    /// PCI expander bridge.
    Pxb {
        /// Its bus number.
        bus_nr: BusNr,
        /// Its guest NUMA cell.
        numa_node: Option<u32>,
    },
    /// Root port.
    RootPort(PlacedPort<'a>),
    /// Upstream port of a switch.
    SwitchUpstream,
    /// Downstream port of a switch.
    SwitchDownstream(PlacedPort<'a>),
    /// Another bridge.
    Bridge(Bridge),
}

/// A port's numbers.
#[derive(Clone, Copy, Debug)]
pub struct PlacedPort<'a> {
    /// As written.
    pub port: &'a Port,
    /// Chassis number.
    pub chassis: Chassis,
    /// Port number.
    pub number: PortNr,
}

/// A host device and what it resolves to.
#[derive(Clone, Copy, Debug)]
pub struct PlacedHostdev<'a> {
    /// As written.
    pub hostdev: &'a Hostdev,
    /// Its address on the host.
    pub host: HostAddress,
    /// Where on its parent's bus.
    pub position: SlotFunction,
    /// The iommufd it uses, by its position in [`Vm::iommufds`]; none for legacy VFIO.
    pub iommufd: Option<usize>,
    /// The vSMMU it is behind.
    pub vsmmu: Option<VsmmuId>,
}

/// An emulated device and where it sits.
#[derive(Clone, Copy, Debug)]
pub struct PlacedDevice<'a> {
    /// As written.
    pub device: &'a Device,
    /// QEMU's driver name.
    pub driver: &'a str,
    /// Where on its parent's bus.
    pub position: SlotFunction,
}

/// The machine-wide IOMMU and where it sits.
#[derive(Clone, Copy, Debug)]
pub struct PlacedIommu<'a> {
    /// As written.
    pub iommu: &'a MachineIommu,
    /// Where on the root bus: virtio and amd only.
    pub position: Option<SlotFunction>,
}

impl<'a> Checked<'a> {
    /// Gathers the numbers; none when any is missing, which a vm without errors never is.
    pub(super) fn gather(vm: &'a Vm, numbers: &'a Numbers, target: &'a Target) -> Option<Self> {
        let controllers = vm
            .controllers()
            .map(|(id, controller)| {
                PlacedController::gather(id, controller, numbers.controller(id))
            })
            .collect::<Option<_>>()?;
        let hostdevs = vm
            .hostdevs()
            .map(|(id, hostdev)| PlacedHostdev::gather(vm, hostdev, numbers.hostdev(id)?))
            .collect::<Option<_>>()?;
        let devices = vm
            .devices()
            .map(|(id, device)| {
                Some(PlacedDevice {
                    device,
                    driver: &device.driver.as_ref()?.value,
                    position: numbers.device(id)?,
                })
            })
            .collect::<Option<_>>()?;
        let iommu = vm.iommus.first().map(|iommu| PlacedIommu {
            iommu,
            position: numbers.iommus.first().copied().flatten(),
        });
        let machine = &vm.machine.as_ref()?.value;
        Some(Self { vm, machine, target, numbers, controllers, hostdevs, devices, iommu })
    }

    /// The placed controller at `id`.
    #[must_use]
    pub fn controller(&self, id: ControllerId) -> &PlacedController<'a> {
        &self.controllers[id.0 as usize]
    }

    /// The index of the controller whose bus `parent` is: 0 for the root bus.
    #[must_use]
    pub fn bus_index(&self, parent: Parent) -> u8 {
        match parent {
            Parent::Root => 0,
            Parent::Controller(id) => self.controller(id).index.get(),
        }
    }

    /// The iommufd at a position of [`Vm::iommufds`].
    #[must_use]
    pub fn iommufd(&self, position: usize) -> &'a Iommufd {
        &self.vm.iommufds[position]
    }
}

impl<'a> PlacedController<'a> {
    fn gather(
        id: ControllerId,
        controller: &'a Controller,
        numbers: &ControllerNumbers,
    ) -> Option<Self> {
        let placed_port = |port: &'a Port| {
            Some(PlacedPort { port, chassis: numbers.chassis?, number: numbers.port? })
        };
        let kind = match &controller.kind {
            ControllerKind::Pxb { numa_node, .. } => PlacedKind::Pxb {
                bus_nr: numbers.bus_nr?,
                numa_node: match numa_node {
                    Some(node) => Some(u32::try_from(node.value).ok()?),
                    None => None,
                },
            },
            ControllerKind::RootPort(port) => PlacedKind::RootPort(placed_port(port)?),
            ControllerKind::SwitchUpstream => PlacedKind::SwitchUpstream,
            ControllerKind::SwitchDownstream(port) => {
                PlacedKind::SwitchDownstream(placed_port(port)?)
            }
            ControllerKind::Bridge(bridge) => PlacedKind::Bridge(*bridge),
        };
        Some(Self { id, controller, index: numbers.index?, position: numbers.position?, kind })
    }
}

impl<'a> PlacedHostdev<'a> {
    fn gather(vm: &'a Vm, hostdev: &'a Hostdev, position: SlotFunction) -> Option<Self> {
        let iommufd = match vm.iommufd_of(hostdev) {
            Some(name) => Some(vm.iommufds.iter().position(|i| i.name.value == name.value)?),
            None => None,
        };
        Some(Self {
            hostdev,
            host: HostAddress::parse(&hostdev.host.as_ref()?.value)?,
            position,
            iommufd,
            vsmmu: vm.vsmmu_over(hostdev.parent).map(|(id, _)| id),
        })
    }
}
