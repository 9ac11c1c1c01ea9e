//! Rules named `target/…`.

mod not_expressible;
mod side;
mod too_old;
mod uses;

use super::Rule;

/// In the order of the rule book.
pub(super) static RULES: &[&Rule] = &[&too_old::TOO_OLD, &not_expressible::NOT_EXPRESSIBLE];
