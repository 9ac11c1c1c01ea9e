//! Rules named `iommu/…`.

mod accel_property;
mod empty_group;
mod emulated_endpoint;
mod machine_mismatch;
mod multiplicity;
mod not_accelerated;
mod shared_bus;
mod too_many;
use super::Rule;

/// In the order of the rule book.
pub(super) static RULES: &[&Rule] = &[
    &multiplicity::MULTIPLICITY,
    &machine_mismatch::MACHINE_MISMATCH,
    &accel_property::ACCEL_PROPERTY,
    &not_accelerated::NOT_ACCELERATED,
    &emulated_endpoint::EMULATED_ENDPOINT,
    &shared_bus::SHARED_BUS,
    &too_many::TOO_MANY,
    &empty_group::EMPTY_GROUP,
];
