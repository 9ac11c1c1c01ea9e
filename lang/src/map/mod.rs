//! What the guest will see: buses as its firmware numbers them, and who translates for whom.

mod enumerate;
mod text;

pub use text::text;

use crate::check::{Analysis, Checked, PlacedKind};
use crate::elaborate::BusWindow;
use crate::lower::ids::{Ids, Taker};
use crate::topology::{
    ControllerId, HostAddress, IommuModel, Parent, RootComplex, SlotFunction, VsmmuId,
};

/// The guest's view of one vm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map {
    /// Its name.
    pub name: String,
    /// Every bus, by number.
    pub buses: Vec<Bus>,
    /// Every host device and emulated device, by guest address.
    pub devices: Vec<Device>,
}

/// One bus of the guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bus {
    /// Its number, as the firmware gives it out.
    pub number: u8,
    /// Id of the controller it is behind; `pcie.0` or `pci.0` for the root bus.
    pub controller: String,
    /// What that controller is.
    pub noun: &'static str,
    /// The bus this controller sits on, and where; none for the root bus.
    pub upstream: Option<(u8, SlotFunction)>,
    /// How deep below its root bus: 0 for the root bus itself and for a PXB's.
    pub depth: u8,
    /// The numbers from this bus to the last one below it; for a root bus all that it may give out.
    pub window: (u8, u8),
    /// Ranges of the window that no bus has; none but for a root bus.
    pub free: Vec<(u8, u8)>,
    /// Name of the vSMMU that translates for it.
    pub vsmmu: Option<String>,
    /// Its NUMA cell: PXBs only.
    pub numa_node: Option<u32>,
}

/// One endpoint of the guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its name in the file.
    pub id: String,
    /// Its address on the host: host devices only.
    pub host: Option<HostAddress>,
    /// Its driver: emulated devices only.
    pub driver: Option<String>,
    /// Bus of its guest address.
    pub bus: u8,
    /// Slot and function of its guest address.
    pub position: SlotFunction,
    /// Id of the controller it is plugged into.
    pub controller: String,
    /// Name of the vSMMU it is behind.
    pub vsmmu: Option<String>,
    /// Where the guest finds that vSMMU's registers.
    pub vsmmu_base: Option<u64>,
    /// Name of the host's SMMU that the vSMMU stands for.
    pub vsmmu_host: Option<String>,
    /// What the vSMMU knows it by: its requester id, bus × 256 + slot × 8 + function.
    pub stream_id: Option<u16>,
    /// The NUMA cell of its PXB.
    pub numa_node: Option<u32>,
}

impl Device {
    /// `0000:BB:SS.F`: the guest has one PCI domain.
    #[must_use]
    pub fn guest_address(&self) -> String {
        let SlotFunction { slot, function } = self.position;
        format!("0000:{:02x}:{:02x}.{:x}", self.bus, slot.get(), function.get())
    }
}

/// Where QEMU's `virt` puts the first device of its platform bus (`hw/arm/virt.c`).
const PLATFORM_BUS: u64 = 0x0c00_0000;
/// How many bytes of registers an `arm-smmuv3` has (`hw/arm/smmuv3-internal.h`).
const SMMU_SIZE: u64 = 0x2_0000;
/// Where QEMU's `virt` puts the machine-wide SMMU (`hw/arm/virt.c`).
const MACHINE_SMMU: u64 = 0x0905_0000;

/// What the guest of each vm of a file will see that could be checked, in file order.
#[must_use]
pub fn all(analysis: &Analysis) -> Vec<Map> {
    let vms = 0..analysis.topology.vms.len();
    vms.filter_map(|position| analysis.checked(position)).map(|vm| map(&vm)).collect()
}

/// What the guest of a checked vm will see.
#[must_use]
pub fn map(checked: &Checked<'_>) -> Map {
    let buses = enumerate::buses(checked);
    let ids = Ids::of(checked, Taker::Qemu);
    let mut map = Map {
        name: checked.vm.name.value.clone(),
        buses: describe_buses(checked, &ids, &buses),
        devices: Vec::new(),
    };
    let hostdevs = checked.hostdevs.iter().map(|placed| {
        let hostdev = placed.hostdev;
        let mut device = endpoint(checked, &ids, &buses, hostdev.parent, placed.position);
        device.id.clone_from(&hostdev.name.value);
        device.host = Some(placed.host);
        device
    });
    let devices = checked.devices.iter().map(|placed| {
        let emulated = placed.device;
        let mut device = endpoint(checked, &ids, &buses, emulated.parent, placed.position);
        device.id.clone_from(&emulated.name.value);
        device.driver = Some(placed.driver.to_owned());
        device
    });
    map.devices = hostdevs.chain(devices).collect();
    map.devices.sort_by_key(|device| (device.bus, device.position));
    map
}

/// The NUMA cell of a root complex.
fn numa_node(checked: &Checked<'_>, root_complex: RootComplex) -> Option<u32> {
    match root_complex {
        RootComplex::Root => None,
        RootComplex::Pxb(pxb) => match checked.controller(pxb).kind {
            PlacedKind::Pxb { numa_node, .. } => numa_node,
            _ => None,
        },
    }
}

fn describe_buses(checked: &Checked<'_>, ids: &Ids, buses: &enumerate::Buses) -> Vec<Bus> {
    let window_of = |root_complex: RootComplex| -> Option<&BusWindow> {
        checked.numbers.windows.iter().find(|window| window.root_complex == root_complex)
    };
    let describe = |parent: Parent| {
        let number = buses.number(parent)?;
        let root_complex = checked.vm.root_complex(parent);
        let is_root = match (parent, root_complex) {
            (Parent::Root, _) => true,
            (Parent::Controller(id), RootComplex::Pxb(pxb)) => id == pxb,
            (Parent::Controller(_), RootComplex::Root) => false,
        };
        let last_used = buses.last_below(parent)?;
        let last = if is_root { window_of(root_complex)?.last? } else { last_used };
        let controller = match parent {
            Parent::Root => None,
            Parent::Controller(id) => Some(checked.controller(id)),
        };
        Some(Bus {
            number,
            controller: ids.bus(parent).to_owned(),
            noun: controller.map_or("root bus", |placed| placed.controller.noun()),
            upstream: controller.and_then(|placed| {
                Some((buses.number(placed.controller.parent)?, placed.position))
            }),
            depth: buses.depth(parent),
            window: (number, last),
            free: if last > last_used { vec![(last_used + 1, last)] } else { Vec::new() },
            vsmmu: checked.vm.vsmmu_of(root_complex).map(|(_, vsmmu)| vsmmu.name.value.clone()),
            numa_node: if is_root { numa_node(checked, root_complex) } else { None },
        })
    };
    let controllers = (0..).map(ControllerId).take(checked.controllers.len());
    let parents = std::iter::once(Parent::Root).chain(controllers.map(Parent::Controller));
    let mut described: Vec<Bus> = parents.filter_map(describe).collect();
    described.sort_by_key(|bus| bus.number);
    described
}

/// An endpoint at `position` of the bus behind `parent`, not yet named.
fn endpoint(
    checked: &Checked<'_>,
    ids: &Ids,
    buses: &enumerate::Buses,
    parent: Parent,
    position: SlotFunction,
) -> Device {
    let bus = buses.number(parent).unwrap_or_default();
    let vsmmu = checked.vm.vsmmu_over(parent);
    let machine_smmu =
        checked.vm.iommus.first().is_some_and(|iommu| iommu.model.value == IommuModel::Smmuv3);
    let requester_id = u16::from(bus) << 8
        | u16::from(position.slot.get()) << 3
        | u16::from(position.function.get());
    Device {
        id: String::new(),
        host: None,
        driver: None,
        bus,
        position,
        controller: ids.bus(parent).to_owned(),
        vsmmu: vsmmu.map(|(_, vsmmu)| vsmmu.name.value.clone()),
        vsmmu_base: match vsmmu {
            Some((VsmmuId(n), _)) => Some(PLATFORM_BUS + u64::from(n) * SMMU_SIZE),
            None => machine_smmu.then_some(MACHINE_SMMU),
        },
        vsmmu_host: vsmmu.and_then(|(_, vsmmu)| Some(vsmmu.host.as_ref()?.value.clone())),
        stream_id: (vsmmu.is_some() || machine_smmu).then_some(requester_id),
        numa_node: numa_node(checked, checked.vm.root_complex(parent)),
    }
}
