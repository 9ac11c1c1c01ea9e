//! What holds of devices of every kind.

use std::collections::HashMap;

use super::devices;
use super::placement::Placement;
use super::reader::{Reader, integer};
use crate::finding::Finding;
use crate::rules::schema::{DUPLICATE_NODE, MALFORMED_VALUE, MISSING, UNKNOWN_VALUE};
use crate::rules::{ADDRESS_RANGE, DUPLICATE_ID, FUNCTION_ZERO};
use crate::span::Origin;
use crate::suggest::suggest;
use crate::xml::{Attribute, Element};

use super::options::MODELS;

impl Reader {
    /// Says what is wrong with the addresses and indexes of devices, whatever they are.
    pub(super) fn every_device(&mut self, domain: Element<'_>) {
        let mut indexes: HashMap<&str, Origin> = HashMap::new();
        for device in devices(domain) {
            if device.is("hostdev") && !self.kind_is_known(device) {
                continue;
            }
            if device.is("hostdev") && device.value("type") == Some("pci") {
                self.source_is_there(device);
            }
            if device.is("controller") && device.value("type") == Some("pci") {
                self.model_is_known(device);
            }
            self.one_address(device);
            let index = device.child("acpi").and_then(|acpi| acpi.attribute("index"));
            let Some(index) = index.filter(|index| index.value() != "0") else { continue };
            let first = *indexes.entry(index.value()).or_insert(index.origin());
            if first != index.origin() {
                let finding = DUPLICATE_ID
                    .at(index.origin(), format!("ACPI index {} is taken", index.value()))
                    .with_label(first, "the first one")
                    .with_note(format!(
                        "QEMU: a PCI device with acpi-index = {} already exist",
                        index.value()
                    ))
                    .with_help("give each device an index of its own");
                self.said_of(device, finding);
            }
        }
    }

    /// Whether `mode` and `type` of a host device are words that libvirt knows.
    fn kind_is_known(&mut self, hostdev: Element<'_>) -> bool {
        let mode = hostdev.attribute("mode");
        if mode.is_some_and(|mode| self.word(hostdev, mode, &HOSTDEV_MODES).is_none()) {
            return false;
        }
        let Some(kind) = hostdev.attribute("type") else {
            let finding = MISSING
                .at(hostdev.origin(), "a host device without a `type`")
                .with_note("libvirt: Missing required attribute 'type' in element 'hostdev'")
                .with_help("add `type='pci'`, or what it is");
            self.unreadable(hostdev, finding);
            return false;
        };
        let is_capability = mode.is_some_and(|mode| mode.value() == "capabilities");
        is_capability || self.word(hostdev, kind, &HOSTDEV_TYPES).is_some()
    }

    fn source_is_there(&mut self, hostdev: Element<'_>) {
        let finding = match hostdev.child("source") {
            None => MISSING
                .at(hostdev.origin(), "a host device without a `<source>`")
                .with_note("libvirt: Missing <source> element in hostdev device"),
            Some(source) if source.child("address").is_none() => MISSING
                .at(source.origin(), "a `<source>` without an `<address>`")
                .with_note("libvirt takes it for device 0000:00:00.0"),
            Some(_) => return,
        };
        self.wrong(
            hostdev,
            finding.with_help(
                "name the device: `<source><address domain= bus= slot= function=/></source>`",
            ),
        );
    }

    fn model_is_known(&mut self, controller: Element<'_>) {
        let Some(model) = controller.attribute("model") else {
            let finding = MISSING
                .at(controller.origin(), "a PCI controller without a `model`")
                .with_note("libvirt: PCI controller model was not set correctly")
                .with_help("add `model='pcie-root-port'`, or what it is");
            // The root's is known.
            if controller.value("index") != Some("0") {
                self.unreadable(controller, finding);
            }
            return;
        };
        if !MODELS.contains(&model.value()) {
            let finding = UNKNOWN_VALUE
                .at(model.origin(), format!("`{}` is no model of a PCI controller", model.value()))
                .with_note(format!("libvirt: Unknown model type '{}'", model.value()));
            let finding = match suggest(model.value(), MODELS) {
                Some(near) => finding.with_help(format!("did you mean `{near}`?")),
                None => finding.with_help(format!("it is one of `{}`", MODELS.join("`, `"))),
            };
            self.unreadable(controller, finding);
        }
    }

    /// libvirt reads the first address only.
    fn one_address(&mut self, device: Element<'_>) {
        let mut addresses = device.children_named("address");
        let Some(address) = addresses.next() else { return };
        if let Some(finding) = unread(address) {
            return self.unreadable(device, finding);
        }
        // Those of modelled elements are looked into elsewhere.
        let is_looked_into = matches!(device.name(), "hostdev" | "iommu")
            || (device.is("controller") && device.value("type") == Some("pci"));
        if let Some(second) = addresses.next().filter(|_| !is_looked_into) {
            let finding = DUPLICATE_NODE
                .at(second.origin(), "a second `<address>`")
                .with_label(address.origin(), "the first one")
                .with_note("libvirt reads the first one only, and says nothing")
                .with_help("remove one of them");
            self.said_of(device, finding);
        }
    }

    /// Says of a function 0 that it forbids the others of its slot.
    pub(super) fn single_functions(&mut self, domain: Element<'_>, placement: &Placement) {
        let controllers = placement.controllers.iter().map(|placed| (placed.owner, placed.address));
        let devices = placement.devices.iter().map(|placed| (placed.owner, placed.address));
        let all: Vec<_> = controllers.chain(devices).collect();
        let mut others = HashMap::new();
        for (owner, address) in &all {
            let Some(address) = address.map(|address| address.value) else { continue };
            if address.function > 0 {
                others.entry((address.bus, address.slot)).or_insert(*owner);
            }
        }
        for (owner, address) in all {
            let Some(address) = address.map(|address| address.value) else { continue };
            let Some(element) = super::controllers::element_of(domain, owner) else { continue };
            let off =
                element.child("address").and_then(|address| address.attribute("multifunction"));
            let Some(off) = off.filter(|off| off.value() == "off" && address.function == 0) else {
                continue;
            };
            let Some(other) = others.get(&(address.bus, address.slot)) else { continue };
            let finding = FUNCTION_ZERO
                .at(off.origin(), "the only function of its slot, which has others")
                .with_note(format!(
                    "QEMU: PCI: single function device can't be populated in function {}.1",
                    address.slot
                ))
                .with_help("leave `multifunction` out, or write `on`");
            let other = super::controllers::element_of(domain, *other);
            self.said_of(
                element,
                match other {
                    Some(other) => finding.with_label(other.origin(), "another function"),
                    None => finding,
                },
            );
        }
    }
}

/// What libvirt cannot read of an address.
fn unread(address: Element<'_>) -> Option<Finding> {
    let Some(kind) = address.attribute("type") else {
        let finding = MISSING
            .at(address.origin(), "an `<address>` without a `type`")
            .with_note("libvirt: XML error: Missing required attribute 'type' in element 'address'")
            .with_help("add `type='pci'`, or what it is on");
        return Some(finding);
    };
    if !ADDRESS_TYPES.contains(&kind.value()) {
        let finding =
            UNKNOWN_VALUE.at(kind.origin(), format!("`{}` is no type of address", kind.value()));
        return Some(match suggest(&kind.value().to_lowercase(), ADDRESS_TYPES) {
            Some(near) => finding.with_help(format!("did you mean `{near}`?")),
            None => finding.with_help("write `pci`, or leave the address out"),
        });
    }
    if kind.value() != "pci" {
        return None;
    }
    let is_number = |attribute: &Attribute<'_>| {
        ["domain", "bus", "slot", "function"].contains(&attribute.name())
    };
    for attribute in address.attributes().filter(is_number) {
        let (name, value) = (attribute.name(), attribute.value());
        match integer(value) {
            None => {
                let headline = format!("`{name}` is `{value}`, not a whole number");
                return Some(MALFORMED_VALUE.at(attribute.origin(), headline));
            }
            Some(number) if number < 0 => {
                let note = format!(
                    "libvirt: XML error: Invalid value for attribute '{name}' in element 'address': \
                     '{value}'. Expected non-negative integer value"
                );
                let finding = ADDRESS_RANGE.at(attribute.origin(), format!("`{name}` is negative"));
                return Some(finding.with_note(note));
            }
            Some(_) => {}
        }
    }
    let multifunction = address.attribute("multifunction")?;
    (!matches!(multifunction.value(), "on" | "off")).then(|| {
        let headline = format!("`multifunction` is `{}`, not `on` or `off`", multifunction.value());
        UNKNOWN_VALUE.at(multifunction.origin(), headline)
    })
}

const HOSTDEV_MODES: [&str; 2] = ["subsystem", "capabilities"];

/// Of mode `subsystem`.
const HOSTDEV_TYPES: [&str; 5] = ["pci", "usb", "scsi", "scsi_host", "mdev"];

/// Those that libvirt reads, whatever has them.
const ADDRESS_TYPES: [&str; 12] = [
    "pci",
    "drive",
    "virtio-serial",
    "ccid",
    "usb",
    "spapr-vio",
    "virtio-s390",
    "ccw",
    "virtio-mmio",
    "isa",
    "dimm",
    "unassigned",
];
