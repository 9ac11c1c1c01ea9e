//! The vm as it will be read from the file that is written: same elements, in the file's order.

use super::arrange::{Arrangement, Item, What};
use super::gaps::Filled;
use crate::elaborate::{ControllerNumbers, Numbers};
use crate::span::{FileId, Origin, Span};
use crate::topology::{
    ControllerId, ControllerKind, DeviceId, HostdevId, Parent, Placement, RootComplex, Vm, VsmmuId,
};

/// A vm whose lists are in the order of the file that is written.
pub(super) struct Settled {
    /// Its origins are no bytes of any file: they rise in the order of the file. A number is written
    /// where it cannot be told by [`Numbers`].
    pub(super) vm: Vm,
    /// What stands in what; with the positions that elements have in `vm`.
    pub(super) items: Vec<Item>,
    /// The gaps between its indexes that are meant.
    pub(super) filled: Filled,
}

/// Brings `vm` and its numbers into the order of `arrangement`. Elements that are not in it are left
/// out.
pub(super) fn settle(vm: &Vm, numbers: &Numbers, arrangement: &Arrangement) -> (Settled, Numbers) {
    let mut order = Order {
        from: vm,
        numbers,
        to: Vm {
            vsmmus: Vec::new(),
            root_vsmmu: None,
            controllers: Vec::new(),
            hostdevs: Vec::new(),
            devices: Vec::new(),
            unasked: Vec::new(),
            ..vm.clone()
        },
        wanted: Numbers { iommus: numbers.iommus.clone(), ..Numbers::default() },
        moved: vec![None; vm.controllers.len()],
    };
    let items = arrangement.items.iter().zip(0..).map(|(item, position)| {
        let origin = Origin::new(FileId::default(), Span::at(position));
        Item { what: order.place(item.what, origin), ..*item }
    });
    let items = items.collect();
    for (iommu, position) in order.to.iommus.iter_mut().zip(&order.wanted.iommus) {
        if position.is_some() {
            iommu.placement = Placement::default();
        }
    }
    (Settled { vm: order.to, items, filled: Filled::default() }, order.wanted)
}

/// A vm being put in order.
struct Order<'a> {
    from: &'a Vm,
    numbers: &'a Numbers,
    to: Vm,
    wanted: Numbers,
    /// For each controller, where it is now.
    moved: Vec<Option<ControllerId>>,
}

impl Order<'_> {
    fn place(&mut self, what: What, origin: Origin) -> What {
        match what {
            What::Vsmmu(id) => What::Vsmmu(self.vsmmu(id, origin)),
            What::Controller(id) => What::Controller(self.controller(id, None, origin)),
            What::Hostdev(id) => What::Hostdev(self.hostdev(id, origin)),
            What::Device(id) => What::Device(self.device(id, origin)),
        }
    }

    fn vsmmu(&mut self, id: VsmmuId, origin: Origin) -> VsmmuId {
        let now = VsmmuId(position(self.to.vsmmus.len()));
        let mut vsmmu = self.from.vsmmu(id).clone();
        vsmmu.origin = origin;
        match &mut vsmmu.root_complex {
            RootComplex::Root => {
                self.to.root_vsmmu.get_or_insert(now);
            }
            RootComplex::Pxb(pxb) => *pxb = self.controller(*pxb, Some(now), origin),
        }
        self.to.vsmmus.push(vsmmu);
        now
    }

    fn controller(
        &mut self,
        id: ControllerId,
        vsmmu: Option<VsmmuId>,
        origin: Origin,
    ) -> ControllerId {
        let now = ControllerId(position(self.to.controllers.len()));
        self.moved[id.0 as usize] = Some(now);
        let mut controller = self.from.controller(id).clone();
        let numbers = *self.numbers.controller(id);
        let ControllerNumbers { index, position, bus_nr, chassis, port } = numbers;
        controller.parent = self.bus(controller.parent);
        controller.vsmmu = vsmmu;
        controller.origin = origin;
        controller.index.take_if(|_| index.is_some());
        if position.is_some() || matches!(controller.kind, ControllerKind::SwitchUpstream) {
            controller.placement = Placement::default();
        }
        match &mut controller.kind {
            ControllerKind::Pxb { bus_nr: written, .. } => {
                written.take_if(|_| bus_nr.is_some());
            }
            ControllerKind::RootPort(written) | ControllerKind::SwitchDownstream(written) => {
                written.chassis.take_if(|_| chassis.is_some());
                written.port.take_if(|_| port.is_some());
            }
            ControllerKind::SwitchUpstream | ControllerKind::Bridge(_) => {}
        }
        self.to.controllers.push(controller);
        self.wanted.controllers.push(numbers);
        now
    }

    fn hostdev(&mut self, id: HostdevId, origin: Origin) -> HostdevId {
        let mut hostdev = self.from.hostdevs[id.0 as usize].clone();
        let position_wanted = self.numbers.hostdev(id);
        hostdev.parent = self.bus(hostdev.parent);
        hostdev.origin = origin;
        if position_wanted.is_some() {
            hostdev.placement = Placement::default();
        }
        self.to.hostdevs.push(hostdev);
        self.wanted.hostdevs.push(position_wanted);
        HostdevId(position(self.to.hostdevs.len() - 1))
    }

    fn device(&mut self, id: DeviceId, origin: Origin) -> DeviceId {
        let mut device = self.from.devices[id.0 as usize].clone();
        let position_wanted = self.numbers.device(id);
        device.parent = self.bus(device.parent);
        device.origin = origin;
        if position_wanted.is_some() {
            device.placement = Placement::default();
        }
        self.to.devices.push(device);
        self.wanted.devices.push(position_wanted);
        DeviceId(position(self.to.devices.len() - 1))
    }

    /// Where a bus is now: what stands in something is placed after it.
    fn bus(&self, parent: Parent) -> Parent {
        match parent {
            Parent::Root => Parent::Root,
            Parent::Controller(id) => {
                self.moved[id.0 as usize].map_or(Parent::Root, Parent::Controller)
            }
        }
    }
}

/// A position in a list that is no longer than one which has such positions.
fn position(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
