//! `pci/decimal-bus`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Warns of a decimal `bus` of 10 or more in an address, which read as hexadecimal is the index of a listed controller, and as it is written is not.
    ///
    /// ## Why
    ///
    /// libvirt writes all addresses in hexadecimal, and reads a number without `0x` as decimal: `bus='15'` is index 15, where `0x15` is 21. For index
    /// 15 it makes a root port of its own on pcie.0.
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
    ///     <controller type='pci' index='16' model='pcie-root-port'>
    ///       <target chassis='16' port='0x0'/>
    ///       <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
    ///     </controller>
    ///     <hostdev mode='subsystem' type='pci' managed='no'>
    ///       <driver iommufd='yes'/>
    ///       <source><address domain='0x0009' bus='0x01' slot='0x00' function='0x0'/></source>
    ///       <address type='pci' domain='0x0000' bus='10' slot='0x00' function='0x0'/>
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
    /// <controller type='pci' index='1' model='pcie-root-port'/>
    /// <hostdev mode='subsystem' type='pci'>
    ///   <source><address domain='0x0009' bus='0x01' slot='0x00' function='0x0'/></source>
    ///   <address type='pci' bus='10' slot='0x00'/>
    /// </hostdev>
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `src/conf/device_conf.c`
    pub(crate) static DECIMAL_BUS = {
        name: "pci/decimal-bus",
        summary: "bus numbers of addresses are written in hexadecimal",
        severity: Warning,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
