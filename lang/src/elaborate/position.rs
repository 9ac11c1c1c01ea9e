//! Slots and functions.

use super::Numbers;
use crate::span::Origin;
use crate::topology::{Board, ControllerKind, Function, Parent, Placement, Slot, SlotFunction, Vm};

/// Gives everything that takes a PCI address a slot and a function on its bus, in file order; the
/// machine's IOMMU comes last.
pub(super) fn allocate(vm: &Vm, numbers: &mut Numbers) {
    let elements = elements(vm);
    let mut root = Bus::root(vm);
    let mut behind: Vec<Bus> = vm.controllers.iter().map(|c| Bus::behind(&c.kind)).collect();
    let mut bus_of = |parent: Parent, action: &mut dyn FnMut(&mut Bus)| match parent {
        Parent::Root => action(&mut root),
        Parent::Controller(id) => action(&mut behind[id.0 as usize]),
    };
    let mut positions: Vec<Option<SlotFunction>> = vec![None; elements.len()];
    for (element, position) in elements.iter().zip(&mut positions) {
        bus_of(element.parent, &mut |bus| {
            if bus.is_fixed(element.placement) {
                *position = bus.reserve(element.placement);
            }
        });
    }
    for (element, position) in elements.iter().zip(&mut positions) {
        bus_of(element.parent, &mut |bus| {
            if !bus.is_fixed(element.placement) {
                *position = bus.allocate(element.placement);
            }
        });
    }
    numbers.hostdevs = vec![None; vm.hostdevs.len()];
    numbers.devices = vec![None; vm.devices.len()];
    numbers.iommus = vec![None; vm.iommus.len()];
    for (element, position) in elements.iter().zip(positions) {
        match element.which {
            Which::Controller(at) => numbers.controllers[at].position = position,
            Which::Hostdev(at) => numbers.hostdevs[at] = position,
            Which::Device(at) => numbers.devices[at] = position,
            Which::Iommu(at) => numbers.iommus[at] = position,
        }
    }
}

/// Something that takes a PCI address.
struct Element {
    which: Which,
    parent: Parent,
    placement: Placement,
    order: (bool, Origin),
}

/// Which element, by its position in the vm's lists.
enum Which {
    Controller(usize),
    Hostdev(usize),
    Device(usize),
    Iommu(usize),
}

/// Everything that takes a PCI address, in the order numbers are given out.
fn elements(vm: &Vm) -> Vec<Element> {
    let element = |which, parent, placement, origin, last| Element {
        which,
        parent,
        placement,
        order: (last, origin),
    };
    let controllers = vm.controllers.iter().enumerate().map(|(at, controller)| {
        element(
            Which::Controller(at),
            controller.parent,
            controller.placement,
            controller.origin,
            false,
        )
    });
    let hostdevs = vm.hostdevs.iter().enumerate().map(|(at, hostdev)| {
        element(Which::Hostdev(at), hostdev.parent, hostdev.placement, hostdev.origin, false)
    });
    let devices = vm.devices.iter().enumerate().map(|(at, device)| {
        element(Which::Device(at), device.parent, device.placement, device.origin, false)
    });
    let iommus = vm.iommus.iter().enumerate();
    let iommus = iommus.filter(|(_, iommu)| iommu.model.value.is_pci_device());
    let iommus = iommus.map(|(at, iommu)| {
        element(Which::Iommu(at), Parent::Root, iommu.placement, iommu.origin, true)
    });
    let mut elements: Vec<Element> =
        controllers.chain(hostdevs).chain(devices).chain(iommus).collect();
    elements.sort_by_key(|element| element.order);
    elements
}

/// Which slots of a bus exist, and which of their functions are taken.
struct Bus {
    /// One bit a function, for each slot.
    functions: [u8; 32],
    /// The highest slot there is.
    last: Slot,
    /// Whether further devices become functions of slot 0.
    single_slot: bool,
}

impl Bus {
    /// The root bus: a slot in which the board itself has a device is left to it.
    fn root(vm: &Vm) -> Self {
        let mut bus = Self { functions: [0; 32], last: Slot::MAX, single_slot: false };
        for (slot, functions) in Slot::all().zip(&mut bus.functions) {
            let own = |function| {
                let at = SlotFunction { slot, function };
                // Every board has a host bridge.
                vm.own_device(at).or_else(|| Board::Virt.own_device(at))
            };
            if Function::all().any(|function| own(function).is_some()) {
                *functions = u8::MAX;
            }
        }
        bus
    }

    /// The bus behind a controller: 32 slots, behind a port only slot 0.
    fn behind(kind: &ControllerKind) -> Self {
        let single_slot =
            matches!(kind, ControllerKind::RootPort(_) | ControllerKind::SwitchDownstream(_));
        let last = if single_slot { Slot::ZERO } else { Slot::MAX };
        Self { functions: [0; 32], last, single_slot }
    }

    /// Whether what is written leaves nothing to allocate.
    fn is_fixed(&self, placement: Placement) -> bool {
        placement.slot.is_some() || (self.single_slot && placement.function.is_some())
    }

    /// Takes what is written, if it is in range; taken twice is a rule's business.
    fn reserve(&mut self, placement: Placement) -> Option<SlotFunction> {
        let slot = match placement.slot {
            Some(slot) => Slot::new(slot.value).filter(|&slot| slot <= self.last)?,
            None => Slot::ZERO,
        };
        let function = match placement.function {
            Some(function) => Function::new(function.value)?,
            None => Function::ZERO,
        };
        self.functions[usize::from(slot.get())] |= 1 << function.get();
        Some(SlotFunction { slot, function })
    }

    /// The lowest wholly free slot; behind a port the lowest free function of slot 0.
    fn allocate(&mut self, placement: Placement) -> Option<SlotFunction> {
        let function = match placement.function {
            Some(function) => Function::new(function.value)?,
            None => Function::all().find(|function| {
                !self.single_slot || self.functions[0] & (1 << function.get()) == 0
            })?,
        };
        let wholly_free = |slot: &Slot| self.functions[usize::from(slot.get())] == 0;
        let slot = if self.single_slot { Slot::ZERO } else { Slot::all().find(wholly_free)? };
        self.functions[usize::from(slot.get())] |= 1 << function.get();
        Some(SlotFunction { slot, function })
    }
}
