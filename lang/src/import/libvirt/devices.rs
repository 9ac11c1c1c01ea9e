//! What holds of devices of every kind.

use std::collections::HashMap;

use super::devices;
use super::placement::Placement;
use super::reader::{Reader, integer};
use crate::rules::schema::{DUPLICATE_NODE, MALFORMED_VALUE, MISSING, UNKNOWN_VALUE};
use crate::rules::{DUPLICATE_ID, FUNCTION_ZERO};
use crate::span::Origin;
use crate::suggest::suggest;
use crate::xml::Element;

use super::options::MODELS;

impl Reader {
    /// Says what is wrong with the addresses and indexes of devices, whatever they are.
    pub(super) fn every_device(&mut self, domain: Element<'_>) {
        let mut indexes: HashMap<&str, Origin> = HashMap::new();
        for device in devices(domain) {
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
        if address.value("type") == Some("pci") {
            for attribute in address.attributes() {
                let is_number = ["domain", "bus", "slot", "function"].contains(&attribute.name());
                if is_number && integer(attribute.value()).is_none() {
                    let headline = format!(
                        "`{}` is `{}`, not a whole number",
                        attribute.name(),
                        attribute.value()
                    );
                    return self
                        .unreadable(device, MALFORMED_VALUE.at(attribute.origin(), headline));
                }
            }
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
