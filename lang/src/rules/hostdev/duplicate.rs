//! `hostdev/duplicate`

use crate::hash::map_of;

use crate::finding::Finding;
use crate::rules::{Check, Context, declare_rule};
use crate::topology::HostAddress;

declare_rule! {
    /// ## What it does
    ///
    /// Checks that no two host devices of a vm have the same address on the host.
    ///
    /// ## Why
    ///
    /// One function of a device is given to a guest once: libvirt refuses the domain.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///         hostdev "gpu1" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///         hostdev "gpu1" host="0019:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt refuses it: `Hostdev already exists in the domain configuration`
    ///
    /// ```xml
    /// <hostdev mode='subsystem' type='pci'><source><address domain='9' bus='1' slot='0' function='0'/></source></hostdev>
    /// <hostdev mode='subsystem' type='pci'><source><address domain='9' bus='1' slot='0' function='0'/></source></hostdev>
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `src/conf/domain_validate.c`
    pub(super) static DUPLICATE = {
        name: "hostdev/duplicate",
        summary: "a host device is in a vm once",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut firsts = map_of(context.vm.hostdevs.len());
    for host in context.vm.hostdevs.iter().filter_map(|hostdev| hostdev.host.as_ref()) {
        let Some(address) = HostAddress::parse(&host.value) else { continue };
        let first = *firsts.entry(address).or_insert(host.origin);
        if first != host.origin {
            findings.push(
                DUPLICATE
                    .at(host.origin, format!("host device {address} is in this vm twice"))
                    .with_text("the second time")
                    .with_label(first, "the first time")
                    .with_notes(
                        context.libvirt_says("Hostdev already exists in the domain configuration"),
                    )
                    .with_help("write the address of another device, or remove one of the two"),
            );
        }
    }
}
