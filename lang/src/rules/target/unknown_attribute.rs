//! `target/unknown-attribute`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that libvirt knows the attributes and elements of an IOMMU, an iommufd, a host device and a PCI controller.
    ///
    /// ## Why
    ///
    /// libvirt reads what it knows and says nothing of the rest: `ssidSize` for `ssidsize` gives a vSMMU without substream ids, and nothing but
    /// `virt-xml-validate` notices.
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
    ///     <hostdev mode='subsystem' type='pci' managed='no'>
    ///       <driver iommufd='yes'/>
    ///       <source><address domain='0x0009' bus='0x01' slot='0x00' function='0x0'/></source>
    ///       <address type='pci' domain='0x0000' bus='0x02' slot='0x00' function='0x0'/>
    ///     </hostdev>
    ///     <iommu model='smmuv3'><driver pciBus='1' accel='on' ssidSize='20'/></iommu>
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
    ///     <hostdev mode='subsystem' type='pci' managed='no'>
    ///       <driver iommufd='yes'/>
    ///       <source><address domain='0x0009' bus='0x01' slot='0x00' function='0x0'/></source>
    ///       <address type='pci' domain='0x0000' bus='0x02' slot='0x00' function='0x0'/>
    ///     </hostdev>
    ///     <iommu model='smmuv3'><driver pciBus='1' accel='on' ssidsize='20'/></iommu>
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
    /// <iommu model='smmuv3'><driver pciBus='1' accel='on' ssidSize='20'/></iommu>
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `src/conf/schemas/domaincommon.rng`
    pub(crate) static UNKNOWN_ATTRIBUTE = {
        name: "target/unknown-attribute",
        summary: "libvirt and QEMU know every attribute and property",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
