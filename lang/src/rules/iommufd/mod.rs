//! Rules named `iommufd/…`.

mod duplicate_id;
mod mismatch;
mod missing;
mod unknown_id;
mod unused;
mod usage;

use super::Rule;

/// In the order of the rule book.
pub(super) static RULES: &[&Rule] = &[
    &unknown_id::UNKNOWN_ID,
    &duplicate_id::DUPLICATE_ID,
    &missing::MISSING,
    &mismatch::MISMATCH,
    &unused::UNUSED,
];
