//! `schema/unknown-property`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that every property is one its node has.
    ///
    /// ## Why
    ///
    /// libvirt drops an attribute it does not know without a word: a misspelt `ssidSize` in a domain means
    /// no PASID in the guest, and nobody says so.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         accel ats=#true ril=#true ssidSize=20 oas=48
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
    ///         accel ats=#true ril=#true ssidsize=20 oas=48
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `docs/formatdomain.rst`: `virsh define` without `--validate` ignores unknown attributes
    pub(crate) static UNKNOWN_PROPERTY = {
        name: "schema/unknown-property",
        summary: "a property its node does not have",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
