//! iommufds, IOMMUs and the PCI hierarchy.

use std::collections::HashMap;

use super::arrange::What;
use super::ports::gives_ports;
use super::settle::Settled;
use super::writer::{Node, Writer};
use crate::document::vocabulary::{self, NodeKind};
use crate::span::Written;
use crate::topology::{
    Acceleration, ControllerId, ControllerKind, Device, Hostdev, MachineIommu, Parent, Placement,
    PropertyValue, RootComplex, Vm, Vsmmu,
};

/// What the nodes of devices cannot say.
pub(super) fn not_expressible(vm: &Vm) -> Vec<String> {
    let mut lines = Vec::new();
    for hostdev in &vm.hostdevs {
        let name = &hostdev.name.value;
        if hostdev.host.is_none() {
            lines.push(format!("the host device `{name}` has no address on the host"));
        }
        let on_root_bus = hostdev.parent == Parent::Root;
        if on_root_bus && gives_ports(vm) && hostdev.placement.slot.is_none() {
            lines.push(format!("that the host device `{name}` sits on the root bus, in no slot"));
        }
    }
    for device in &vm.devices {
        let name = &device.name.value;
        if device.driver.is_none() {
            lines.push(format!("the emulated device `{name}` has no driver"));
        }
        let taken = device.properties.iter().filter(|(key, _)| !is_passed_on(&key.value));
        lines.extend(taken.map(|(key, _)| {
            format!("the property `{}` of the emulated device `{name}`", key.value)
        }));
    }
    lines
}

/// Whether a property of an emulated device of that key goes to QEMU unchanged.
fn is_passed_on(key: &str) -> bool {
    vocabulary::of_kind(NodeKind::Device).is_none_or(|spec| {
        spec.property(key).is_none() && spec.derived.iter().all(|(derived, _)| *derived != key)
    })
}

/// Writes iommufds, IOMMUs and everything in the PCI hierarchy.
pub(super) fn write(writer: &mut Writer, settled: &Settled) {
    writer.empty_line();
    for iommufd in &settled.vm.iommufds {
        let mut node = writer.node("iommufd");
        node.argument(&iommufd.name.value);
        node.written("fd", iommufd.fd.as_ref());
        node.written("fdgroup", iommufd.fdgroup.as_ref());
        node.written("alias", iommufd.alias.as_ref());
    }
    for iommu in &settled.vm.iommus {
        writer.empty_line();
        machine_iommu(writer, iommu);
    }
    hierarchy(writer, settled);
}

fn hierarchy(writer: &mut Writer, settled: &Settled) {
    let items = &settled.items;
    let outer = writer.depth();
    let mut follows_block = true;
    let mut at = 0;
    while let Some(item) = items.get(at) {
        while writer.depth() > outer + item.depth {
            writer.leave();
        }
        let spare = settled.spare_ports(at);
        let implied = settled.implies_port(at);
        let is_block = !implied && settled.is_block(at);
        if item.parent.is_none() {
            if is_block || follows_block {
                writer.empty_line();
            }
            follows_block = is_block;
        }
        if spare > 0 {
            writer.node("spare-ports").argument(spare);
            at += spare;
        } else {
            at += usize::from(implied);
            open_element(writer, settled, items[at].what);
            at += 1;
        }
    }
    while writer.depth() > outer {
        writer.leave();
    }
}

/// Writes an element; what follows stands in it.
fn open_element(writer: &mut Writer, settled: &Settled, what: What) {
    let vm = &settled.vm;
    match what {
        What::Vsmmu(id) => return open_group(writer, settled, vm.vsmmu(id)),
        What::Controller(id) => controller(writer, settled, id),
        What::Hostdev(id) => hostdev(writer, vm, &vm.hostdevs[id.0 as usize]),
        What::Device(id) => device(writer, &vm.devices[id.0 as usize]),
    }
    writer.enter();
}

fn machine_iommu(writer: &mut Writer, iommu: &MachineIommu) {
    let mut node = writer.node("iommu");
    node.argument(iommu.model.value.name());
    node.written("iommufd", iommu.iommufd.as_ref());
    node.written("slot", iommu.placement.slot.as_ref());
    node.written("alias", iommu.alias.as_ref());
    writer.enter();
    let switches = [
        ("intremap", iommu.intremap),
        ("caching-mode", iommu.caching_mode),
        ("eim", iommu.eim),
        ("iotlb", iommu.iotlb),
        ("dma-translation", iommu.dma_translation),
        ("xtsup", iommu.xtsup),
        ("passthrough", iommu.passthrough),
        ("dma-remap", iommu.dma_remap),
    ];
    for (name, on) in switches {
        if let Some(on) = on {
            writer.node(name).argument(on.value);
        }
    }
    if let Some(bits) = iommu.aw_bits {
        writer.node("aw-bits").argument(bits.value);
    }
    if let Some(granule) = iommu.granule {
        writer.node("granule").argument(granule.value);
    }
    writer.leave();
}

/// A `vsmmu` with what it says of itself and of its PXB; what follows stands in it.
fn open_group(writer: &mut Writer, settled: &Settled, vsmmu: &Vsmmu) {
    let mut node = writer.node("vsmmu");
    node.argument(&vsmmu.name.value);
    node.written("iommufd", vsmmu.iommufd.as_ref());
    node.written("host", vsmmu.host.as_ref());
    node.written("alias", vsmmu.alias.as_ref());
    writer.enter();
    acceleration(writer, vsmmu.acceleration);
    match vsmmu.root_complex {
        RootComplex::Root => {
            writer.node("on-root-bus");
        }
        RootComplex::Pxb(pxb) => group_pxb(writer, settled, pxb),
    }
}

fn acceleration(writer: &mut Writer, acceleration: Acceleration) {
    let Acceleration { enabled, ats, ril, ssidsize, oas, cmdqv, .. } = acceleration;
    let says = ats.is_some() || ril.is_some() || cmdqv.is_some();
    if enabled && !says && ssidsize.is_none() && oas.is_none() {
        return;
    }
    let mut node = writer.node("accel");
    if !enabled {
        node.argument(false);
    }
    node.written("ats", ats.as_ref());
    node.written("ril", ril.as_ref());
    node.written("ssidsize", ssidsize.as_ref());
    node.written("oas", oas.as_ref());
    node.written("cmdqv", cmdqv.as_ref());
}

/// The PXB of a group, if something has to be said of it.
fn group_pxb(writer: &mut Writer, settled: &Settled, id: ControllerId) {
    let pxb = settled.vm.controller(id);
    let ControllerKind::Pxb { bus_nr, numa_node } = pxb.kind else { return };
    let numbers = [pxb.index, pxb.placement.slot, pxb.placement.function, bus_nr, numa_node];
    if numbers.iter().any(Option::is_some) || pxb.alias.is_some() {
        controller(writer, settled, id);
    }
}

fn controller(writer: &mut Writer, settled: &Settled, id: ControllerId) {
    settled.filled.allow(writer, id);
    let controller = settled.vm.controller(id);
    let mut node = writer.node(match controller.kind {
        ControllerKind::Pxb { .. } => "pxb",
        // Bridges were left out before.
        ControllerKind::RootPort(_) | ControllerKind::Bridge(_) => "root-port",
        ControllerKind::SwitchUpstream => "switch",
        ControllerKind::SwitchDownstream(_) => "downstream-port",
    });
    node.written("index", controller.index.as_ref());
    if let ControllerKind::Pxb { bus_nr, numa_node } = &controller.kind {
        node.written("bus-nr", bus_nr.as_ref());
        position(&mut node, controller.placement);
        node.written("numa-node", numa_node.as_ref());
    } else if let Some(port) = controller.port() {
        node.written("chassis", port.chassis.as_ref());
        node.written("port", port.port.as_ref());
        position(&mut node, controller.placement);
        node.written("io-reserve", port.io_reserve.as_ref());
        node.written("pref64-reserve", port.pref64_reserve.as_ref());
    }
    node.written("alias", controller.alias.as_ref());
}

fn position(node: &mut Node<'_>, placement: Placement) {
    node.written("slot", placement.slot.as_ref());
    node.written("function", placement.function.as_ref());
}

/// A host device; the iommufd of the vSMMU it is behind need not be named.
fn hostdev(writer: &mut Writer, vm: &Vm, hostdev: &Hostdev) {
    let given = vm.vsmmu_over(hostdev.parent).and_then(|(_, vsmmu)| vsmmu.iommufd.as_ref());
    let is_given = |own: &&Written<String>| given.is_some_and(|given| given.value == own.value);
    let mut node = writer.node("hostdev");
    node.argument(&hostdev.name.value);
    node.written("host", hostdev.host.as_ref());
    node.written("iommufd", hostdev.iommufd.as_ref().filter(|own| !is_given(own)));
    node.written("fd", hostdev.fd.as_ref());
    node.written("managed", hostdev.managed.as_ref());
    position(&mut node, hostdev.placement);
    node.written("rombar", hostdev.rombar.as_ref());
    node.written("vpasid-cap-offset", hostdev.vpasid_cap_offset.as_ref());
    node.written("alias", hostdev.alias.as_ref());
    if let Some(nodes) = &hostdev.generic_initiator {
        writer.enter();
        writer.node("generic-initiator").property("nodes", &nodes.value);
        writer.leave();
    }
}

/// An emulated device; of several properties with one key the last counts.
fn device(writer: &mut Writer, device: &Device) {
    let mut node = writer.node("device");
    node.argument(&device.name.value);
    node.written("driver", device.driver.as_ref());
    position(&mut node, device.placement);
    node.written("alias", device.alias.as_ref());
    let mut last: HashMap<&str, &PropertyValue> = HashMap::new();
    let properties =
        device.properties.iter().map(|(key, value)| (key.value.as_str(), &value.value));
    last.extend(properties.clone());
    for (key, _) in properties.filter(|(key, _)| is_passed_on(key)) {
        if let Some(value) = last.remove(key) {
            node.property_of_any_key(key, value);
        }
    }
}
