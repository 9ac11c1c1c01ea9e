//! `schema/unexpected-children`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that only nodes that may hold others do.
    ///
    /// ## Why
    ///
    /// What stands there would be ignored.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0" {
    ///         fd 22
    ///     }
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    pub(crate) static UNEXPECTED_CHILDREN = {
        name: "schema/unexpected-children",
        summary: "nodes inside one that holds none",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
