//! `schema/unexpected-argument`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that a node has no more arguments than it takes.
    ///
    /// ## Why
    ///
    /// It is often a property with a blank or a colon in the wrong place: `bus-nr: 252` is two strings to
    /// KDL.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         pxb 252
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
    ///         pxb bus-nr=252
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    pub(crate) static UNEXPECTED_ARGUMENT = {
        name: "schema/unexpected-argument",
        summary: "an argument too many",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
