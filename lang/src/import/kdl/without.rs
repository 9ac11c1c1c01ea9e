//! A vm without what the language has no node for.

use std::collections::HashSet;

use crate::elaborate::Numbers;
use crate::topology::{Controller, ControllerId, ControllerKind, Function, Parent, Vm};

/// `vm` without its bridges to conventional PCI and what is plugged into them, and what that was, a line each. Unless
/// it `has_devices`, without what belongs to the domain around it, too: emulated devices, and ports that libvirt adds.
pub(super) fn without(vm: &Vm, numbers: &Numbers, has_devices: bool) -> (Vm, Numbers, Vec<String>) {
    let (mut vm, mut numbers, mut left_out) = (vm.clone(), numbers.clone(), Vec::new());
    let is_bridge = |controller: &Controller| matches!(controller.kind, ControllerKind::Bridge(_));
    if !has_devices {
        vm.devices.clear();
        numbers.devices.clear();
        let used = used(&vm, &numbers);
        let is_added = |at: usize, controller: &Controller| controller.implied && !used[at];
        leave_out(&mut vm, &mut numbers, is_added, &mut Vec::new());
    }
    leave_out(&mut vm, &mut numbers, |_, controller| is_bridge(controller), &mut left_out);
    (vm, numbers, left_out)
}

/// Of each controller, whether a host device is behind it, or it is the function 0 of one of those.
fn used(vm: &Vm, numbers: &Numbers) -> Vec<bool> {
    let mut used = vec![false; vm.controllers.len()];
    for hostdev in &vm.hostdevs {
        let mut parent = hostdev.parent;
        while let Parent::Controller(id) = parent {
            // What is above it is known to be used then.
            if std::mem::replace(&mut used[id.0 as usize], true) {
                break;
            }
            parent = vm.controller(id).parent;
        }
    }
    let slot = |at: usize| {
        let position = numbers.controllers[at].position?;
        Some((vm.controllers[at].parent, position.slot, position.function))
    };
    let slots = (0..used.len()).filter(|&at| used[at] || !vm.controllers[at].implied);
    let slots: HashSet<_> =
        slots.filter_map(slot).map(|(parent, slot, _)| (parent, slot)).collect();
    for (at, used) in used.iter_mut().enumerate() {
        let first = slot(at).filter(|(_, _, function)| *function == Function::ZERO);
        *used |= first.is_some_and(|(parent, slot, _)| slots.contains(&(parent, slot)));
    }
    used
}

fn leave_out(
    vm: &mut Vm,
    numbers: &mut Numbers,
    is_out: impl Fn(usize, &Controller) -> bool,
    left_out: &mut Vec<String>,
) {
    if !vm.controllers.iter().enumerate().any(|(at, controller)| is_out(at, controller)) {
        return;
    }
    let mut new_ids: Vec<Option<ControllerId>> = Vec::with_capacity(vm.controllers.len());
    let mut next = 0;
    for (at, controller) in vm.controllers.iter().enumerate() {
        let stays = !is_out(at, controller) && moved(controller.parent, &new_ids).is_some();
        new_ids.push(stays.then_some(ControllerId(next)));
        next += u32::from(stays);
    }
    for (at, controller) in
        vm.controllers.iter().enumerate().filter(|(at, _)| new_ids[*at].is_none())
    {
        left_out.push(described(controller, numbers, at));
    }
    let stays = |parent: Parent| moved(parent, &new_ids);
    keep(&mut vm.controllers, &mut numbers.controllers, |at, controller| {
        new_ids[at]?;
        controller.parent = stays(controller.parent)?;
        Some(())
    });
    let mut iommufds = HashSet::new();
    keep(&mut vm.hostdevs, &mut numbers.hostdevs, |_, hostdev| {
        let parent = stays(hostdev.parent);
        if parent.is_none() {
            left_out.push(format!("host device `{}`, behind a bridge", hostdev.name.value));
            iommufds.extend(hostdev.iommufd.take().map(|iommufd| iommufd.value));
        }
        hostdev.parent = parent?;
        Some(())
    });
    keep(&mut vm.devices, &mut numbers.devices, |_, device| {
        let parent = stays(device.parent);
        if parent.is_none() {
            left_out.push(format!("device `{}`, behind a bridge", device.name.value));
        }
        device.parent = parent?;
        Some(())
    });
    leave_out_iommufds(vm, iommufds, left_out);
    for vsmmu in &mut vm.vsmmus {
        if let crate::topology::RootComplex::Pxb(pxb) = &mut vsmmu.root_complex
            && let Some(new) = new_ids[pxb.0 as usize]
        {
            *pxb = new;
        }
    }
    crate::elaborate::with_windows(vm, numbers);
}

/// Drops those of `iommufds` that nothing else uses.
fn leave_out_iommufds(vm: &mut Vm, mut iommufds: HashSet<String>, left_out: &mut Vec<String>) {
    let of_hostdevs = vm.hostdevs.iter().filter_map(|hostdev| hostdev.iommufd.as_ref());
    let of_vsmmus = vm.vsmmus.iter().filter_map(|vsmmu| vsmmu.iommufd.as_ref());
    let of_iommus = vm.iommus.iter().filter_map(|iommu| iommu.iommufd.as_ref());
    for used in of_hostdevs.chain(of_vsmmus).chain(of_iommus) {
        iommufds.remove(&used.value);
    }
    vm.iommufds.retain(|iommufd| {
        let name = &iommufd.name.value;
        let is_out = iommufds.contains(name);
        if is_out {
            left_out.push(format!("iommufd `{name}`, of host devices behind bridges"));
        }
        !is_out
    });
}

/// Drops the elements, and their numbers, for which `stays` gives none.
fn keep<E, N>(
    elements: &mut Vec<E>,
    numbers: &mut Vec<N>,
    mut stays: impl FnMut(usize, &mut E) -> Option<()>,
) {
    let pairs = std::mem::take(elements).into_iter().zip(std::mem::take(numbers));
    for (at, (mut element, number)) in pairs.enumerate() {
        if stays(at, &mut element).is_some() {
            elements.push(element);
            numbers.push(number);
        }
    }
}

fn moved(parent: Parent, new_ids: &[Option<ControllerId>]) -> Option<Parent> {
    match parent {
        Parent::Root => Some(Parent::Root),
        Parent::Controller(id) => new_ids[id.0 as usize].map(Parent::Controller),
    }
}

fn described(controller: &Controller, numbers: &Numbers, at: usize) -> String {
    let noun = controller.noun();
    match numbers.controllers[at].index {
        Some(index) => format!("{noun}, controller {index}"),
        None => noun.to_owned(),
    }
}
