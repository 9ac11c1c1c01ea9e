//! Rules named `pci/…`.

mod added_ports;
pub(crate) mod address_range;
mod auto_bus_nr;
mod bus_nr_range;
mod bus_window;
mod decimal_bus;
pub(crate) mod duplicate_address;
mod duplicate_bus_nr;
mod duplicate_chassis;
pub(crate) mod duplicate_id;
mod duplicate_index;
mod free_buses;
mod free_numbers;
pub(crate) mod function_zero;
pub(crate) mod implicit_bus;
mod index_gap;
mod index_order;
mod index_range;
mod invented_port;
mod mmio_window;
mod no_address;
mod occupants;
mod out_of_range;
mod root_bus_window;
mod slots_exhausted;
pub(crate) mod unknown_bus;
pub(crate) mod wrong_parent;

use super::Rule;

pub(crate) use address_range::ADDRESS_RANGE;
pub(crate) use auto_bus_nr::AUTO_BUS_NR;
pub(crate) use bus_nr_range::BUS_NR_RANGE;
pub(crate) use decimal_bus::DECIMAL_BUS;
pub(crate) use duplicate_address::DUPLICATE_ADDRESS;
pub(crate) use duplicate_id::DUPLICATE_ID;
pub(crate) use duplicate_index::DUPLICATE_INDEX;
pub(crate) use function_zero::FUNCTION_ZERO;
pub(crate) use index_order::INDEX_ORDER;
pub(crate) use index_range::INDEX_RANGE;
pub(crate) use invented_port::INVENTED_PORT;
pub(crate) use no_address::NO_ADDRESS;
pub(crate) use slots_exhausted::SLOTS_EXHAUSTED;
pub(crate) use wrong_parent::WRONG_PARENT;

/// In the order of the rule book.
pub(super) static RULES: &[&Rule] = &[
    &bus_nr_range::BUS_NR_RANGE,
    &duplicate_bus_nr::DUPLICATE_BUS_NR,
    &bus_window::BUS_WINDOW,
    &root_bus_window::ROOT_BUS_WINDOW,
    &auto_bus_nr::AUTO_BUS_NR,
    &index_gap::INDEX_GAP,
    &invented_port::INVENTED_PORT,
    &decimal_bus::DECIMAL_BUS,
    &no_address::NO_ADDRESS,
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
