//! `iommufd/fd-pairing`

use crate::hash::HashMap;

use super::usage::{declared, distinct, naming, only};
use crate::finding::{Applicability, Finding};
use crate::language::InEach;
use crate::rules::{Check, Context, Value, declare_rule};
use crate::span::{Origin, Written};
use crate::target::{Feature, Target};
use crate::topology::{Hostdev, Iommufd};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that an iommufd with an `fd` has host devices with an `fd` only, that one without has
    /// none of them, and that a host device with an `fd` has an iommufd. Judged only where the target
    /// takes numbers.
    ///
    /// ## Why
    ///
    /// A management layer opens the files because QEMU, confined as it is, cannot. What it does not
    /// pass QEMU opens by its path, and fails where it may not.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// target qemu="11.1"
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
    /// libvirt opens the host devices itself, whether it finds the iommufd in a group or not.
    ///
    /// An `fd` without an iommufd behind it:
    ///
    /// QEMU refuses it: `Use FD passing only with iommufd backend`
    ///
    /// ```args
    /// -device '{"driver":"vfio-pci","id":"hostdev0","fd":"98"}'
    /// ```
    ///
    /// QEMU does not compare the two: with only one of them it opens the other file by its path, which
    /// works for a QEMU that may. Should yours, allow this rule at the iommufd or the device.
    ///
    /// ## References
    ///
    /// - QEMU, `docs/devel/vfio-iommufd.rst`, `hw/vfio/helpers.c`
    pub(super) static FD_PAIRING = {
        name: "iommufd/fd-pairing",
        summary: "an iommufd and the host devices on it are all opened by the same side",
        severity: Error,
        needs: Target,
        since: "0.1.0",
        check: Check::EachWholeVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if !takes_numbers(context.target) {
        return;
    }
    let vm = context.vm;
    let declared = declared(vm);
    let mut opened_on_unopened: HashMap<&str, Vec<Origin>> = HashMap::default();
    for hostdev in &vm.hostdevs {
        let Some(name) = vm.iommufd_of(hostdev) else {
            findings.extend(hostdev.fd.and_then(|fd| without_iommufd(context, hostdev, fd)));
            continue;
        };
        let Some(iommufd) = declared.get(name.value.as_str()) else { continue };
        match (iommufd.fd, hostdev.fd) {
            (Some(opened), None) => {
                findings.push(unopened_device(context, hostdev, iommufd, opened));
            }
            (None, Some(fd)) => {
                opened_on_unopened.entry(&name.value).or_default().push(fd.origin);
            }
            _ => {}
        }
    }
    for iommufd in distinct(vm) {
        if let Some(fds) = opened_on_unopened.get(iommufd.name.value.as_str()) {
            findings.push(unopened_iommufd(context, iommufd, fds));
        }
    }
}

/// Whether what is judged takes file descriptors as numbers.
fn takes_numbers(target: &Target) -> bool {
    target.judge_qemu || target.libvirt.has(Feature::IommufdFd)
}

/// None behind an accelerated vSMMU, where the missing iommufd is the mistake.
fn without_iommufd(context: &Context<'_>, hostdev: &Hostdev, fd: Written<i64>) -> Option<Finding> {
    let vm = context.vm;
    let is_accelerated =
        vm.vsmmu_over(hostdev.parent).is_some_and(|(_, vsmmu)| vsmmu.acceleration.enabled);
    if is_accelerated {
        return None;
    }
    let help = if vm.iommufds.is_empty() {
        InEach {
            kdl: "declare an `iommufd` whose `fd` is an open `/dev/iommu`, and name it here; or remove `fd`",
            libvirt: "put the device on an iommufd, or remove its file descriptor",
            qemu: "add `-object iommufd,id=iommufd0,fd=` with an open `/dev/iommu`, and `iommufd=iommufd0` here; or \
                   write `host=` instead of `fd=`",
        }
    } else {
        InEach {
            kdl: "name the iommufd it works through, or remove `fd`",
            libvirt: "put the device on an iommufd, or remove its file descriptor",
            qemu: "add `iommufd=`, the id of the one it works through; or write `host=` instead of `fd=`",
        }
    };
    let finding = FD_PAIRING
        .at(
            fd.origin,
            format!("host device `{}` has a file descriptor and no iommufd", hostdev.name.value),
        )
        .with_note("QEMU: Use FD passing only with iommufd backend")
        .with_help(context.say(help));
    Some(match only(vm) {
        Some(iommufd) => {
            let name = &iommufd.name.value;
            let property = [("iommufd", Value::Text(name))];
            finding.with_edits(
                format!("add `{}`", naming(context, name)),
                Applicability::Unsafe,
                [context.source.with_properties(hostdev.origin, &property)],
            )
        }
        None => finding,
    })
}

fn unopened_device(
    context: &Context<'_>,
    hostdev: &Hostdev,
    iommufd: &Iommufd,
    opened: Written<i64>,
) -> Finding {
    let (device, name) = (&hostdev.name.value, &iommufd.name.value);
    FD_PAIRING
        .at(
            hostdev.origin,
            format!("host device `{device}` has no file descriptor, but its iommufd `{name}` has"),
        )
        .with_label(opened.origin, "the iommufd is opened outside of QEMU")
        .with_help(context.say(InEach {
            kdl: "pass the device's open VFIO character device: `fd=`",
            libvirt: "pass the device's open VFIO character device, too",
            qemu: "pass the device's open VFIO character device: `fd=` instead of `host=`",
        }))
}

fn unopened_iommufd(context: &Context<'_>, iommufd: &Iommufd, fds: &[Origin]) -> Finding {
    let name = &iommufd.name;
    let headline =
        format!("iommufd `{}` has no file descriptor, but host devices on it have", name.value);
    let finding = FD_PAIRING.at(name.origin, headline);
    fds.iter()
        .fold(finding, |finding, &fd| finding.with_label(fd, "opened outside of QEMU"))
        .with_help(context.say(InEach {
            kdl: "remove `fd` from the host devices, which are then opened for you; or give the iommufd an open `/dev/iommu` too: \
                  `fd=` for QEMU, `fdgroup=` for libvirt",
            libvirt: "remove the file descriptors of the host devices, which libvirt then opens; or give the iommufd an open \
                      `/dev/iommu` too",
            qemu: "write `host=` instead of `fd=` for the host devices, which QEMU then opens; or give the iommufd an open \
                   `/dev/iommu` too: `fd=`",
        }))
}
