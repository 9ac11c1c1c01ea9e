//! `schema/malformed-value`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that sizes and sets of numbers are well formed.
    ///
    /// ## Why
    ///
    /// Sizes are powers of 1024 and say so: `4GB` could mean two different amounts.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     memory "4GB"
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     memory "4GiB"
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `docs/formatdomain.rst`, `memory`: there `KB` is 1000 bytes and `KiB` 1024
    pub(crate) static MALFORMED_VALUE = {
        name: "schema/malformed-value",
        summary: "a size or a set of numbers that cannot be read",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
