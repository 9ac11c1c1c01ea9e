//! Rules named `lower/…`: about the domain that a vm is merged into.

mod base;
mod conflict;

use super::Rule;

pub(crate) use base::BASE;
pub(crate) use conflict::CONFLICT;

/// In the order of the rule book.
pub(super) static RULES: &[&Rule] = &[&BASE, &CONFLICT];
