//! `iommufd/fdgroup-start`

use crate::hash::HashSet;

use super::usage::distinct;
use crate::finding::Finding;
use crate::rules::{Check, Context, declare_rule};
use crate::target::Feature;

declare_rule! {
    /// ## What it does
    ///
    /// Notes that a domain with an `fdgroup` cannot be started by `virsh start` or by autostart.
    ///
    /// ## Why
    ///
    /// The group is known to libvirt only while the client that associated the open files with the
    /// domain (`virDomainFDAssociate`) stays connected. So that client has to start it.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// target libvirt="12.8"
    ///
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0" fdgroup="iommu"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// Nothing, if a management layer opens `/dev/iommu` and starts the domain. Otherwise:
    ///
    /// ```kdl
    /// target libvirt="12.8"
    ///
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt accepts it. At the start it says `file descriptor group 'iommu' was not associated with
    /// the domain`, if that is so.
    ///
    /// ```xml
    /// <domain type='qemu'>
    ///   <name>probe</name>
    ///   <memory unit='GiB'>1</memory>
    ///   <iommufd enabled='yes' fdgroup='iommu'/>
    ///   <vcpu>1</vcpu>
    ///   <os firmware='efi'><type arch='aarch64' machine='virt'>hvm</type></os>
    ///   <features><acpi/><gic version='3'/></features>
    /// </domain>
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `docs/formatdomain.rst`, `iommufd`; `virDomainFDAssociate`
    pub(super) static FDGROUP_START = {
        name: "iommufd/fdgroup-start",
        summary: "a domain with an fd group is started by who opened the files",
        severity: Note,
        needs: Target,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let (vm, target) = (context.vm, context.target);
    if !target.judge_libvirt || !target.libvirt.has(Feature::IommufdFdgroup) {
        return;
    }
    // libvirt takes the group only for an iommufd that a host device uses.
    let of_hostdevs = vm.hostdevs.iter().filter_map(|hostdev| vm.iommufd_of(hostdev));
    let used: HashSet<&str> = of_hostdevs.map(|name| name.value.as_str()).collect();
    for iommufd in distinct(vm).filter(|iommufd| used.contains(iommufd.name.value.as_str())) {
        if let Some(group) = &iommufd.fdgroup {
            findings.push(
                FDGROUP_START
                    .at(group.origin, "neither `virsh start` nor autostart can start this domain")
                    .with_text("only the client that associated this group can")
                    .with_note(format!(
                        "libvirt: file descriptor group '{}' was not associated with the domain",
                        group.value
                    ))
                    .with_help("call `virDomainFDAssociate`, then start it on the same connection"),
            );
        }
    }
}
