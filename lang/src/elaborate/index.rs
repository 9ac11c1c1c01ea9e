//! Controller indexes.

use super::ControllerNumbers;
use crate::topology::{Index, Parent, Vm};

/// Gives every controller the lowest free index above that of the bus it sits on.
///
/// libvirt refuses a controller whose index is below its bus's (`domain_addr.c`).
pub(super) fn allocate(vm: &Vm, numbers: &mut [ControllerNumbers]) {
    let mut taken = [false; 256];
    for (controller, numbers) in vm.controllers.iter().zip(&mut *numbers) {
        numbers.index = controller.index.and_then(|index| Index::new(index.value));
        if let Some(index) = numbers.index {
            taken[usize::from(index.get())] = true;
        }
    }
    for (position, controller) in vm.controllers.iter().enumerate() {
        if controller.index.is_some() {
            continue;
        }
        let above = match controller.parent {
            Parent::Root => 0,
            Parent::Controller(id) => match numbers[id.0 as usize].index {
                Some(index) => index.get(),
                None => continue,
            },
        };
        let free =
            Index::all().find(|index| index.get() > above && !taken[usize::from(index.get())]);
        if let Some(index) = free {
            taken[usize::from(index.get())] = true;
            numbers[position].index = Some(index);
        }
    }
}
