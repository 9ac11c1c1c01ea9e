//! Rules named `iommufd/…`.

mod unknown_id;
mod usage;

use super::Rule;

/// In the order of the rule book.
pub(super) static RULES: &[&Rule] = &[&unknown_id::UNKNOWN_ID];
