//! `iommufd/duplicate-fd`

use crate::hash::HashMap;

use super::usage::distinct;
use crate::finding::{Finding, Severity};
use crate::rules::{Check, Context, declare_rule};
use crate::span::Written;

declare_rule! {
    /// ## What it does
    ///
    /// Checks that no two iommufds and host devices of a vm have the same file descriptor, and warns
    /// of 0 to 2.
    ///
    /// ## Why
    ///
    /// A file descriptor is one open file: either `/dev/iommu` or the character device of one host
    /// device. 0 to 2 are the standard input, output and error of QEMU.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// target qemu="11.1"
    ///
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0" fd=22
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0" fd=22
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
    /// libvirt opens the files itself, or takes them from a group: there are no numbers.
    ///
    /// QEMU does not compare them: it fails when it binds the device to the iommufd.
    ///
    /// QEMU refuses it: `error bind device fd=99 to iommufd=99: Bad file descriptor`
    ///
    /// ```args
    /// -object '{"qom-type":"iommufd","id":"iommufd0","fd":"99"}'
    /// -device '{"driver":"vfio-pci","id":"hostdev0","iommufd":"iommufd0","fd":"99"}'
    /// ```
    ///
    /// (99 is not open there. With an open one the reason at the end is another, but that takes a
    /// host with the device.)
    ///
    /// QEMU accepts 0 to 2 as it accepts every number, open or not.
    ///
    /// QEMU accepts it.
    ///
    /// ```args
    /// -object '{"qom-type":"iommufd","id":"iommufd0","fd":"1"}'
    /// ```
    ///
    /// ## References
    ///
    /// - QEMU, `backends/iommufd.c`, `hw/vfio/iommufd.c`
    pub(super) static DUPLICATE_FD = {
        name: "iommufd/duplicate-fd",
        summary: "every open file has a file descriptor of its own",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let vm = context.vm;
    let of_hostdevs = vm.hostdevs.iter().filter_map(|hostdev| hostdev.fd);
    let mut fds: Vec<_> =
        distinct(vm).filter_map(|iommufd| iommufd.fd).chain(of_hostdevs).collect();
    fds.sort_by_key(|fd| fd.origin);
    let mut firsts = HashMap::default();
    for fd in fds {
        let first = *firsts.entry(fd.value).or_insert(fd.origin);
        if first != fd.origin {
            findings.push(
                DUPLICATE_FD
                    .at(fd.origin, format!("file descriptor {} is given twice", fd.value))
                    .with_label(first, "given first here")
                    .with_help("open a file of its own for each, and pass that number"),
            );
        } else if let Some(stream) = standard_stream(fd.value) {
            findings.push(standard(fd, stream));
        }
    }
}

const fn standard_stream(fd: i64) -> Option<&'static str> {
    match fd {
        0 => Some("input"),
        1 => Some("output"),
        2 => Some("error"),
        _ => None,
    }
}

fn standard(fd: Written<i64>, stream: &str) -> Finding {
    let headline = format!("file descriptor {} is the standard {stream}", fd.value);
    let finding = DUPLICATE_FD.at(fd.origin, headline);
    Finding { severity: Severity::Warning, ..finding }.with_help("pass the file as 3 or above")
}
