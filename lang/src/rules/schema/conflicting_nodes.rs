//! `schema/conflicting-nodes`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that a vSMMU has not both a `pxb` and `on-root-bus`, and a root port not both a switch and a
    /// device.
    ///
    /// ## Why
    ///
    /// A vSMMU translates for one root complex; behind a root port there is one slot.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         on-root-bus
    ///         pxb bus-nr=252
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
    ///         on-root-bus
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    pub(crate) static CONFLICTING_NODES = {
        name: "schema/conflicting-nodes",
        summary: "two nodes that exclude each other",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
