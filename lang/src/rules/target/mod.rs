//! Rules named `target/…`.

mod not_expressible;
pub(crate) mod property_type;
mod renamed;
mod side;
mod too_old;
pub(crate) mod unknown_attribute;
mod uses;

use super::Rule;

pub(crate) use unknown_attribute::UNKNOWN_ATTRIBUTE;

/// In the order of the rule book.
pub(super) static RULES: &[&Rule] = &[
    &too_old::TOO_OLD,
    &not_expressible::NOT_EXPRESSIBLE,
    &unknown_attribute::UNKNOWN_ATTRIBUTE,
    &renamed::RENAMED,
    &property_type::PROPERTY_TYPE,
];
