//! `hostdev/legacy-vfio`

use crate::hash::HashSet;

use crate::finding::Applicability;
use crate::finding::Finding;
use crate::language::InEach;
use crate::rules::iommufd::{in_a_domain, naming, only, unused};
use crate::rules::{Check, Context, Value, declare_rule};
use crate::span::Origin;
use crate::target::{Feature, Target};
use crate::topology::{HostAddress, Hostdev, IommuModel, Slot, Vm};

declare_rule! {
    /// ## What it does
    ///
    /// Says which host devices are given to the vm through legacy VFIO (`/dev/vfio/GROUP`), where the vm has an IOMMU or
    /// other host devices on an iommufd, and the target releases have iommufds.
    ///
    /// ## Why
    ///
    /// It works. But with an IOMMU in the guest each such device has an address space of its own, and guest memory is
    /// counted as locked once for each: libvirt raises the limit to n × RAM + 1 GiB. An iommufd counts it once for all
    /// of its devices, and is what new features of VFIO (PASIDs, nested translation) are made for.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="q35" {
    ///     iommu "intel" {
    ///         intremap #true
    ///         caching-mode #true
    ///     }
    ///     hostdev "nic0" host="0000:06:00.0"
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="q35" {
    ///     iommufd "iommufd0"
    ///     iommu "intel" {
    ///         intremap #true
    ///         caching-mode #true
    ///     }
    ///     hostdev "nic0" host="0000:06:00.0" iommufd="iommufd0"
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt accepts it.
    ///
    /// ```xml q35
    /// <hostdev mode='subsystem' type='pci' managed='no'>
    ///   <source><address domain='0' bus='6' slot='0' function='0'/></source>
    /// </hostdev>
    /// <iommu model='intel'><driver intremap='on' caching_mode='on'/></iommu>
    /// ```
    ///
    /// ## References
    ///
    /// - Linux, `Documentation/driver-api/vfio.rst`, VFIO device cdev; `Documentation/userspace-api/iommufd.rst`
    /// - libvirt, `src/qemu/qemu_domain.c`, `qemuDomainGetMemLockLimitBytes`
    pub(super) static LEGACY_VFIO = {
        name: "hostdev/legacy-vfio",
        summary: "host devices behind an IOMMU are on an iommufd",
        severity: Note,
        needs: Target,
        since: "0.1.0",
        check: Check::EachWholeVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let vm = context.vm;
    if !has_iommufds(context.target) || !matters(vm) {
        return;
    }
    let partners = on_iommufds(vm);
    let is_legacy = |hostdev: &&Hostdev| {
        // With an fd it has to have one (`iommufd/fd-pairing`); with another function on one too
        // (`hostdev/mixed-backends`).
        hostdev.fd.is_none()
            && vm.iommufd_of(hostdev).is_none()
            && device_of(hostdev).is_some_and(|device| !partners.contains(&device))
            && vm.vsmmu_over(hostdev.parent).is_none()
    };
    let legacy: Vec<&Hostdev> = vm.hostdevs.iter().filter(is_legacy).collect();
    let [first, others @ ..] = &legacy[..] else { return };
    let finding = LEGACY_VFIO.at(
        first.name.origin,
        format!("host device `{}` is on legacy VFIO, not on an iommufd", first.name.value),
    );
    let finding = others.iter().fold(finding, |finding, hostdev| {
        finding.with_label(hostdev.name.origin, "also on legacy VFIO")
    });
    let each: Vec<Origin> = legacy.iter().map(|hostdev| hostdev.origin).collect();
    let domain = in_a_domain(context, &each).help;
    let finding = finding.with_help(context.say(if vm.iommufds.is_empty() {
        InEach {
            kdl: "declare `iommufd \"iommufd0\"` in the vm, and add `iommufd=\"iommufd0\"` to each",
            libvirt: &domain,
            qemu: "add `-object iommufd,id=iommufd0`, and `iommufd=iommufd0` to each",
        }
    } else {
        InEach { kdl: "add `iommufd=` to each", libvirt: &domain, qemu: "add `iommufd=` to each" }
    }));
    // One that was opened by a management layer goes with devices that were.
    findings.push(match only(vm).filter(|iommufd| iommufd.fd.is_none()) {
        Some(iommufd) => {
            let name = &iommufd.name.value;
            let property = [("iommufd", Value::Text(name))];
            finding.with_edits(
                format!("add `{}`", naming(context, name)),
                Applicability::DisplayOnly,
                legacy
                    .iter()
                    .map(|device| context.source.with_properties(device.origin, &property)),
            )
        }
        None => finding,
    });
}

/// Whether every side that is judged can put a host device on an iommufd.
fn has_iommufds(target: &Target) -> bool {
    (target.judge_libvirt || target.judge_qemu)
        && (!target.judge_libvirt || target.libvirt.has(Feature::Iommufd))
        && (!target.judge_qemu || target.qemu.has(Feature::Iommufd))
}

/// Whether there is an IOMMU, or an iommufd beside. Silent where a host device has no place or another
/// rule asks for its iommufd: with an accelerated vSMMU, with a machine-wide SMMUv3, and with an iommufd
/// that nothing uses.
fn matters(vm: &Vm) -> bool {
    let misplaced = vm.vsmmus.iter().any(|vsmmu| vsmmu.acceleration.enabled)
        || vm.iommus.iter().any(|iommu| iommu.model.value == IommuModel::Smmuv3);
    let exists = |model| vm.can_have(model);
    let has_reason = vm.iommus.iter().any(|iommu| exists(iommu.model.value))
        || (!vm.vsmmus.is_empty() && exists(IommuModel::Smmuv3))
        || !vm.iommufds.is_empty();
    has_reason && !misplaced && unused(vm).is_empty()
}

type HostSlot = (u16, u8, Slot);

/// The devices of the host of which some function is on an iommufd.
fn on_iommufds(vm: &Vm) -> HashSet<HostSlot> {
    let on = vm.hostdevs.iter().filter(|hostdev| vm.iommufd_of(hostdev).is_some());
    on.filter_map(device_of).collect()
}

fn device_of(hostdev: &Hostdev) -> Option<HostSlot> {
    let address = HostAddress::parse(&hostdev.host.as_ref()?.value)?;
    Some((address.domain, address.bus, address.slot))
}
