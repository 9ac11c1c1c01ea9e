//! `target/unknown-attribute`

use crate::finding::{Applicability, Finding};
use crate::rules::{Check, declare_rule};
use crate::span::{Origin, Written};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that libvirt knows the attributes and elements of an IOMMU, an iommufd, a host device and a PCI controller, and that a driver
    /// on a QEMU command line or one of its properties is not spelt nearly like one that QEMU has.
    ///
    /// ## Why
    ///
    /// libvirt reads what it knows and says nothing of the rest: `ssidSize` for `ssidsize` gives a vSMMU without substream ids, and nothing but
    /// `virt-xml-validate` notices. QEMU refuses what it does not know; which other drivers and properties a build of it has, is not judged.
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
    /// QEMU refuses it: `Property 'arm-smmuv3.acel' not found`
    ///
    /// ```args
    /// -device arm-smmuv3,primary-bus=pcie.0,acel=on
    /// ```
    ///
    /// QEMU refuses it: `'pcie_root_port' is not a valid device model name`
    ///
    /// ```args
    /// -device pcie_root_port,id=pci.1,bus=pcie.0,chassis=1
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

/// A driver that QEMU does not have, and the one that may be meant.
pub(crate) fn driver(driver: &Written<String>, near: &str) -> Finding {
    let name = &driver.value;
    let finding = UNKNOWN_ATTRIBUTE
        .at(driver.origin, format!("QEMU has no driver `{name}`"))
        .with_note(format!("QEMU: '{name}' is not a valid device model name"));
    with_suggestion(finding, driver.origin, near)
}

/// A property that QEMU's `driver` does not have, and the one that may be meant.
pub(crate) fn property(at: Origin, driver: &str, name: &str, near: &str) -> Finding {
    // One that only shows the number of the bus that a device is on.
    let said = if name == "busnr" { "is not writable" } else { "not found" };
    let finding = UNKNOWN_ATTRIBUTE
        .at(at, format!("`{driver}` has no property `{name}`"))
        .with_note(format!("QEMU: Property '{driver}.{name}' {said}"));
    with_suggestion(finding, at, near)
}

fn with_suggestion(finding: Finding, at: Origin, near: &str) -> Finding {
    finding.with_help(format!("did you mean `{near}`?")).with_replacement(
        format!("write `{near}`"),
        Applicability::Unsafe,
        at,
        near,
    )
}
