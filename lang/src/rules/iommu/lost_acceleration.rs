//! `iommu/lost-acceleration`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that an `<iommu model='smmuv3'>` with `accel='on'` has a `pciBus` that is not negative.
    ///
    /// ## Why
    ///
    /// Without a `pciBus`, which is also how libvirt reads a negative one, the SMMUv3 is the whole machine's: `iommu=smmuv3` of
    /// `-machine` has no properties, so that `accel`, `ats` and the others are not written. The guest starts without acceleration, and no host
    /// device works behind that SMMU.
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
    ///     <iommu model='smmuv3'><driver accel='on'/></iommu>
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
    ///     <iommu model='smmuv3'><driver pciBus='0' accel='on' ats='on' ril='off' ssidsize='0' oas='48'/></iommu>
    ///     <memballoon model='none'/>
    ///     <controller type='usb' model='none'/>
    ///   </devices>
    /// </domain>
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt accepts it.
    ///
    /// ```xml
    /// <iommu model='smmuv3'><driver accel='on' ats='on'/></iommu>
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `src/qemu/qemu_command.c`
    pub(crate) static LOST_ACCELERATION = {
        name: "iommu/lost-acceleration",
        summary: "an SMMUv3 that is to be accelerated has a root complex of its own",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
