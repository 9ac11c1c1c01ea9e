//! `pci/auto-bus-nr`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that a `pcie-expander-bus` without `busNr` is given room enough by libvirt.
    ///
    /// ## Why
    ///
    /// libvirt gives the first PXB bus number 254, and each further one two less than the lowest there is. Every such window holds two numbers: one for the PXB
    /// itself, and one for a single root port. A second port, or a switch, has none, and then firmware gives no device of the whole guest
    /// an address.
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
    ///       <address type='pci' domain='0x0000' bus='0x00' slot='0x01' function='0x0'/>
    ///     </controller>
    ///     <controller type='pci' index='2' model='pcie-root-port'>
    ///       <target chassis='2' port='0x0'/>
    ///       <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
    ///     </controller>
    ///     <controller type='pci' index='3' model='pcie-root-port'>
    ///       <target chassis='3' port='0x8'/>
    ///       <address type='pci' domain='0x0000' bus='0x01' slot='0x01' function='0x0'/>
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
    ///     <controller type='pci' index='3' model='pcie-root-port'>
    ///       <target chassis='3' port='0x8'/>
    ///       <address type='pci' domain='0x0000' bus='0x01' slot='0x01' function='0x0'/>
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
    /// <controller type='pci' index='1' model='pcie-expander-bus'/>
    /// <controller type='pci' index='2' model='pcie-root-port'><address type='pci' bus='0x01' slot='0x00'/></controller>
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `src/qemu/qemu_domain_address.c`
    pub(crate) static AUTO_BUS_NR = {
        name: "pci/auto-bus-nr",
        summary: "a PXB without a bus number is given room enough",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
