//! `schema/duplicate-node`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that a node of which there can be one is given once.
    ///
    /// ## Why
    ///
    /// One of them would have no effect.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         pxb bus-nr=252
    ///         pxb bus-nr=248
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
    pub(crate) static DUPLICATE_NODE = {
        name: "schema/duplicate-node",
        summary: "one node given twice where there can be one",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
