//! Chassis and port numbers.

use super::ControllerNumbers;
use crate::topology::{Chassis, Index, PortNr, Vm};

/// Chassis = index, port = slot × 8 + function, as libvirt has them; a chassis that is written
/// elsewhere is gone around: above the highest index, and when nothing is free there, at what no
/// port has by its index.
pub(super) fn allocate(vm: &Vm, numbers: &mut [ControllerNumbers]) {
    let mut taken = [false; 256];
    for (controller, numbers) in vm.controllers.iter().zip(&mut *numbers) {
        let Some(port) = controller.port() else { continue };
        numbers.chassis = port.chassis.and_then(|chassis| Chassis::new(chassis.value));
        if let Some(chassis) = numbers.chassis {
            taken[usize::from(chassis.get())] = true;
        }
        numbers.port = match port.port {
            Some(port) => PortNr::new(port.value),
            None => numbers.position.and_then(|position| {
                PortNr::new(i64::from(position.slot.get()) * 8 + i64::from(position.function.get()))
            }),
        };
    }
    let wanted = wanted_by_index(vm, numbers);
    let highest_index = numbers.iter().filter_map(|numbers| numbers.index).max();
    let beyond = highest_index.map_or(0, Index::get);
    for (controller, numbers) in vm.controllers.iter().zip(numbers) {
        let Some(port) = controller.port() else { continue };
        if port.chassis.is_some() {
            continue;
        }
        let Some(index) = numbers.index else { continue };
        let free = |chassis: &Chassis| !taken[usize::from(chassis.get())];
        let unwanted = |chassis: &Chassis| free(chassis) && !wanted[usize::from(chassis.get())];
        let chassis = Chassis::new(i64::from(index.get()))
            .filter(free)
            .or_else(|| Chassis::all().find(|chassis| chassis.get() > beyond && free(chassis)))
            .or_else(|| Chassis::all().rev().find(unwanted));
        if let Some(chassis) = chassis {
            taken[usize::from(chassis.get())] = true;
            numbers.chassis = Some(chassis);
        }
    }
}

/// The numbers that are some port's by its index: of a port whose chassis is left out, and of one
/// that libvirt adds for an index that is missing.
fn wanted_by_index(vm: &Vm, numbers: &[ControllerNumbers]) -> [bool; 256] {
    let mut wanted = [true; 256];
    wanted[0] = false;
    for (controller, numbers) in vm.controllers.iter().zip(numbers) {
        let Some(index) = numbers.index else { continue };
        let by_index = controller.port().is_some_and(|port| port.chassis.is_none());
        wanted[usize::from(index.get())] = by_index;
    }
    wanted
}
