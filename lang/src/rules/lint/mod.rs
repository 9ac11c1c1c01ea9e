//! Rules named `lint/…`: about the comments that suppress findings.

mod allow_without_reason;
mod unknown_rule;
mod unused_allow;

use super::Rule;

pub(crate) use allow_without_reason::ALLOW_WITHOUT_REASON;
pub(crate) use unknown_rule::UNKNOWN_RULE;
pub(crate) use unused_allow::UNUSED_ALLOW;

/// In the order of the rule book.
pub(super) static RULES: &[&Rule] = &[&UNUSED_ALLOW, &ALLOW_WITHOUT_REASON, &UNKNOWN_RULE];
