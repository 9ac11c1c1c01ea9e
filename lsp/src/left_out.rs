//! The numbers that a KDL file leaves out, and that were worked out.

use iommulint_lang::check::Analysis;
use iommulint_lang::elaborate::Numbers;
use iommulint_lang::finding::Edit;
use iommulint_lang::parsed::Parsed;
use iommulint_lang::span::{FileId, Origin, Span, Written};
use iommulint_lang::syntax::Node;
use iommulint_lang::topology::{
    BusNr, Chassis, Index, Parent, Placement, PortNr, SlotFunction, Vm,
};

use crate::place;

/// What one node leaves out.
#[derive(Clone, Debug)]
pub(crate) struct LeftOut<'t> {
    /// Which node.
    pub(crate) node: Node<'t>,
    /// Property keys and their numbers, as they could be written.
    pub(crate) numbers: Vec<(&'static str, u8)>,
}

impl LeftOut<'_> {
    /// As it would be written: ` index=1 bus-nr=252`.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for (key, number) in &self.numbers {
            text.push_str(&[" ", key, "=", &number.to_string()].concat());
        }
        text
    }

    /// Where it would be written.
    pub(crate) fn offset(&self) -> u32 {
        self.node.header_span().end
    }

    /// Writes it, in `file`.
    pub(crate) fn edit(&self, file: FileId) -> Edit {
        Edit { origin: Origin::new(file, Span::at(self.offset())), text: self.text() }
    }
}

/// What the vm at `position` leaves out, in file order. Where it was all written, everything would have the number
/// that it has now.
pub(crate) fn of_vm(analysis: &Analysis, position: usize) -> Vec<LeftOut<'_>> {
    let Parsed::Kdl(tree) = &analysis.parsed else { return Vec::new() };
    let vm = analysis.topology.vms.get(position).zip(analysis.numbers.get(position));
    let Some((vm, numbers)) = vm else { return Vec::new() };
    let mut left_out = Vec::new();
    let mut add = |origin: Origin, found: Vec<(&'static str, Option<u8>)>| {
        let Some(node) = tree.node_named_at(origin.span.start) else { return };
        let Some(spec) = place::spec(node) else { return };
        let can_be_written = |(key, number): (&'static str, Option<u8>)| {
            spec.property(key)?;
            Some((key, number?))
        };
        let numbers: Vec<_> = found.into_iter().filter_map(can_be_written).collect();
        if !numbers.is_empty() {
            left_out.push(LeftOut { node, numbers });
        }
    };
    controllers(vm, numbers, &mut add);
    // A slot in a vm or a vSMMU would say that there is no port of its own.
    let has_own_port = |parent: Parent| match parent {
        Parent::Root => false,
        Parent::Controller(id) => vm.controller(id).implied,
    };
    for (id, hostdev) in vm.hostdevs().filter(|(_, hostdev)| !has_own_port(hostdev.parent)) {
        add(hostdev.origin, of_placement(hostdev.placement, numbers.hostdev(id)));
    }
    for (id, device) in vm.devices().filter(|(_, device)| !has_own_port(device.parent)) {
        add(device.origin, of_placement(device.placement, numbers.device(id)));
    }
    for (iommu, at) in vm.iommus.iter().zip(&numbers.iommus) {
        add(iommu.origin, of_placement(iommu.placement, *at));
    }
    left_out.sort_by_key(LeftOut::offset);
    left_out
}

fn controllers(
    vm: &Vm,
    numbers: &Numbers,
    add: &mut impl FnMut(Origin, Vec<(&'static str, Option<u8>)>),
) {
    for (id, controller) in vm.controllers().filter(|(_, controller)| !controller.implied) {
        let known = numbers.controller(id);
        let port = controller.port();
        let chassis = port.and_then(|port| port.chassis);
        let number = port.and_then(|port| port.port);
        let mut found = vec![
            ("index", unless(controller.index, known.index.map(Index::get))),
            ("bus-nr", unless(controller.bus_nr(), known.bus_nr.map(BusNr::get))),
            ("chassis", unless(chassis, known.chassis.map(Chassis::get))),
            ("port", unless(number, known.port.map(PortNr::get))),
        ];
        found.extend(of_placement(controller.placement, known.position));
        add(controller.origin, found);
    }
}

fn of_placement(written: Placement, at: Option<SlotFunction>) -> Vec<(&'static str, Option<u8>)> {
    let function = at.map(|at| at.function.get()).filter(|function| *function != 0);
    vec![
        ("slot", unless(written.slot, at.map(|at| at.slot.get()))),
        ("function", unless(written.function, function)),
    ]
}

/// The number, unless one is written.
fn unless(written: Option<Written<i64>>, number: Option<u8>) -> Option<u8> {
    number.filter(|_| written.is_none())
}
