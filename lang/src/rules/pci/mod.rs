//! Rules named `pci/…`.

mod bus_nr_range;

use super::Rule;

/// In the order of the rule book.
pub(super) static RULES: &[&Rule] = &[&bus_nr_range::BUS_NR_RANGE];
