//! Chassis and port numbers.

use super::ControllerNumbers;
use crate::topology::{Chassis, PortNr, Vm};

/// Chassis = index, port = slot × 8 + function, as libvirt has them; a chassis that is written
/// elsewhere is gone around.
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
    // Up to the highest index a chassis may be that of a port, listed or added by libvirt.
    let highest_index = numbers.iter().filter_map(|numbers| numbers.index).max();
    let beyond = highest_index.map_or(0, |index| i64::from(index.get())) + 1;
    for (controller, numbers) in vm.controllers.iter().zip(numbers) {
        let Some(port) = controller.port() else { continue };
        if port.chassis.is_some() {
            continue;
        }
        let Some(index) = numbers.index else { continue };
        let free = |chassis: &Chassis| !taken[usize::from(chassis.get())];
        let chassis = Chassis::new(i64::from(index.get()))
            .filter(free)
            .or_else(|| (beyond..=255).filter_map(Chassis::new).find(free));
        if let Some(chassis) = chassis {
            taken[usize::from(chassis.get())] = true;
            numbers.chassis = Some(chassis);
        }
    }
}
