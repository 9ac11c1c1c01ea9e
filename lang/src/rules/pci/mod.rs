//! Rules named `pci/…`.

mod added_ports;
mod address_range;
mod bus_nr_range;
mod bus_window;
mod duplicate_address;
mod duplicate_bus_nr;
mod duplicate_chassis;
pub(crate) mod duplicate_id;
mod duplicate_index;
mod free_buses;
pub(crate) mod function_zero;
pub(crate) mod implicit_bus;
mod index_gap;
mod index_order;
mod index_range;
mod mmio_window;
mod occupants;
mod out_of_range;
mod root_bus_window;
mod slots_exhausted;
pub(crate) mod unknown_bus;
mod wrong_parent;

use super::Rule;

/// In the order of the rule book.
pub(super) static RULES: &[&Rule] = &[
    &bus_nr_range::BUS_NR_RANGE,
    &duplicate_bus_nr::DUPLICATE_BUS_NR,
    &bus_window::BUS_WINDOW,
    &root_bus_window::ROOT_BUS_WINDOW,
    &index_gap::INDEX_GAP,
    &duplicate_index::DUPLICATE_INDEX,
    &index_range::INDEX_RANGE,
    &index_order::INDEX_ORDER,
    &duplicate_chassis::DUPLICATE_CHASSIS,
    &slots_exhausted::SLOTS_EXHAUSTED,
    &duplicate_address::DUPLICATE_ADDRESS,
    &address_range::ADDRESS_RANGE,
    &function_zero::FUNCTION_ZERO,
    &wrong_parent::WRONG_PARENT,
    &mmio_window::MMIO_WINDOW,
    &duplicate_id::DUPLICATE_ID,
    &implicit_bus::IMPLICIT_BUS,
    &unknown_bus::UNKNOWN_BUS,
];
