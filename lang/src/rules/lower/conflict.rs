//! `lower/conflict`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that the domain given to `lower --into` has nothing of its own where the vm puts
    /// something: no other device at its PCI addresses, no other controller of its indexes, bus
    /// numbers or chassis, no IOMMU that the vm does not have, and that it has the NUMA cells the vm
    /// names.
    ///
    /// ## Why
    ///
    /// libvirt would refuse the result, or accept it and put something else in its place. Nothing is
    /// written until a person has decided which of the two gives way.
    ///
    /// ## Example
    ///
    /// The domain has a disk in slot 1 of the root bus:
    ///
    /// ```xml
    /// <domain type='kvm'>
    ///   <name>guest</name>
    ///   <os>
    ///     <type arch='aarch64' machine='virt'>hvm</type>
    ///   </os>
    ///   <devices>
    ///     <disk type='file'>
    ///       <source file='guest.img'/>
    ///       <target dev='vda' bus='virtio'/>
    ///       <address type='pci' domain='0x0000' bus='0x00' slot='0x01' function='0x0'/>
    ///     </disk>
    ///   </devices>
    /// </domain>
    /// ```
    ///
    /// The vm has a PCI expander bridge there:
    ///
    /// ```kdl
    /// vm "guest" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         pxb slot=1
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// A slot that the domain leaves free:
    ///
    /// ```kdl
    /// vm "guest" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         pxb slot=2
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `src/conf/domain_addr.c`, `src/conf/domain_validate.c`
    pub(crate) static CONFLICT = {
        name: "lower/conflict",
        summary: "the domain has room for what is merged into it",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
