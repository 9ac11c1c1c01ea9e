//! Rules named `numa/…`.

mod cell_cpus;
mod cells;
mod distance;
mod empty_cells;
mod initiator_cell;
mod initiator_count;
mod pxb_node;
pub(crate) mod unknown_cell;

use super::Rule;

pub(crate) use cells::MOST as MOST_CELLS;
pub(crate) use empty_cells::EmptyCells;
pub(crate) use unknown_cell::UNKNOWN_CELL;

/// In the order of the rule book.
pub(super) static RULES: &[&Rule] = &[
    &unknown_cell::UNKNOWN_CELL,
    &initiator_cell::INITIATOR_CELL,
    &initiator_count::INITIATOR_COUNT,
    &distance::DISTANCE,
    &cell_cpus::CELL_CPUS,
    &pxb_node::PXB_NODE,
];
