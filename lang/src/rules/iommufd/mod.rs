//! Rules named `iommufd/…`.

mod duplicate_fd;
mod duplicate_id;
mod fd_not_expressible;
mod fd_pairing;
mod fdgroup_start;
mod in_a_domain;
mod mismatch;
mod missing;
mod multiple;
mod unknown_id;
mod unused;
mod usage;

use super::Rule;

pub(crate) use fd_not_expressible::FD_NOT_EXPRESSIBLE;

pub(super) use in_a_domain::in_a_domain;
pub(super) use usage::{naming, only, unused};

/// In the order of the rule book.
pub(super) static RULES: &[&Rule] = &[
    &unknown_id::UNKNOWN_ID,
    &duplicate_id::DUPLICATE_ID,
    &missing::MISSING,
    &mismatch::MISMATCH,
    &unused::UNUSED,
    &duplicate_fd::DUPLICATE_FD,
    &fd_pairing::FD_PAIRING,
    &multiple::MULTIPLE,
    &fd_not_expressible::FD_NOT_EXPRESSIBLE,
    &fdgroup_start::FDGROUP_START,
];
