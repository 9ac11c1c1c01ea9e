//! `schema/misplaced-node`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that every node stands where it may.
    ///
    /// ## Why
    ///
    /// Containment is meaning here: a device inside a `vsmmu` is translated by it, so a node in the wrong
    /// place would mean something else.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     accel #false
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     vsmmu "smmu0" {
    ///         accel #false
    ///     }
    /// }
    /// ```
    pub(crate) static MISPLACED_NODE = {
        name: "schema/misplaced-node",
        summary: "a node that may not stand where it stands",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
