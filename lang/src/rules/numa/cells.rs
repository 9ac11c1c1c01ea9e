//! Which NUMA cells a vm has.

use std::collections::BTreeMap;

use crate::span::Origin;
use crate::topology::Vm;

/// No guest has more cells (QEMU, `include/system/numa.h`, `MAX_NODES`).
pub(crate) const MOST: u32 = 128;

/// The cells with a line of their own, and where the line is.
pub(super) fn written(vm: &Vm) -> BTreeMap<u32, Origin> {
    let cells = vm.numa.iter().flat_map(|numa| &numa.cells);
    let cells: Vec<(u32, Origin)> = cells
        .filter_map(|cell| {
            let id = cell.id?;
            Some((u32::try_from(id.value).ok()?, id.origin))
        })
        .collect();
    // The first line of a number counts.
    cells.into_iter().rev().collect()
}

/// Whether the lines are of the cells from 0 on, each once: else a number is wrong, and what follows
/// from it is no mistake of its own.
pub(super) fn are_numbered(vm: &Vm) -> bool {
    let lines = vm.numa.as_ref().map_or(0, |numa| numa.cells.len());
    let written = written(vm);
    written.len() == lines
        && written.keys().copied().eq(0..written.len().try_into().unwrap_or(MOST))
}

/// The cells that generic initiators name, and where, as far as there can be such cells.
pub(super) fn of_initiators(vm: &Vm) -> BTreeMap<u32, Origin> {
    let sets = vm.hostdevs.iter().filter_map(|hostdev| hostdev.generic_initiator.as_ref());
    let cells = sets.flat_map(|set| {
        set.value.iter().take_while(|&cell| cell < MOST).map(|cell| (cell, set.origin))
    });
    let mut first = BTreeMap::new();
    for (cell, origin) in cells {
        first.entry(cell).or_insert(origin);
    }
    first
}
