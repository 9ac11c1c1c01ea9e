//! libvirt domains.
//!
//! ```text
//! XML ──placement──▶ where libvirt puts everything ──controllers, endpoints──▶ PCI tree and numbers
//!  └───machine, numa, iommus, iommufds, hostdevs──────────────────────────────▶ the rest of the model
//! ```

mod alias;
mod buses;
mod controllers;
mod devices;
mod endpoints;
mod granule;
mod hostdevs;
mod iommufds;
mod iommus;
mod machine;
mod numa;
mod number_set;
mod options;
pub mod placement;
mod places;
mod qemu_only;
mod reader;
mod refusals;
mod unknown;
mod vocabulary;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Imported;
use crate::check::RequestedTarget;
use crate::elaborate::{ControllerNumbers, Numbers, elaborate, with_windows};
use crate::finding::Finding;
use crate::parsed::Parsed;
use crate::rules::MACHINE_MISMATCH;
use crate::rules::schema::UNKNOWN_NODE;
use crate::span::{FileId, Origin, Written};
use crate::target::LibvirtTarget;
use crate::topology::{Index, MemoryBacking, Topology, Vm, Vsmmu, VsmmuId};
use crate::xml::{self, Element};
use reader::Reader;

/// Reads a domain, which the caller knows as `file`.
pub(crate) fn read(text: Arc<str>, file: FileId) -> Imported {
    let (tree, mut findings) = xml::parse(text, file);
    let mut reader = Reader::new();
    let vm = match tree.root() {
        Some(root) if root.is("domain") => Some(reader.domain(root)),
        Some(root) => {
            findings.push(not_a_domain(root));
            None
        }
        None => None,
    };
    let concerns_us = tree.root().is_some_and(concerns_us);
    if concerns_us {
        findings.append(&mut reader.findings);
    }
    let (vms, numbers): (Vec<Vm>, Vec<Numbers>) = vm.into_iter().unzip();
    Imported {
        whole: vms.iter().map(|_| !reader.is_broken).collect(),
        exact: vms.iter().map(|_| !reader.is_broken && reader.is_exact).collect(),
        topology: Topology { target: None, vms },
        numbers,
        findings,
        unread: reader.unread.into_iter().collect(),
        concerns_us,
        target: tree.root().map(generation).unwrap_or_default(),
        left_out: tree.root().map(left_out).into_iter().collect(),
        parsed: Parsed::Libvirt(tree),
    }
}

fn not_a_domain(root: Element<'_>) -> Finding {
    UNKNOWN_NODE
        .at(root.origin(), format!("`<{}>` is not a libvirt domain", root.name()))
        .with_help("give a file as `virsh dumpxml --inactive` writes it")
}

/// The devices of a domain, in file order.
fn devices(domain: Element<'_>) -> impl Iterator<Item = Element<'_>> {
    let devices = domain.children_named("devices");
    devices.flat_map(Element::children).filter(|device| !device.is_foreign())
}

/// Whether there is anything to judge.
fn concerns_us(domain: Element<'_>) -> bool {
    let is_ours =
        |device: Element<'_>| device.is("iommu") || device.is("hostdev") || is_hostdev(device);
    let has_ours = || {
        domain.child("iommufd").is_some()
            || devices(domain).any(is_ours)
            || unknown::outside_devices(domain).next().is_some()
    };
    !machine::is_of_another_hypervisor(domain) && has_ours()
}

/// Whether it is a PCI device of the host.
fn is_hostdev(device: Element<'_>) -> bool {
    match device.name() {
        "hostdev" => {
            device.value("type") == Some("pci") && device.value("mode") != Some("capabilities")
        }
        "interface" => device.value("type") == Some("hostdev") && !is_usb(device),
        _ => false,
    }
}

/// Whether an interface is a USB device of the host.
fn is_usb(interface: Element<'_>) -> bool {
    let address = interface.child("source").and_then(|source| source.child("address"));
    address.and_then(|address| address.value("type")) == Some("usb")
}

/// Whether it is kept from the guest.
fn is_unassigned(hostdev: Element<'_>) -> bool {
    hostdev.child("address").and_then(|address| address.value("type")) == Some("unassigned")
}

impl Reader {
    fn domain(&mut self, domain: Element<'_>) -> (Vm, Numbers) {
        let machine = machine::board(domain);
        let mut vm = machine::vm(domain, machine);
        let mut numbers = Numbers::default();
        self.machine(domain, &mut vm);
        self.look_for_unknown(domain);
        let iommufd = self.domain_iommufd(domain);
        let Some(board) = vm.board() else {
            self.no_iommu_on_this_machine(domain);
            return (vm, numbers);
        };
        self.every_device(domain);
        self.controller_options(domain);
        self.ioapic(domain);
        let placement = placement::place(domain, board);
        // What cannot be read may be anywhere.
        if !placement.unknown.is_empty() && self.is_broken {
            return (vm, numbers);
        }
        self.single_functions(domain, &placement);
        self.refusals(domain, &placement);
        let buses = self.controllers(domain, &placement, &mut vm, &mut numbers);
        self.iommus(domain, &buses, &mut vm);
        say_small_pages(domain, &mut vm);
        self.endpoints(domain, &placement, &buses, iommufd, &mut vm, &mut numbers);
        if !placement.settled {
            fill_in(&vm, &mut numbers);
        }
        let index: Vec<Option<u8>> =
            numbers.controllers.iter().map(|controller| controller.index.map(Index::get)).collect();
        qemu_only::read(domain, &mut vm, &index);
        name_shared_iommufds(&mut vm);
        with_windows(&vm, &mut numbers);
        self.bus_numbers(domain, &vm, &numbers);
        (vm, numbers)
    }

    /// libvirt has IOMMUs for q35 and Arm's virt only.
    fn no_iommu_on_this_machine(&mut self, domain: Element<'_>) {
        let os_type = domain.child("os").and_then(|os| os.child("type"));
        // Without an architecture it is the host's.
        let Some(os_type) = os_type.filter(|os_type| os_type.attribute("arch").is_some()) else {
            return;
        };
        let is_virt = machine::is_32_bit_virt(os_type);
        for iommu in devices(domain).filter(|device| device.is("iommu")) {
            let Some(model) = iommu.attribute("model") else { continue };
            let machines = match model.value() {
                "intel" | "amd" => "Q35 machines",
                _ if is_virt => continue,
                "virtio" => "Q35 and ARM Virt machines",
                _ => "ARM Virt machines",
            };
            let finding = MACHINE_MISMATCH
                .at(
                    model.origin(),
                    format!("this machine cannot have an IOMMU of model `{}`", model.value()),
                )
                .with_note(format!(
                    "libvirt: IOMMU device: '{}' is only supported with {machines}",
                    model.value()
                ));
            let finding = match os_type.attribute("machine") {
                Some(machine) => finding.with_label(machine.origin(), "the machine"),
                None => finding,
            };
            self.unreadable(iommu, finding);
        }
    }
}

/// Where nothing is said of the memory and it matters, it is on small pages.
fn say_small_pages(domain: Element<'_>, vm: &mut Vm) {
    let has_queues = |vsmmu: &Vsmmu| vsmmu.acceleration.cmdqv.is_some();
    if vm.memory_backing.is_none() && vm.vsmmus.iter().any(has_queues) {
        let origin = domain.child("memory").unwrap_or(domain).origin();
        vm.memory_backing =
            Some(MemoryBacking { hugepages: None, locked: None, shared: None, origin });
    }
}

/// Gives what libvirt did not place the numbers that it would have in our language, so that nothing else is said to
/// be missing. Of places those that libvirt gave out are not kept: ours may be the same.
fn fill_in(vm: &Vm, numbers: &mut Numbers) {
    let ours = elaborate(vm);
    for (given, ours) in numbers.controllers.iter_mut().zip(ours.controllers) {
        *given = ControllerNumbers {
            index: given.index.or(ours.index),
            position: ours.position.or(given.position),
            bus_nr: given.bus_nr.or(ours.bus_nr),
            chassis: given.chassis.or(ours.chassis),
            port: given.port.or(ours.port),
        };
    }
    let places = [
        (&mut numbers.hostdevs, ours.hostdevs),
        (&mut numbers.devices, ours.devices),
        (&mut numbers.iommus, ours.iommus),
    ];
    for (given, ours) in places {
        for (given, ours) in given.iter_mut().zip(ours) {
            *given = ours.or(*given);
        }
    }
}

/// Gives each vSMMU the iommufd that all host devices behind it are on: a released libvirt says it of the devices.
fn name_shared_iommufds(vm: &mut Vm) {
    let mut shared: Vec<Option<Option<&str>>> = vec![None; vm.vsmmus.len()];
    for hostdev in &vm.hostdevs {
        let Some((VsmmuId(vsmmu), _)) = vm.vsmmu_over(hostdev.parent) else { continue };
        let own = hostdev.iommufd.as_ref().map(|own| own.value.as_str());
        let so_far = &mut shared[vsmmu as usize];
        *so_far = Some(so_far.map_or(own, |so_far| so_far.filter(|so_far| Some(*so_far) == own)));
    }
    let shared: Vec<Option<String>> =
        shared.into_iter().map(|name| name.flatten().map(str::to_owned)).collect();
    for (vsmmu, name) in vm.vsmmus.iter_mut().zip(shared) {
        if vsmmu.iommufd.is_none() {
            vsmmu.iommufd = name.map(|name| Written::new(name, vsmmu.origin));
        }
    }
}

/// The releases that the words of an RFC are those of.
fn generation(domain: Element<'_>) -> RequestedTarget {
    let models: Vec<&str> =
        devices(domain).filter(|d| d.is("iommu")).filter_map(|d| d.value("model")).collect();
    let has = |model: &str| models.contains(&model);
    let any_child = |name: &str| devices(domain).any(|device| device.child(name).is_some());
    let libvirt = if has("smmuv3") {
        None
    } else if has("smmuv3Dev") || any_child("iommufdId") {
        Some(LibvirtTarget::RFC_SMMUV3DEV)
    } else if has("nestedSmmuv3") || any_child("nestedSmmuv3") {
        Some(LibvirtTarget::RFC_NESTED)
    } else {
        None
    };
    RequestedTarget { libvirt, qemu: None }
}

/// What of a domain is not in the model: how many of each device, and the first.
fn left_out(domain: Element<'_>) -> Vec<Written<String>> {
    let mut counts: BTreeMap<&str, (usize, Origin)> = BTreeMap::new();
    for device in devices(domain) {
        let is_modelled = match device.name() {
            "iommu" => true,
            "controller" => device.value("type") == Some("pci"),
            _ => is_hostdev(device) && !is_unassigned(device),
        };
        if !is_modelled {
            counts.entry(device.name()).or_insert((0, device.origin())).0 += 1;
        }
    }
    let described = |(name, (count, origin)): (&str, (usize, Origin))| {
        let text = if count == 1 { format!("<{name}>") } else { format!("{count} <{name}>") };
        Written::new(text, origin)
    };
    counts.into_iter().map(described).collect()
}
