//! Rules named `pci/…`.

mod bus_nr_range;
mod bus_window;
mod duplicate_bus_nr;
mod free_buses;
mod index_gap;
mod root_bus_window;

use super::Rule;

/// In the order of the rule book.
pub(super) static RULES: &[&Rule] = &[
    &bus_nr_range::BUS_NR_RANGE,
    &duplicate_bus_nr::DUPLICATE_BUS_NR,
    &bus_window::BUS_WINDOW,
    &root_bus_window::ROOT_BUS_WINDOW,
    &index_gap::INDEX_GAP,
];
