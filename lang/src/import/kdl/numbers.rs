//! Which numbers are written: those that would be others if they were left out.

use std::collections::HashMap;

use super::Explicit;
use super::ports::gives_ports;
use crate::elaborate::{Numbers, elaborate};
use crate::span::{Origin, Written};
use crate::topology::{
    BusNr, Chassis, ControllerKind, Function, Index, Parent, Placement, PortNr, Slot, SlotFunction,
    Vm,
};

/// Above so many controllers, and so many elements, every number is written: no right vm has as many
/// (controllers have the indexes 1 to 255), and each number found to be needed takes time
/// proportional to all elements.
const MOST_CONTROLLERS: usize = 255;
const MOST_ELEMENTS: usize = 768;

/// Writes numbers into `vm`, which has none, so that [`elaborate`] gives those of `wanted`; of
/// [`Explicit::Needed`] none could be left out. Says what cannot be written.
pub(super) fn write_down(vm: &mut Vm, wanted: &Numbers, explicit: Explicit) -> Vec<String> {
    let mut writing = Writing { vm, wanted, explicit };
    let endpoints = writing.vm.hostdevs.len() + writing.vm.devices.len();
    let controllers = writing.vm.controllers.len();
    let few = controllers <= MOST_CONTROLLERS && controllers + endpoints <= MOST_ELEMENTS;
    let all = writing.all();
    if explicit == Explicit::Needed && few {
        for number in all.iter().copied() {
            if writing.is_asked_for(number) {
                writing.write(number);
            }
        }
        writing.write_needed(&all);
    } else {
        for number in all.iter().copied() {
            writing.write(number);
        }
    }
    writing.not_expressible(&all)
}

/// One number of an element, or two that say where it sits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Number {
    Index(usize),
    BusNr(usize),
    Chassis(usize),
    Port(usize),
    Position(Placed),
}

/// What has a position, by its own in the vm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Placed {
    Controller(usize),
    Hostdev(usize),
    Device(usize),
    Iommu(usize),
}

/// A vm into which numbers are written.
struct Writing<'a> {
    vm: &'a mut Vm,
    wanted: &'a Numbers,
    explicit: Explicit,
}

impl Writing<'_> {
    /// Every number that is wanted.
    fn all(&self) -> Vec<Number> {
        let mut all = Vec::new();
        for (at, wanted) in self.wanted.controllers.iter().enumerate() {
            all.extend(wanted.index.map(|_| Number::Index(at)));
            all.extend(wanted.position.map(|_| Number::Position(Placed::Controller(at))));
            // What the kind does not have cannot be written.
            let controller = &self.vm.controllers[at];
            if controller.is_pxb() {
                all.extend(wanted.bus_nr.map(|_| Number::BusNr(at)));
            }
            if controller.port().is_some() {
                all.extend(wanted.chassis.map(|_| Number::Chassis(at)));
                all.extend(wanted.port.map(|_| Number::Port(at)));
            }
        }
        let positions = |wanted: &[Option<SlotFunction>], placed: fn(usize) -> Placed| {
            let wanted = wanted.iter().enumerate().filter(|(_, position)| position.is_some());
            wanted.map(|(at, _)| Number::Position(placed(at))).collect::<Vec<_>>()
        };
        all.extend(positions(&self.wanted.hostdevs, Placed::Hostdev));
        all.extend(positions(&self.wanted.devices, Placed::Device));
        all.extend(positions(&self.wanted.iommus, Placed::Iommu));
        all
    }

    /// Whether the language gives the element another place without it: a host device of the root bus
    /// would get a port.
    fn is_asked_for(&self, number: Number) -> bool {
        let Number::Position(Placed::Hostdev(at)) = number else { return false };
        self.vm.hostdevs[at].parent == Parent::Root && gives_ports(self.vm)
    }

    /// Writes what is not as wanted, first things first, until all is: a number written may set right
    /// what comes after it. Then takes back what has become needless.
    ///
    /// Ends, as each round writes a number that was not written.
    fn write_needed(&mut self, all: &[Number]) {
        let mut written = Vec::new();
        loop {
            let needed = self.needed(all);
            if needed.is_empty() {
                break;
            }
            for number in needed {
                self.write(number);
                written.push(number);
            }
        }
        let settled = elaborate(self.vm);
        for number in written.into_iter().rev() {
            self.erase(number);
            if elaborate(self.vm) != settled {
                self.write(number);
            }
        }
    }

    /// The first of each kind of number that could be written and is not as wanted; of the positions
    /// the first on each bus.
    ///
    /// A chassis follows from the index and a port number from the position: these come first.
    fn needed(&self, all: &[Number]) -> Vec<Number> {
        let given = elaborate(self.vm);
        let wrong = |number: &&Number| {
            self.is_free(**number) && value(&given, **number) != value(self.wanted, **number)
        };
        let (mut index, mut bus_nr, mut chassis) = (None, None, None);
        let mut ports = Vec::new();
        let mut positions: HashMap<Parent, (Origin, Number)> = HashMap::new();
        for &number in all.iter().filter(wrong) {
            match number {
                Number::Index(_) => index = index.or(Some(number)),
                Number::BusNr(_) => bus_nr = bus_nr.or(Some(number)),
                Number::Chassis(_) => chassis = chassis.or(Some(number)),
                Number::Port(_) => ports.push(number),
                Number::Position(placed) => {
                    let (parent, origin) = self.place_of(placed);
                    let first = positions.entry(parent).or_insert((origin, number));
                    if origin < first.0 {
                        *first = (origin, number);
                    }
                }
            }
        }
        let mut needed: Vec<Number> = index.or(chassis).into_iter().chain(bus_nr).collect();
        if positions.is_empty() {
            needed.extend(ports);
        } else {
            needed.extend(positions.into_values().map(|(_, number)| number));
        }
        needed
    }

    /// What something is plugged into, and where it is written.
    fn place_of(&self, placed: Placed) -> (Parent, Origin) {
        match placed {
            Placed::Controller(at) => {
                (self.vm.controllers[at].parent, self.vm.controllers[at].origin)
            }
            Placed::Hostdev(at) => (self.vm.hostdevs[at].parent, self.vm.hostdevs[at].origin),
            Placed::Device(at) => (self.vm.devices[at].parent, self.vm.devices[at].origin),
            Placed::Iommu(at) => (Parent::Root, self.vm.iommus[at].origin),
        }
    }

    /// Whether the number could be written, and is not.
    fn is_free(&self, number: Number) -> bool {
        self.can_be_written(number) && !self.is_written(number)
    }

    /// Whether the language has a property for it.
    fn can_be_written(&self, number: Number) -> bool {
        match number {
            Number::Position(Placed::Controller(at)) => {
                !matches!(self.vm.controllers[at].kind, ControllerKind::SwitchUpstream)
            }
            Number::Position(Placed::Iommu(at)) => {
                let function = self.wanted.iommus[at].map(|position| position.function);
                self.vm.iommus[at].model.value.is_pci_device() && function == Some(Function::ZERO)
            }
            _ => true,
        }
    }

    fn is_written(&self, number: Number) -> bool {
        match number {
            Number::Index(at) => self.vm.controllers[at].index.is_some(),
            Number::BusNr(at) => self.vm.controllers[at].bus_nr().is_some(),
            Number::Chassis(at) => {
                self.vm.controllers[at].port().is_some_and(|port| port.chassis.is_some())
            }
            Number::Port(at) => {
                self.vm.controllers[at].port().is_some_and(|port| port.port.is_some())
            }
            Number::Position(placed) => {
                let placement = match placed {
                    Placed::Controller(at) => self.vm.controllers[at].placement,
                    Placed::Hostdev(at) => self.vm.hostdevs[at].placement,
                    Placed::Device(at) => self.vm.devices[at].placement,
                    Placed::Iommu(at) => self.vm.iommus[at].placement,
                };
                placement.slot.is_some() || placement.function.is_some()
            }
        }
    }

    fn write(&mut self, number: Number) {
        if self.can_be_written(number) {
            self.set(number, true);
        }
    }

    fn erase(&mut self, number: Number) {
        self.set(number, false);
    }

    /// Makes the number as wanted, or none.
    fn set(&mut self, number: Number, is_there: bool) {
        let written =
            |value: u8| is_there.then(|| Written::new(i64::from(value), Origin::default()));
        if let Number::Position(placed) = number {
            let placement = if is_there { self.placement(placed) } else { Placement::default() };
            match placed {
                Placed::Controller(at) => self.vm.controllers[at].placement = placement,
                Placed::Hostdev(at) => self.vm.hostdevs[at].placement = placement,
                Placed::Device(at) => self.vm.devices[at].placement = placement,
                Placed::Iommu(at) => self.vm.iommus[at].placement = placement,
            }
            return;
        }
        let Value::Number(Some(value)) = value(self.wanted, number) else { return };
        let (Number::Index(at) | Number::BusNr(at) | Number::Chassis(at) | Number::Port(at)) =
            number
        else {
            return;
        };
        let controller = &mut self.vm.controllers[at];
        match (number, &mut controller.kind) {
            (Number::Index(_), _) => controller.index = written(value),
            (Number::BusNr(_), ControllerKind::Pxb { bus_nr, .. }) => *bus_nr = written(value),
            (
                Number::Chassis(_),
                ControllerKind::RootPort(port) | ControllerKind::SwitchDownstream(port),
            ) => port.chassis = written(value),
            (
                Number::Port(_),
                ControllerKind::RootPort(port) | ControllerKind::SwitchDownstream(port),
            ) => port.port = written(value),
            _ => {}
        }
    }

    /// The slot and the function as they are written: of [`Explicit::Needed`] no function 0, and behind
    /// a port, where there is but one slot, the function alone.
    fn placement(&self, placed: Placed) -> Placement {
        let Value::Position(Some(SlotFunction { slot, function })) =
            value(self.wanted, Number::Position(placed))
        else {
            return Placement::default();
        };
        let written = |value: u8| Some(Written::new(i64::from(value), Origin::default()));
        let is_iommu = matches!(placed, Placed::Iommu(_));
        let behind_port = match self.place_of(placed).0 {
            Parent::Root => false,
            Parent::Controller(id) => self.vm.controller(id).port().is_some(),
        };
        let all = self.explicit == Explicit::All;
        let only_slot = behind_port && slot == Slot::ZERO;
        let has_slot = all || !only_slot;
        let has_function = !is_iommu && (all || only_slot || function != Function::ZERO);
        Placement {
            slot: written(slot.get()).filter(|_| has_slot),
            function: written(function.get()).filter(|_| has_function),
        }
    }

    /// What is not as wanted, because the language has no property for it.
    fn not_expressible(&self, all: &[Number]) -> Vec<String> {
        let given = elaborate(self.vm);
        let wrong = all.iter().copied().filter(|&number| {
            !self.can_be_written(number) && value(&given, number) != value(self.wanted, number)
        });
        wrong.map(|number| self.described(number)).collect()
    }

    /// A number which no property is for.
    fn described(&self, number: Number) -> String {
        let who = match number {
            Number::Position(Placed::Iommu(at)) => {
                format!("the IOMMU `{}`", self.vm.iommus[at].model.value.name())
            }
            Number::Position(Placed::Controller(at)) => match self.wanted.controllers[at].index {
                Some(index) => format!("the switch with index {index}"),
                None => "a switch".to_owned(),
            },
            _ => "an element".to_owned(),
        };
        match value(self.wanted, number) {
            Value::Position(Some(SlotFunction { slot, function })) => {
                format!("that {who} sits in slot {slot}, function {function}")
            }
            Value::Position(None) | Value::Number(_) => format!("a number of {who}"),
        }
    }
}

/// What a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    Number(Option<u8>),
    Position(Option<SlotFunction>),
}

fn value(numbers: &Numbers, number: Number) -> Value {
    match number {
        Number::Index(at) => Value::Number(numbers.controllers[at].index.map(Index::get)),
        Number::BusNr(at) => Value::Number(numbers.controllers[at].bus_nr.map(BusNr::get)),
        Number::Chassis(at) => Value::Number(numbers.controllers[at].chassis.map(Chassis::get)),
        Number::Port(at) => Value::Number(numbers.controllers[at].port.map(PortNr::get)),
        Number::Position(Placed::Controller(at)) => {
            Value::Position(numbers.controllers[at].position)
        }
        Number::Position(Placed::Hostdev(at)) => Value::Position(numbers.hostdevs[at]),
        Number::Position(Placed::Device(at)) => Value::Position(numbers.devices[at]),
        Number::Position(Placed::Iommu(at)) => Value::Position(numbers.iommus[at]),
    }
}
