//! Rules named `iommu/…`.

use super::Rule;

/// In the order of the rule book.
pub(super) static RULES: &[&Rule] = &[];
