//! Rules named `hostdev/…`.

mod bad_address;
mod duplicate;
pub(crate) mod fd_without_id;
mod legacy_vfio;
mod mixed_backends;
mod shared_between_vms;

use super::Rule;

pub(crate) use shared_between_vms::SharedDevices;

/// In the order of the rule book.
pub(super) static RULES: &[&Rule] = &[
    &duplicate::DUPLICATE,
    &shared_between_vms::SHARED_BETWEEN_VMS,
    &bad_address::BAD_ADDRESS,
    &mixed_backends::MIXED_BACKENDS,
    &legacy_vfio::LEGACY_VFIO,
    &fd_without_id::FD_WITHOUT_ID,
];
