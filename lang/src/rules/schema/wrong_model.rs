//! `schema/wrong-model`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that an option of the machine-wide IOMMU is one its model has.
    ///
    /// ## Why
    ///
    /// libvirt refuses it with a message that names no option: `iommu model 'virtio' doesn't support some
    /// additional attributes`.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="q35" {
    ///     iommu "virtio" {
    ///         caching-mode #true
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="q35" {
    ///     iommu "intel" {
    ///         caching-mode #true
    ///     }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `src/conf/domain_validate.c`
    pub(crate) static WRONG_MODEL = {
        name: "schema/wrong-model",
        summary: "an option of another IOMMU model",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
