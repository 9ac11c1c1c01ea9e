//! `schema/wrong-type`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that every value has the type its argument or property takes.
    ///
    /// ## Why
    ///
    /// QEMU is strict about types (`"accel":"on"` is refused where `"accel":true` is meant); here every
    /// value has one type, whatever either program writes.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0" managed="yes"
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
    ///         hostdev "gpu0" host="0009:01:00.0" managed=#true
    ///     }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - QEMU, `qapi/qobject-input-visitor.c`
    pub(crate) static WRONG_TYPE = {
        name: "schema/wrong-type",
        summary: "a value of the wrong type",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
