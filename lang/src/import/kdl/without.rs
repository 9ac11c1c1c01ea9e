//! A vm without what the language has no node for.

use crate::elaborate::Numbers;
use crate::topology::{Controller, ControllerId, ControllerKind, Parent, Vm};

/// `vm` without its bridges to conventional PCI and what is plugged into them, and what that was, a line each.
pub(super) fn without_bridges(vm: &Vm, numbers: &Numbers) -> (Vm, Numbers, Vec<String>) {
    let mut without = (vm.clone(), numbers.clone(), Vec::new());
    if vm.controllers.iter().any(|controller| matches!(controller.kind, ControllerKind::Bridge(_)))
    {
        let (vm, numbers, left_out) = &mut without;
        leave_out(vm, numbers, left_out);
    }
    without
}

fn leave_out(vm: &mut Vm, numbers: &mut Numbers, left_out: &mut Vec<String>) {
    let mut new_ids: Vec<Option<ControllerId>> = Vec::with_capacity(vm.controllers.len());
    let mut next = 0;
    for controller in &vm.controllers {
        let is_bridge = matches!(controller.kind, ControllerKind::Bridge(_));
        let stays = !is_bridge && moved(controller.parent, &new_ids).is_some();
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
    keep(&mut vm.hostdevs, &mut numbers.hostdevs, |_, hostdev| {
        let parent = stays(hostdev.parent);
        if parent.is_none() {
            left_out.push(format!("host device `{}`, behind a bridge", hostdev.name.value));
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
    for vsmmu in &mut vm.vsmmus {
        if let crate::topology::RootComplex::Pxb(pxb) = &mut vsmmu.root_complex
            && let Some(new) = new_ids[pxb.0 as usize]
        {
            *pxb = new;
        }
    }
    crate::elaborate::with_windows(vm, numbers);
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
