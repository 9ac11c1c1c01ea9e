//! Rules named `hostdev/…`.

mod bad_address;
mod duplicate;
mod mixed_backends;
use super::Rule;

/// In the order of the rule book.
pub(super) static RULES: &[&Rule] =
    &[&duplicate::DUPLICATE, &bad_address::BAD_ADDRESS, &mixed_backends::MIXED_BACKENDS];
