//! `iommufd/mismatch`

use super::usage::mismatches;
use crate::finding::{Applicability, Finding};
use crate::rules::{Check, Context, Value, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that a host device behind an accelerated vSMMU has no other iommufd than the vSMMU, and
    /// if the vSMMU names none, than the first host device behind it.
    ///
    /// ## Why
    ///
    /// What the kernel knows as the vSMMU belongs to one iommufd, that of its first device. A device
    /// on another iommufd cannot be attached to it.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// target qemu="11.1"
    ///
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     iommufd "iommufd1"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///         hostdev "gpu1" host="0009:02:00.0" iommufd="iommufd1"
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// target qemu="11.1"
    ///
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///         hostdev "gpu1" host="0009:02:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt has one iommufd a domain, so that it cannot be written there.
    ///
    /// QEMU does not compare them. It makes the vSMMU's kernel object from the first device's iommufd
    /// and uses its number with the second's, where the kernel does not know it, or knows something
    /// else by it. That cannot be tried without a host that has the devices.
    ///
    /// ## References
    ///
    /// - QEMU, `hw/arm/smmuv3-accel.c`
    /// - Linux, `Documentation/userspace-api/iommufd.rst`
    pub(super) static MISMATCH = {
        name: "iommufd/mismatch",
        summary: "a host device has the iommufd of the vSMMU it is behind",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for mismatch in mismatches(context.vm) {
        let (own, expected) = (mismatch.own, mismatch.expected);
        let vsmmu = &mismatch.vsmmu.name.value;
        findings.push(
            MISMATCH
                .at(
                    own.origin,
                    format!("iommufd `{}` behind a vSMMU on `{}`", own.value, expected.value),
                )
                .with_label(
                    expected.origin,
                    format!("vSMMU `{vsmmu}` is on `{}` by this", expected.value),
                )
                .with_help(format!(
                    "use `{}` here too, or move the device behind another vSMMU",
                    expected.value
                ))
                .with_edits(
                    format!("use `{}`", expected.value),
                    Applicability::Unsafe,
                    [context.source.with_value(own.origin, Value::Text(&expected.value))],
                ),
        );
    }
}
