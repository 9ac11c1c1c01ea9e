//! `schema/unknown-node`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that every node is one the language has.
    ///
    /// ## Why
    ///
    /// A misspelt node would be left out of the result without a word, as libvirt does with elements it
    /// does not know.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdv "gpu0" host="0009:01:00.0"
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
    ///
    /// ## References
    ///
    /// - libvirt, `docs/formatdomain.rst`: `virsh define` without `--validate` ignores unknown elements
    pub(crate) static UNKNOWN_NODE = {
        name: "schema/unknown-node",
        summary: "a node the language does not have",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
