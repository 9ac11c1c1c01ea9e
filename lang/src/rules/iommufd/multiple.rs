//! `iommufd/multiple`

use crate::hash::HashSet;

use super::usage::{distinct, mismatches, references};
use crate::finding::{Applicability, Finding};
use crate::rules::{Check, Context, Value, declare_rule};
use crate::target::Feature;

declare_rule! {
    /// ## What it does
    ///
    /// Checks that the host devices of a vm work through one iommufd, where the target has one a vm.
    ///
    /// ## Why
    ///
    /// libvirt makes one iommufd object, `iommufd0`, for all host devices of a domain: a domain says
    /// only which of them use it. One is enough, as any number of vSMMUs and host devices can share it.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// target libvirt="12.8"
    ///
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     iommufd "iommufd1"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    ///     vsmmu "smmu1" iommufd="iommufd1" {
    ///         hostdev "gpu1" host="0019:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// target libvirt="12.8"
    ///
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    ///     vsmmu "smmu1" iommufd="iommufd0" {
    ///         hostdev "gpu1" host="0019:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt refuses it: `only one 'iommufd' element is supported`
    ///
    /// ```xml
    /// <domain type='qemu'>
    ///   <name>probe</name>
    ///   <memory unit='GiB'>1</memory>
    ///   <iommufd enabled='yes'/>
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
    /// -object '{"qom-type":"iommufd","id":"iommufd1","fd":"23"}'
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `docs/formatdomain.rst`, `iommufd`
    pub(super) static MULTIPLE = {
        name: "iommufd/multiple",
        summary: "one iommufd a vm, where the target has no more",
        severity: Error,
        needs: Target,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let (vm, target) = (context.vm, context.target);
    let has_several = target.libvirt.has(Feature::SeveralIommufds);
    // A release without any is another rule's business.
    let has_one = target.libvirt.has(Feature::Iommufd) && !has_several;
    // A device with the wrong one is a slip, not a second one that was meant.
    if !target.judge_libvirt || !has_one || !mismatches(vm).is_empty() {
        return;
    }
    let of_hostdevs = vm.hostdevs.iter().filter_map(|hostdev| vm.iommufd_of(hostdev));
    let used: HashSet<&str> = of_hostdevs.map(|name| name.value.as_str()).collect();
    let mut used = distinct(vm).filter(|iommufd| used.contains(iommufd.name.value.as_str()));
    let (Some(first), Some(second)) = (used.next(), used.next()) else { return };
    let finding = MULTIPLE
        .at(
            second.name.origin,
            format!("more iommufds than the one that a domain of libvirt {} has", target.libvirt),
        )
        .with_label(first.name.origin, "the first");
    let others = references(vm).into_iter().filter(|name| name.value != first.name.value);
    findings.push(
        used.fold(finding, |finding, more| finding.with_label(more.name.origin, "one more"))
            .with_help(format!("use `{}` for all host devices", first.name.value))
            .with_edits(
                format!("use `{}` for all", first.name.value),
                Applicability::Unsafe,
                others.map(|name| {
                    context.source.with_value(name.origin, Value::Text(&first.name.value))
                }),
            ),
    );
}
