//! `hostdev/mixed-backends`

use crate::hash::{HashMap, map_of, set_of};

use crate::finding::{Applicability, Finding};
use crate::language::InEach;
use crate::rules::iommufd::naming;
use crate::rules::{Check, Context, Value, declare_rule};
use crate::topology::{HostAddress, Hostdev, Slot, Vm};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that the functions of one device on the host, function 0 among them, are all given to the vm
    /// through an iommufd, or none of them.
    ///
    /// ## Why
    ///
    /// The functions of a device are most often one IOMMU group, and the kernel gives a group to one owner:
    /// legacy VFIO or an iommufd. libvirt accepts the domain. Where each has a group of its own, allow it.
    /// SR-IOV virtual functions mostly have, and are not looked at: most are in slots above 0, where behind
    /// a port no physical function is, and the others are there without function 0.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="q35" {
    ///     iommufd "iommufd0"
    ///     hostdev "gpu0" host="0000:01:00.0" iommufd="iommufd0"
    ///     hostdev "audio0" host="0000:01:00.1"
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="q35" {
    ///     iommufd "iommufd0"
    ///     hostdev "gpu0" host="0000:01:00.0" iommufd="iommufd0"
    ///     hostdev "audio0" host="0000:01:00.1" iommufd="iommufd0"
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt accepts it.
    ///
    /// ```xml q35
    /// <hostdev mode='subsystem' type='pci' managed='no'>
    ///   <driver iommufd='yes'/>
    ///   <source><address domain='0' bus='1' slot='0' function='0'/></source>
    /// </hostdev>
    /// <hostdev mode='subsystem' type='pci' managed='no'>
    ///   <source><address domain='0' bus='1' slot='0' function='1'/></source>
    /// </hostdev>
    /// ```
    ///
    /// The kernel would refuse the second function (not reproduced: needs a host device).
    ///
    /// ## References
    ///
    /// - Linux, `Documentation/driver-api/vfio.rst`: groups, VFIO device cdev
    pub(super) static MIXED_BACKENDS = {
        name: "hostdev/mixed-backends",
        summary: "the functions of a host device are all on an iommufd, or none is",
        severity: Warning,
        needs: File,
        since: "0.1.0",
        check: Check::EachWholeVm(check),
    }
}

/// The functions of one device that are in the vm.
#[derive(Default)]
struct Functions<'vm> {
    /// Whether function 0 is one of them.
    has_first: bool,
    /// The first that has an iommufd.
    with: Option<&'vm Hostdev>,
    /// Those that have none.
    without: Vec<&'vm Hostdev>,
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let vm = context.vm;
    let mut devices: HashMap<(u16, u8, Slot), Functions<'_>> = map_of(vm.hostdevs.len());
    let mut order = Vec::new();
    let mut seen = set_of(vm.hostdevs.len());
    for hostdev in &vm.hostdevs {
        let written = hostdev.host.as_ref();
        let Some(address) = written.and_then(|host| HostAddress::parse(&host.value)) else {
            continue;
        };
        // The second time is a mistake of its own.
        if !can_be_physical(address) || !seen.insert(address) {
            continue;
        }
        let device = (address.domain, address.bus, address.slot);
        let functions = devices.entry(device).or_insert_with(|| {
            order.push(device);
            Functions::default()
        });
        functions.has_first |= address.function.get() == 0;
        if vm.iommufd_of(hostdev).is_some() {
            functions.with.get_or_insert(hostdev);
        } else {
            functions.without.push(hostdev);
        }
    }
    for device in order {
        let Some(Functions { has_first: true, with: Some(with), without }) = devices.get(&device)
        else {
            continue;
        };
        let lacking: Vec<&Hostdev> =
            without.iter().copied().filter(|hostdev| !needs_one_anyway(vm, hostdev)).collect();
        let [first, others @ ..] = &lacking[..] else { continue };
        let finding = MIXED_BACKENDS
            .at(
                first.name.origin,
                format!(
                    "host device `{}` is without an iommufd, another function of it has one",
                    first.name.value
                ),
            )
            .with_label(with.name.origin, "the other function, with an iommufd");
        let finding = others.iter().fold(finding, |finding, hostdev| {
            finding.with_label(hostdev.name.origin, "also without an iommufd")
        });
        let Some(iommufd) = vm.iommufd_of(with) else { continue };
        let property = naming(context, &iommufd.value);
        let edits = lacking.iter().map(|hostdev| {
            context
                .source
                .with_properties(hostdev.origin, &[("iommufd", Value::Text(&iommufd.value))])
        });
        findings.push(
            finding
                .with_note(
                    "the kernel gives an IOMMU group to one owner: legacy VFIO or an iommufd",
                )
                .with_help(context.say(InEach {
                    kdl: "give all functions of the device an `iommufd`, or none",
                    libvirt: "let the `<driver>` of all functions of the device say `iommufd='yes'`, or `no`",
                    qemu: "give all functions of the device an `iommufd=`, or none",
                }))
                .with_edits(format!("add `{property}`"), Applicability::Unsafe, edits),
        );
    }
}

/// Whether a physical function can be there: on a root bus anywhere, behind a port in slot 0 only (PCI
/// Express Base Specification, device number of an endpoint). Above are SR-IOV virtual functions.
fn can_be_physical(address: HostAddress) -> bool {
    address.bus == 0 || address.slot.get() == 0
}

/// Whether another rule asks for its iommufd: `iommufd/missing`, `iommufd/fd-pairing`.
fn needs_one_anyway(vm: &Vm, hostdev: &Hostdev) -> bool {
    let accelerated =
        vm.vsmmu_over(hostdev.parent).is_some_and(|(_, vsmmu)| vsmmu.acceleration.enabled);
    accelerated || hostdev.fd.is_some()
}
