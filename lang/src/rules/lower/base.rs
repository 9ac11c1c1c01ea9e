//! `lower/base`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that the file given to `lower --into` is a libvirt domain for the machine of the vm:
    /// well-formed XML without a document type, with `<domain>` as its root.
    ///
    /// ## Why
    ///
    /// Every byte that the language does not describe is kept, so there must be a domain to keep. A
    /// document type could define entities, and no domain needs one. A domain for another kind of
    /// machine has other PCI buses and another IOMMU, and is most likely another guest's.
    ///
    /// ## Example
    ///
    /// The domain is for q35:
    ///
    /// ```xml
    /// <domain type='kvm'>
    ///   <name>guest</name>
    ///   <os>
    ///     <type arch='x86_64' machine='q35'>hvm</type>
    ///   </os>
    ///   <devices/>
    /// </domain>
    /// ```
    ///
    /// The vm is for virt:
    ///
    /// ```kdl
    /// vm "guest" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// The domain of the guest that the vm describes, as `virsh dumpxml --inactive guest` writes it:
    ///
    /// ```xml
    /// <domain type='kvm'>
    ///   <name>guest</name>
    ///   <os>
    ///     <type arch='aarch64' machine='virt'>hvm</type>
    ///   </os>
    ///   <devices/>
    /// </domain>
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `docs/formatdomain.rst`
    pub(crate) static BASE = {
        name: "lower/base",
        summary: "what a vm is merged into is a domain for its machine",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
