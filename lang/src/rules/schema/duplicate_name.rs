//! `schema/duplicate-name`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that vms of a file, and vSMMUs, host devices and devices of a vm, have names of their own.
    /// Names of iommufds are the business of `iommufd/duplicate-id`.
    ///
    /// ## Why
    ///
    /// Findings, `map` and `lower --vm` refer to things by name.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///         hostdev "gpu0" host="0019:01:00.0"
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
    ///         hostdev "gpu1" host="0019:01:00.0"
    ///     }
    /// }
    /// ```
    pub(crate) static DUPLICATE_NAME = {
        name: "schema/duplicate-name",
        summary: "one name for two things",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
