//! Cells of a command line that a device can have.

use std::collections::BTreeSet;

use super::cells::{of_initiators, written};
use crate::topology::{Size, Vm};

/// The cells that are made, have no CPUs and no memory, stand behind those that have, and are no device's. None is
/// named twice.
pub(crate) struct EmptyCells {
    free: std::vec::IntoIter<u32>,
    next: u32,
}

impl EmptyCells {
    pub(crate) fn of(vm: &Vm) -> Self {
        let cells = vm.numa.iter().flat_map(|numa| &numa.cells);
        let occupied = cells.filter(|cell| {
            cell.cpus.is_some() || cell.memory.is_some_and(|memory| memory.value != Size(0))
        });
        let occupied = occupied.filter_map(|cell| u32::try_from(cell.id?.value).ok());
        let occupied: BTreeSet<u32> = occupied.collect();
        let made = written(vm);
        let owned = of_initiators(vm);
        let first = occupied.last().map_or(1, |last| last.saturating_add(1));
        let free = made.range(first..).map(|(&cell, _)| cell);
        let free: Vec<u32> = free.filter(|cell| !owned.contains_key(cell)).collect();
        let next = made.keys().last().map_or(0, |last| last.saturating_add(1));
        Self { free: free.into_iter(), next }
    }

    /// One that is there.
    pub(crate) fn take(&mut self) -> Option<u32> {
        self.free.next()
    }

    /// The number of one that is to be made.
    pub(crate) fn make(&mut self) -> u32 {
        let cell = self.next;
        self.next = cell.saturating_add(1);
        cell
    }
}
