//! The numbers of an element and where they come from, for people; of KDL nodes and XML elements alike.

use iommulint_lang::check::Analysis;
use iommulint_lang::elaborate::Numbers;
use iommulint_lang::map::{Device, map};
use iommulint_lang::span::{Span, Written};
use iommulint_lang::topology::{Controller, ControllerId, RootComplex, SlotFunction, Vm};

/// What is known of the elements that are written in `within`, and of what they imply, in lines.
pub(crate) fn of_element(analysis: &Analysis, within: Span) -> Vec<String> {
    let mut lines = Vec::new();
    for (position, (vm, numbers)) in analysis.topology.vms.iter().zip(&analysis.numbers).enumerate()
    {
        for (id, controller) in vm.controllers().filter(|(_, it)| within.holds(it.origin.span)) {
            lines.push(of_controller(controller, id, numbers));
            if controller.is_pxb() {
                lines.extend(window(numbers, RootComplex::Pxb(id)));
            }
            lines.extend(
                vm.vsmmu_of(vm.root_complex(iommulint_lang::topology::Parent::Controller(id)))
                    .map(|(_, vsmmu)| translated_by(&vsmmu.name.value)),
            );
        }
        for (_, vsmmu) in vm.vsmmus().filter(|(_, it)| within.holds(it.origin.span)) {
            let implied = match vsmmu.root_complex {
                RootComplex::Pxb(id) => within.holds(vm.controller(id).origin.span),
                RootComplex::Root => false,
            };
            if !implied {
                lines.extend(window(numbers, vsmmu.root_complex));
            }
        }
        lines.extend(of_devices(analysis, position, vm, numbers, within));
        for (iommu, at) in vm.iommus.iter().zip(&numbers.iommus) {
            if let (true, Some(at)) = (within.holds(iommu.origin.span), at) {
                lines.push(format!("{} on the root bus", slot(*at, iommu.placement.slot)));
            }
        }
    }
    lines.dedup();
    lines
}

fn of_devices(
    analysis: &Analysis,
    position: usize,
    vm: &Vm,
    numbers: &Numbers,
    within: Span,
) -> Vec<String> {
    let hostdev = vm.hostdevs().find(|(_, it)| within.holds(it.origin.span));
    let device = vm.devices().find(|(_, it)| within.holds(it.origin.span));
    let found = match (hostdev, device) {
        (Some((id, it)), _) => (&it.name.value, it.parent, it.placement, numbers.hostdev(id)),
        (None, Some((id, it))) => (&it.name.value, it.parent, it.placement, numbers.device(id)),
        (None, None) => return Vec::new(),
    };
    let (id, parent, placement, at) = found;
    let mut lines: Vec<String> = at.map(|at| slot(at, placement.slot)).into_iter().collect();
    lines.extend(vm.vsmmu_over(parent).map(|(_, vsmmu)| translated_by(&vsmmu.name.value)));
    let seen = analysis.checked(position).map(|checked| map(&checked));
    let seen = seen.and_then(|map| map.devices.into_iter().find(|device| device.id == *id));
    lines.extend(seen.iter().map(guest));
    lines
}

fn guest(device: &Device) -> String {
    let seen = format!("the guest sees it at `{}`", device.guest_address());
    let stream_id = device.stream_id.map(|id| format!("stream id {id:#x}"));
    let base = device.vsmmu_base.map(|base| format!("behind the SMMU at {base:#x}"));
    let words: Vec<String> = [Some(seen), stream_id, base].into_iter().flatten().collect();
    words.join(", ")
}

fn translated_by(vsmmu: &str) -> String {
    format!("vSMMU `{vsmmu}` translates for it")
}

fn of_controller(controller: &Controller, id: ControllerId, numbers: &Numbers) -> String {
    let known = numbers.controller(id);
    let port = controller.port();
    let (chassis, number) = (port.and_then(|it| it.chassis), port.and_then(|it| it.port));
    let described = [
        known.index.map(|it| said("index", it.get(), controller.index)),
        known.bus_nr.map(|it| said("bus number", it.get(), controller.bus_nr())),
        known.position.map(|it| slot(it, controller.placement.slot)),
        known.chassis.map(|it| said("chassis", it.get(), chassis)),
        known.port.map(|it| said("port", it.get(), number)),
    ];
    let described: Vec<String> = described.into_iter().flatten().collect();
    let implied = if controller.implied { "implied " } else { "" };
    format!("{implied}{}: {}", controller.noun(), described.join(", "))
}

fn said(what: &str, number: u8, written: Option<Written<i64>>) -> String {
    let source = if written.is_some() { "written" } else { "allocated" };
    format!("{what} {number} ({source})")
}

fn slot(at: SlotFunction, written: Option<Written<i64>>) -> String {
    let source = if written.is_some() { "written" } else { "allocated" };
    format!("slot {}, function {} ({source})", at.slot.get(), at.function.get())
}

/// The bus numbers of a root complex, and those that nothing has.
fn window(numbers: &Numbers, root_complex: RootComplex) -> Option<String> {
    let window = numbers.windows.iter().find(|window| window.root_complex == root_complex)?;
    let (first, last) = (window.first?, window.last?);
    let next = u32::from(first) + window.needed;
    let free = match u32::from(last).checked_sub(next) {
        None => "none is free".to_owned(),
        Some(0) => format!("{last} is free"),
        Some(_) => format!("{next} to {last} are free"),
    };
    Some(format!("bus numbers {first} to {last}: {} needed, {free}", window.needed))
}
