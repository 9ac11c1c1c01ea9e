//! `schema/out-of-range`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks numbers whose range does not depend on anything else. Bus numbers, slots and the like have
    /// rules of their own.
    ///
    /// ## Why
    ///
    /// QEMU and libvirt refuse such numbers, each in its own words and none at the line it stands in.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     vcpus 0
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     vcpus 4
    /// }
    /// ```
    pub(crate) static OUT_OF_RANGE = {
        name: "schema/out-of-range",
        summary: "a number outside the range of its place",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
