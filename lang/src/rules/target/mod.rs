//! Rules named `target/…`.

mod not_expressible;
pub(crate) mod property_type;
mod renamed;
mod side;
mod too_old;
mod uses;

use super::Rule;

/// In the order of the rule book.
pub(super) static RULES: &[&Rule] = &[
    &too_old::TOO_OLD,
    &not_expressible::NOT_EXPRESSIBLE,
    &renamed::RENAMED,
    &property_type::PROPERTY_TYPE,
];
