//! `schema/duplicate-property`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that a property is given once.
    ///
    /// ## Why
    ///
    /// KDL lets the last one win, silently.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         pxb bus-nr=252 bus-nr=248
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
    ///
    /// ## References
    ///
    /// - KDL 2.0.0, Property: the rightmost one of a key counts
    pub(crate) static DUPLICATE_PROPERTY = {
        name: "schema/duplicate-property",
        summary: "one property given twice",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
