//! `iommufd/fd-not-expressible`

use super::usage::distinct;
use crate::finding::Finding;
use crate::language::InEach;
use crate::rules::{Check, Context, declare_rule};
use crate::target::{Feature, LibvirtTarget};
use crate::topology::Iommufd;

declare_rule! {
    /// ## What it does
    ///
    /// Checks that an iommufd which a management layer opens is given to libvirt in the form it takes:
    /// releases from 12.2 on take a group, `fdgroup`; the second RFC takes a number, `fd`. An iommufd may have
    /// both: each program takes its own.
    ///
    /// ## Why
    ///
    /// libvirt starts QEMU, so a number in the domain means nothing to it: QEMU has other numbers. The
    /// management layer associates a group of open files with the domain before it starts it.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// target libvirt="12.8"
    ///
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0" fd=22
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
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
    ///     iommufd "iommufd0" fd=22
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0" fd=23
    ///     }
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt has no place for the number. It refuses a group for an iommufd that is off, which
    /// cannot be written in this language.
    ///
    /// libvirt refuses it: `Setting 'fdgroup' when 'iommufd' is disabled is not supported.`
    ///
    /// ```xml
    /// <domain type='qemu'>
    ///   <name>probe</name>
    ///   <memory unit='GiB'>1</memory>
    ///   <iommufd enabled='no' fdgroup='iommu'/>
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
    /// - libvirt, `docs/formatdomain.rst`, `iommufd`; `virDomainFDAssociate`
    pub(crate) static FD_NOT_EXPRESSIBLE = {
        name: "iommufd/fd-not-expressible",
        summary: "an open iommufd is given in the form the target takes",
        severity: Error,
        needs: Target,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let libvirt = context.target.libvirt;
    // A release without iommufd is another rule's business.
    if context.target.judge_libvirt && libvirt.has(Feature::Iommufd) {
        let iommufds = distinct(context.vm);
        findings.extend(iommufds.filter_map(|iommufd| judge(context, iommufd, libvirt)));
    }
}

fn judge(context: &Context<'_>, iommufd: &Iommufd, libvirt: LibvirtTarget) -> Option<Finding> {
    let takes_number = libvirt.has(Feature::IommufdFd);
    let takes_group = libvirt.has(Feature::IommufdFdgroup);
    let number = iommufd.fd.map(|fd| fd.origin);
    let group = iommufd.fdgroup.as_ref().map(|group| group.origin);
    if takes_number && number.is_some() || takes_group && group.is_some() {
        return None;
    }
    let written = if takes_group { number } else { group.or(number) }?;
    let what = if Some(written) == group { "group" } else { "number" };
    let help = if takes_group {
        InEach {
            kdl: "add `fdgroup=`, the name of the group of open files it is in, or write `target qemu=…` when libvirt is not used",
            libvirt: "add `fdgroup` to `<iommufd>`, the name of the group of open files it is in",
            qemu: "give libvirt the name of the group of open files it is in",
        }
    } else if takes_number {
        InEach {
            kdl: "write its number: `fd=`",
            libvirt: "write its number",
            qemu: "write its number: `fd=`",
        }
    } else {
        InEach {
            kdl: "remove `fd`: libvirt then opens it; libvirt 12.2 and later take the name of a group of open files, `fdgroup=`",
            libvirt: "remove `fdgroup`: libvirt then opens it; libvirt 12.2 and later take the name of a group of open files",
            qemu: "remove `fd=`: libvirt opens it; libvirt 12.2 and later take the name of a group of open files",
        }
    };
    let headline = format!("libvirt {libvirt} takes no open iommufd as a {what}");
    Some(FD_NOT_EXPRESSIBLE.at(written, headline).with_help(context.say(help)))
}
