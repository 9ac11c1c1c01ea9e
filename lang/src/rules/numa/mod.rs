//! Rules named `numa/…`.

mod cell_cpus;
mod cells;
mod distance;
mod initiator_cell;
mod pxb_node;
mod unknown_cell;

use super::Rule;

/// In the order of the rule book.
pub(super) static RULES: &[&Rule] = &[
    &unknown_cell::UNKNOWN_CELL,
    &initiator_cell::INITIATOR_CELL,
    &distance::DISTANCE,
    &cell_cpus::CELL_CPUS,
    &pxb_node::PXB_NODE,
];
