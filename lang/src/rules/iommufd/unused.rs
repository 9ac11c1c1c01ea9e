//! `iommufd/unused`

use super::usage::unused;
use crate::finding::{Applicability, Finding};
use crate::language::InEach;
use crate::rules::{Check, Context, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that something names each iommufd of a vm: a host device, a vSMMU or an IOMMU.
    ///
    /// ## Why
    ///
    /// An iommufd that nothing names is written neither into the XML nor into the arguments. Host devices without one use legacy
    /// VFIO, which is probably not what was meant.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     hostdev "nic0" host="0000:01:00.0" iommufd="iommufd0"
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt accepts it, and makes no object until a host device uses it.
    ///
    /// ```xml
    /// <domain type='qemu'>
    ///   <name>probe</name>
    ///   <memory unit='GiB'>1</memory>
    ///   <iommufd enabled='yes'/>
    ///   <vcpu>1</vcpu>
    ///   <os firmware='efi'><type arch='aarch64' machine='virt'>hvm</type></os>
    ///   <features><acpi/><gic version='3'/></features>
    /// </domain>
    /// ```
    ///
    /// QEMU accepts it.
    ///
    /// ```args
    /// -object '{"qom-type":"iommufd","id":"iommufd0","fd":"22"}'
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `src/qemu/qemu_command.c`
    pub(super) static UNUSED = {
        name: "iommufd/unused",
        summary: "an iommufd is used",
        severity: Warning,
        needs: File,
        since: "0.1.0",
        check: Check::EachWholeVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for iommufd in unused(context.vm) {
        let name = &iommufd.name;
        findings.push(
            UNUSED
                .at(name.origin, format!("nothing uses iommufd `{}`", name.value))
                .with_text(context.say(InEach {
                    kdl: "it is written neither into the XML nor into the arguments",
                    libvirt: "libvirt makes it for a host device that uses it",
                    qemu: "no host device names it",
                }))
                .with_help(context.say(InEach {
                    kdl: "add `iommufd=` to what should use it, or remove it",
                    libvirt: "leave `iommufd='no'` out of what should use it, or remove it",
                    qemu: "add `iommufd=` to what should use it, or remove it",
                }))
                .with_edits(
                    "remove it",
                    Applicability::Unsafe,
                    [context.source.without_element(iommufd.origin)],
                ),
        );
    }
}
