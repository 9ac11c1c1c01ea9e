//! Fills in what was left out: index, bus number, slot, function, chassis and port.
//!
//! Deterministic and stable: appending to a file changes no number given out for what stands
//! before it. Written numbers are reserved first; allocated ones go around them.

mod bus_nr;
mod chassis;
mod index;
mod numbers;
mod position;
mod window;

pub(crate) use bus_nr::TakenBuses;
pub use numbers::{BusWindow, ControllerNumbers, Numbers};

use crate::topology::Vm;

/// Works out the bus windows of `vm`, of which all other numbers are known.
pub(crate) fn with_windows(vm: &Vm, numbers: &mut Numbers) {
    let needs = window::needs(vm);
    numbers.windows = window::windows(vm, &needs, &numbers.controllers);
}

/// The numbers of `vm`. Linear in its elements, apart from one sort.
#[must_use]
pub fn elaborate(vm: &Vm) -> Numbers {
    let mut numbers = Numbers {
        controllers: vec![ControllerNumbers::default(); vm.controllers.len()],
        ..Numbers::default()
    };
    index::allocate(vm, &mut numbers.controllers);
    position::allocate(vm, &mut numbers);
    chassis::allocate(vm, &mut numbers.controllers);
    let needs = window::needs(vm);
    bus_nr::allocate(vm, &needs, &mut numbers.controllers);
    numbers.windows = window::windows(vm, &needs, &numbers.controllers);
    numbers
}
