//! `hostdev/shared-between-vms`

use crate::hash::{HashMap, HashSet};

use crate::finding::Finding;
use crate::rules::{Check, declare_rule};
use crate::span::Origin;
use crate::topology::{Arch, Board, HostAddress, Topology, Vm};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that no host device is given to two vms of one host. Vms run on one host when they are
    /// in one file, or when the configuration of their files names the same `host`.
    ///
    /// ## Why
    ///
    /// VFIO lets one process at a time open a device: whichever vm starts second, does not start.
    /// Vms that never run at the same time may well share one: say so in an `allow`.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "training" machine="virt" {
    ///     hostdev "gpu0" host="0009:01:00.0"
    /// }
    /// vm "inference" machine="virt" {
    ///     hostdev "gpu0" host="0009:01:00.0"
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "training" machine="virt" {
    ///     hostdev "gpu0" host="0009:01:00.0"
    /// }
    /// vm "inference" machine="virt" {
    ///     hostdev "gpu0" host="0019:01:00.0"
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt defines both domains. It refuses to start the second while the first runs (not
    /// reproduced here, for want of a device): `Requested operation is not valid: PCI device
    /// 0009:01:00.0 is in use by driver QEMU, domain training`.
    ///
    /// ## References
    ///
    /// - libvirt, `src/hypervisor/virhostdev.c`
    pub(super) static SHARED_BETWEEN_VMS = {
        name: "hostdev/shared-between-vms",
        summary: "a host device is given to one vm of its host",
        severity: Warning,
        needs: Run,
        since: "0.1.0",
        check: Check::EachFile(check),
    }
}

/// The first vm that takes each device, and where it says so. A host has one architecture, and VFIO
/// needs KVM: vms of different architectures run on different hosts.
#[derive(Debug, Default)]
struct Owners<'a>(HashMap<(HostAddress, Option<Arch>), (&'a Vm, Origin)>);

impl<'a> Owners<'a> {
    /// The owner of a device that `vm` takes as well.
    fn other_than(&self, vm: &Vm, device: HostAddress) -> Option<(&'a Vm, Origin)> {
        let owner = self.0.get(&(device, arch(vm))).copied();
        owner.filter(|(owner, _)| !std::ptr::eq(*owner, vm))
    }

    fn add(&mut self, vm: &'a Vm) {
        for (device, origin) in devices(vm) {
            self.0.entry((device, arch(vm))).or_insert((vm, origin));
        }
    }
}

fn check(topology: &Topology, findings: &mut Vec<Finding>) {
    if topology.vms.len() < 2 {
        return;
    }
    let mut owners = Owners::default();
    for vm in &topology.vms {
        // A script may start one vm in several ways: with the installer, then without.
        compare(&owners, vm, |owner| owner.name.value != vm.name.value, findings);
        owners.add(vm);
    }
}

/// The devices that the vms of one host take, file by file.
#[derive(Debug, Default)]
pub(crate) struct SharedDevices<'a>(Owners<'a>);

impl<'a> SharedDevices<'a> {
    /// Adds a file, and to `findings` what it takes that a file before it takes.
    pub(crate) fn add(&mut self, topology: &'a Topology, findings: &mut Vec<Finding>) {
        for vm in &topology.vms {
            // What two vms of one file share, is said when that file is checked.
            compare(&self.0, vm, |owner| owner.origin.file != vm.origin.file, findings);
        }
        for vm in &topology.vms {
            self.0.add(vm);
        }
    }
}

/// Reports what `vm` takes that another one owns, once for each device.
fn compare(
    owners: &Owners<'_>,
    vm: &Vm,
    counts: impl Fn(&Vm) -> bool,
    findings: &mut Vec<Finding>,
) {
    let mut said = HashSet::default();
    for (device, origin) in devices(vm) {
        if let Some((owner, first)) = owners.other_than(vm, device)
            && counts(owner)
            && said.insert(device)
        {
            findings.push(shared(device, origin, vm, first, owner));
        }
    }
}

/// The devices of a vm, each with where it names them.
fn devices(vm: &Vm) -> impl Iterator<Item = (HostAddress, Origin)> {
    let named = vm.hostdevs.iter().filter_map(|hostdev| hostdev.host.as_ref());
    named.filter_map(|host| Some((HostAddress::parse(&host.value)?, host.origin)))
}

fn arch(vm: &Vm) -> Option<Arch> {
    vm.board().map(Board::arch)
}

fn shared(device: HostAddress, at: Origin, vm: &Vm, first: Origin, owner: &Vm) -> Finding {
    let (vm, owner) = (&vm.name.value, &owner.name.value);
    SHARED_BETWEEN_VMS
        .at(at, format!("host device {device} is given to vm `{owner}` and to vm `{vm}`"))
        .with_text(format!("`{vm}` takes it"))
        .with_label(first, format!("`{owner}` takes it"))
        .with_help(
            "give it to one of them; if they never run at the same time, say so in a comment above: \
             `iommulint: allow hostdev/shared-between-vms -- …`",
        )
}
