//! `iommu/pci-bus`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that `pciBus` of an `<iommu model='smmuv3'>` is the index of a `pcie-expander-bus` controller in decimal digits, or 0 for
    /// pcie.0.
    ///
    /// ## Why
    ///
    /// `pciBus` is neither a bus number nor hexadecimal: it is the `index` attribute of the PXB's controller. For an index that no listed controller
    /// has, libvirt makes a root port of its own, or finds none when the domain starts; QEMU takes nothing but a root complex.
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
    ///     <iommu model='smmuv3'><driver pciBus='252'/></iommu>
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
    ///     <memballoon model='none'/>
    ///   </devices>
    /// </domain>
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt refuses it: `Invalid value for attribute 'pciBus' in element 'driver': '0x1'. Expected integer value`
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-expander-bus'><target busNr='252'/></controller>
    /// <iommu model='smmuv3'><driver pciBus='0x1'/></iommu>
    /// ```
    ///
    /// QEMU says `SMMU should be attached to a default PCIe root complex(pcie.0) or a pxb-pcie based root complex` of any other
    /// controller.
    ///
    /// ## References
    ///
    /// - libvirt, `src/conf/domain_conf.c`, `src/qemu/qemu_command.c`
    /// - QEMU, `hw/arm/smmu-common.c`
    pub(crate) static PCI_BUS = {
        name: "iommu/pci-bus",
        summary: "`pciBus` is the index of a PXB, or 0",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
