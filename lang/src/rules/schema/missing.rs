//! `schema/missing`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that every argument and property that has no default is there.
    ///
    /// ## Why
    ///
    /// There is nothing sensible to assume.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" {
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    /// }
    /// ```
    pub(crate) static MISSING = {
        name: "schema/missing",
        summary: "something that must be there is not",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
