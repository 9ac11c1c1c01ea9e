//! `pci/no-address`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Warns of a host device, or of a root port, without an address in a domain with vSMMUs.
    ///
    /// ## Why
    ///
    /// libvirt plugs a device without an address into any root port that is free, behind a PXB too, or into a new one on pcie.0; it puts a root port without an
    /// address on pcie.0. Which vSMMU translates for the device, if any, is then left to chance.
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
    ///     </hostdev>
    ///     <hostdev mode='subsystem' type='pci' managed='no'>
    ///       <driver iommufd='yes'/>
    ///       <source><address domain='0x0019' bus='0x01' slot='0x00' function='0x0'/></source>
    ///       <address type='pci' domain='0x0000' bus='0x02' slot='0x00' function='0x0'/>
    ///     </hostdev>
    ///     <iommu model='smmuv3'><driver pciBus='1' accel='on'/></iommu>
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
    ///     <iommu model='smmuv3'><driver pciBus='1' accel='on'/></iommu>
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
    /// <hostdev mode='subsystem' type='pci'>
    ///   <source><address domain='0x0009' bus='0x01' slot='0x00' function='0x0'/></source>
    /// </hostdev>
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `src/qemu/qemu_domain_address.c`
    pub(crate) static NO_ADDRESS = {
        name: "pci/no-address",
        summary: "what belongs behind a vSMMU has an address that says so",
        severity: Warning,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
