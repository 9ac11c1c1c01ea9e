//! `iommu/dropped-instance`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that of several `<iommu model='smmuv3'>` each has a `pciBus`.
    ///
    /// ## Why
    ///
    /// Without a `pciBus` an SMMUv3 is the whole machine's. libvirt writes that one only when it is the first `<iommu>`; every
    /// later one without a `pciBus` is dropped: the guest starts, and does not have that SMMU.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <domain type='kvm'>
    ///   <name>guest</name>
    ///   <memory unit='GiB'>4</memory>
    ///   <vcpu>4</vcpu>
    ///   <os firmware='efi'><type arch='aarch64' machine='virt'>hvm</type></os>
    ///   <features><acpi/><gic version='3'/></features>
    ///   <devices>
    ///     <controller type='pci' index='0' model='pcie-root'/>
    ///     <controller type='pci' index='1' model='pcie-expander-bus'>
    ///       <target busNr='252'/>
    ///       <address type='pci' domain='0x0000' bus='0x00' slot='0x01' function='0x0'/>
    ///     </controller>
    ///     <controller type='pci' index='2' model='pcie-root-port'>
    ///       <target chassis='2' port='0x0'/>
    ///       <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
    ///     </controller>
    ///     <iommu model='smmuv3'><driver pciBus='1'/></iommu>
    ///     <iommu model='smmuv3'/>
    ///     <memballoon model='none'/>
    ///   </devices>
    /// </domain>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <domain type='kvm'>
    ///   <name>guest</name>
    ///   <memory unit='GiB'>4</memory>
    ///   <vcpu>4</vcpu>
    ///   <os firmware='efi'><type arch='aarch64' machine='virt'>hvm</type></os>
    ///   <features><acpi/><gic version='3'/></features>
    ///   <devices>
    ///     <controller type='pci' index='0' model='pcie-root'/>
    ///     <controller type='pci' index='1' model='pcie-expander-bus'>
    ///       <target busNr='252'/>
    ///       <address type='pci' domain='0x0000' bus='0x00' slot='0x01' function='0x0'/>
    ///     </controller>
    ///     <controller type='pci' index='2' model='pcie-root-port'>
    ///       <target chassis='2' port='0x0'/>
    ///       <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
    ///     </controller>
    ///     <iommu model='smmuv3'><driver pciBus='1'/></iommu>
    ///     <iommu model='smmuv3'><driver pciBus='0'/></iommu>
    ///     <memballoon model='none'/>
    ///   </devices>
    /// </domain>
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt accepts it.
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-expander-bus'><target busNr='252'/></controller>
    /// <iommu model='smmuv3'><driver pciBus='1'/></iommu>
    /// <iommu model='smmuv3'/>
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `src/conf/domain_validate.c`, `src/qemu/qemu_command.c`
    pub(crate) static DROPPED_INSTANCE = {
        name: "iommu/dropped-instance",
        summary: "libvirt drops no SMMUv3 without a word",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
