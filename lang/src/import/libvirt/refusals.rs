//! What libvirt refuses while it places a domain's devices.

use std::collections::HashSet;

use super::controllers::{around, element_of, stated};
use super::devices;
use super::placement::{Model, Owner, Placement, Refusal, Refused};
use super::reader::{Reader, integer};
use crate::finding::Finding;
use crate::rules::{
    ADDRESS_RANGE, BUS_NR_RANGE, DUPLICATE_ADDRESS, DUPLICATE_INDEX, INDEX_ORDER, INDEX_RANGE,
    INVENTED_PORT, Rule, SLOTS_EXHAUSTED, VIRTIO, WRONG_PARENT,
};
use crate::span::Origin;
use crate::xml::{Attribute, Element};

/// The PXB of machines without PCIe.
const PCI_EXPANDER: &str = "pci-expander-bus";

impl Reader {
    /// Says the first thing that libvirt refuses, where it stops.
    pub(super) fn refusals(&mut self, domain: Element<'_>, placement: &Placement) {
        // Nothing can be claimed of what was not placed.
        self.is_broken |= !placement.settled;
        let Some(refusal) = placement.refusals.first() else { return };
        // With the numbers that are wrong it would be another.
        let by_numbers = matches!(refusal.refused, Refused::NoBusNr | Refused::HighIndex);
        if by_numbers && self.is_any_number_wrong(domain) {
            return;
        }
        // What has its place from libvirt is not to blame.
        let is_written = |owner| element_of(domain, owner).and_then(stated).is_some();
        let owner = match refusal.refused {
            Refused::DoubleUse(Some(other)) if !is_written(refusal.owner) => other,
            _ => refusal.owner,
        };
        let Some(element) = element_of(domain, owner) else {
            return self.findings.push(added(domain, refusal));
        };
        if self.unread.contains(&element.span()) || self.is_on_unread(placement, element) {
            return;
        }
        if let Some(finding) = not_listed(placement, element, refusal) {
            return self.said_of(element, finding);
        }
        if let Some(finding) = other_root(element, refusal) {
            return self.said_of(element, finding);
        }
        let rule = match refusal.refused {
            Refused::NotOnRoot if element.is("iommu") => &VIRTIO,
            // Not a matter of host devices and IOMMUs.
            Refused::AddressType if element.is("disk") => return,
            refused => rule(refused),
        };
        let finding = found((domain, placement), element, rule, refusal);
        self.said_of(element, finding);
    }

    fn is_any_number_wrong(&self, domain: Element<'_>) -> bool {
        let mut controllers = devices(domain).filter(|device| device.is("controller"));
        controllers.any(|controller| {
            let bus_nr = controller.child("target").and_then(|target| target.value("busNr"));
            let is_wrong = |bus_nr| integer(bus_nr).is_none_or(|it| !(1..=254).contains(&it));
            self.unread.contains(&controller.span()) || bus_nr.is_some_and(is_wrong)
        })
    }

    /// Whether something is wrong with the controller that `element` says it sits on.
    fn is_on_unread(&self, placement: &Placement, element: Element<'_>) -> bool {
        let Some(bus) = stated(element).map(|address| address.value.bus) else { return false };
        let mut controllers = placement.controllers.iter();
        let below = controllers.find(|placed| placed.controller.index.value == bus);
        let listed = below.and_then(|placed| element_of(element.tree().root()?, placed.owner));
        listed.is_some_and(|controller| self.unread.contains(&controller.span()))
    }
}

/// Of what libvirt adds itself. That a bridge of i440FX would sit on a bus below its own says that the others are full.
fn added(domain: Element<'_>, refusal: &Refusal) -> Finding {
    let (rule, headline, help) = match refusal.refused {
        Refused::BridgeOrder => (
            &SLOTS_EXHAUSTED,
            "bus 0 is full, with no place for a bridge that libvirt would add",
            "leave a slot of bus 0 free, or take devices out",
        ),
        refused => {
            let (_, said, help) = describe(refused);
            (rule(refused), said, help)
        }
    };
    rule.at(around(domain), headline).with_note(words(refusal)).with_help(help)
}

fn found(
    (domain, placement): (Element<'_>, &Placement),
    element: Element<'_>,
    rule: &Rule,
    refusal: &Refusal,
) -> Finding {
    let (name, said, general) = describe(refusal.refused);
    let beyond = match refusal.refused {
        Refused::OutOfRange => out_of_range(element),
        _ => None,
    };
    let finding = if let Some((part, most)) = beyond {
        beyond_pci(rule, part, most)
    } else {
        let headline = headline(element, refusal.refused).unwrap_or_else(|| said.to_owned());
        let help = help_for(domain, placement, element, refusal.refused);
        rule.at(place_of(element, name), headline)
            .with_help(help.unwrap_or_else(|| general.to_owned()))
    };
    let finding = finding.with_note(words(refusal));
    let other = match refusal.refused {
        Refused::DoubleUse(Some(other)) | Refused::DuplicateIndex(other) => Some(other),
        _ => None,
    };
    let other = other.and_then(|other| element_of(domain, other)).filter(|other| *other != element);
    match other {
        Some(other) => finding.with_label(place_of(other, name), "the first one"),
        None => finding,
    }
}

/// Something on a bus that libvirt had to make, and made of the wrong kind.
fn not_listed(placement: &Placement, element: Element<'_>, refusal: &Refusal) -> Option<Finding> {
    let bus = element.child("address")?.attribute("bus")?;
    let index = integer(bus.value()).and_then(|bus| u32::try_from(bus).ok())?;
    let controllers = &placement.controllers;
    let is_listed = |index: u32| {
        let mut listed = controllers.iter().filter(|c| matches!(c.owner, Owner::Listed(_)));
        index == 0 || listed.any(|c| c.controller.index.value == index)
    };
    (refusal.refused == Refused::WrongBus && !is_listed(index)).then(|| {
        INVENTED_PORT
            .at(bus.origin(), format!("no listed controller has index {index}"))
            .with_text("libvirt makes a root port of its own for it")
            .with_note(words(refusal))
            .with_help("list the controller, or write the index of one that is listed")
    })
}

/// The root of a machine of the other family.
fn other_root(element: Element<'_>, refusal: &Refusal) -> Option<Finding> {
    let model = element.attribute("model")?;
    let own = match model.value() {
        "pci-root" => "pcie-root",
        "pcie-root" => "pci-root",
        _ => return None,
    };
    (refusal.refused == Refused::NotRoot).then(|| {
        WRONG_PARENT
            .at(model.origin(), format!("the root of this machine is no `{}`", model.value()))
            .with_note(words(refusal))
            .with_help(format!(
                "write `{own}`; the controllers and addresses of another machine do not fit this one, and where \
                 they are left out libvirt gives them anew"
            ))
    })
}

/// The rule that such a refusal is a matter of.
fn rule(refused: Refused) -> &'static Rule {
    match refused {
        Refused::OutOfRange | Refused::WrongSlot => &ADDRESS_RANGE,
        Refused::DoubleUse(_) => &DUPLICATE_ADDRESS,
        Refused::NoBus
        | Refused::WrongBus
        | Refused::NotOnRoot
        | Refused::FixedPlace
        | Refused::AddressType
        | Refused::WrongMachine => &WRONG_PARENT,
        Refused::NoRoom => &SLOTS_EXHAUSTED,
        Refused::DuplicateIndex(_) => &DUPLICATE_INDEX,
        Refused::HighIndex | Refused::RootIndex | Refused::NotRoot => &INDEX_RANGE,
        Refused::BridgeOrder => &INDEX_ORDER,
        Refused::NoBusNr => &BUS_NR_RANGE,
    }
}

/// Which attribute is to blame, what is wrong, and what to do.
const fn describe(refused: Refused) -> (&'static str, &'static str, &'static str) {
    match refused {
        Refused::OutOfRange => (
            "address",
            "an address beyond what PCI has",
            "slots are 0 to 0x1f, functions 0 to 7, buses 0 to 0xff, and the domain is 0",
        ),
        Refused::WrongSlot => {
            ("slot", "a slot that this bus does not have", "behind a port there is slot 0 only")
        }
        Refused::DoubleUse(_) => {
            ("address", "this address is taken", "give it another slot or function")
        }
        Refused::NoBus => (
            "bus",
            "there is no such bus",
            "list its controller, or write the index of one that is listed",
        ),
        Refused::WrongBus => (
            "bus",
            "this bus does not take such a thing",
            "a PXB takes root ports, a root port one device or a switch; write the index of a fitting controller",
        ),
        Refused::NotOnRoot => (
            "bus",
            "this belongs on bus 0, pcie.0",
            "leave the address out: libvirt finds a place there",
        ),
        Refused::FixedPlace => {
            ("address", "this is part of the machine, and sits elsewhere", "leave the address out")
        }
        Refused::NoRoom => {
            ("element", "no place is left for this", "add root ports, or take devices out")
        }
        Refused::DuplicateIndex(_) => {
            ("index", "this index is taken", "give each controller an index of its own")
        }
        Refused::HighIndex => {
            ("index", "an index above 255", "number the controllers from 1 without gaps")
        }
        Refused::RootIndex => ("index", "the root has index 0", "write `index='0'`"),
        Refused::NotRoot => {
            ("index", "index 0 is the root's", "number the controllers from 1 without gaps")
        }
        Refused::WrongMachine => (
            "model",
            "this machine has no place for such a controller",
            "use another kind of controller",
        ),
        Refused::BridgeOrder => (
            "index",
            "an index that is not above that of the bus it sits on",
            "give it a higher index",
        ),
        Refused::NoBusNr => (
            "element",
            "no bus number is left for this",
            "write `busNr` of each PXB, with room for the ports below it",
        ),
        Refused::AddressType => (
            "type",
            "this belongs on a PCI bus",
            "leave the address out: libvirt then gives it one",
        ),
    }
}

/// Where an attribute of the element or of its address stands, or the element's name where there is none.
fn place_of(element: Element<'_>, attribute: &str) -> Origin {
    let address = element.child("address");
    let found = match attribute {
        "address" => address.map(|address| Origin::new(address.origin().file, address.span())),
        "bus" | "slot" | "type" => {
            address.and_then(|address| address.attribute(attribute)).map(Attribute::origin)
        }
        _ => element.attribute(attribute).map(Attribute::origin),
    };
    found.unwrap_or(element.origin())
}

/// What is wrong with the address, where that can be named.
fn headline(element: Element<'_>, refused: Refused) -> Option<String> {
    let what = match element.value("model") {
        Some(model) if element.is("controller") => format!("`{model}`"),
        _ => format!("`<{}>`", element.name()),
    };
    if refused == Refused::WrongMachine {
        return Some(match element.value("model") {
            Some(PCI_EXPANDER) => format!("{what} is for the machine `pc`, this one has PCIe"),
            _ => format!("{what} is for machines with PCIe, this one has none"),
        });
    }
    let address = stated(element)?.value;
    match refused {
        Refused::DoubleUse(_) => Some(format!("PCI address {address} is taken")),
        Refused::WrongBus => {
            Some(format!("the bus of controller {} does not take a {what}", address.bus))
        }
        _ => None,
    }
}

/// The first number of the element's address that PCI does not have, and the highest that it has there.
fn out_of_range(element: Element<'_>) -> Option<(Attribute<'_>, i64)> {
    let address = element.child("address")?;
    let most = [("domain", 0), ("bus", 0xff), ("slot", 0x1f), ("function", 7)];
    let number = |name| address.attribute(name);
    let mut beyond = most.into_iter().filter_map(|(name, most)| {
        let number = number(name)?;
        integer(number.value()).is_none_or(|value| value > most).then_some((number, most))
    });
    beyond.next()
}

fn beyond_pci(rule: &Rule, part: Attribute<'_>, most: i64) -> Finding {
    let (name, text) = (part.name(), part.value());
    let (headline, help) = match name {
        "domain" => (
            "a guest has PCI domain 0 only".to_owned(),
            "write `domain='0x0000'`: the address in `<source>` is that on the host".to_owned(),
        ),
        "bus" => (
            format!("`bus` is {text}, not 0 to 0xff"),
            "write the `index` of the controller that it sits on".to_owned(),
        ),
        _ => (
            format!("`{name}` is {text}, not 0 to {most:#x}"),
            format!("write a number from 0 to {most:#x}"),
        ),
    };
    rule.at(part.origin(), headline).with_help(help)
}

/// What to do in this domain, where that can be said more exactly than in general.
fn help_for(
    domain: Element<'_>,
    placement: &Placement,
    element: Element<'_>,
    refused: Refused,
) -> Option<String> {
    match refused {
        Refused::DoubleUse(_) => {
            let address = stated(element)?.value;
            let slot = free_slot(domain, placement, address.bus)?;
            Some(match address.function {
                0 => format!("give it another slot: `slot='{slot:#04x}'` is free"),
                _ => format!("give it another place: `slot='{slot:#04x}' function='0x0'` is free"),
            })
        }
        Refused::WrongBus => {
            let above = match element.value("model")? {
                "pcie-switch-downstream-port" => "a `pcie-switch-upstream-port`",
                "pcie-switch-upstream-port" => {
                    "a `pcie-root-port` or a `pcie-switch-downstream-port`"
                }
                _ => return None,
            };
            Some(format!("it sits on {above} only: write the index of one, or add one"))
        }
        Refused::WrongMachine if element.value("model") == Some(PCI_EXPANDER) => {
            Some("write `pcie-expander-bus`".to_owned())
        }
        Refused::WrongMachine => {
            Some("use `machine='q35'`, or another kind of controller".to_owned())
        }
        _ => None,
    }
}

/// A slot of a bus with several that nothing is written to be in, and that no machine fills by itself.
fn free_slot(domain: Element<'_>, placement: &Placement, bus: u32) -> Option<u8> {
    let made_by = placement.controllers.iter().find(|c| c.controller.index.value == bus)?;
    let first = match made_by.controller.model {
        Model::PcieRootPort | Model::PcieSwitchDownstreamPort => return None,
        // Before it machines have devices of their own.
        Model::PciRoot | Model::PcieRoot => 3,
        _ => 1,
    };
    let controllers = placement.controllers.iter().map(|placed| (placed.owner, placed.address));
    let devices = placement.devices.iter().map(|placed| (placed.owner, placed.address));
    let addresses = controllers.chain(devices).filter_map(|(owner, address)| {
        address.or_else(|| stated(element_of(domain, owner)?)).map(|address| address.value)
    });
    let taken: HashSet<u8> =
        addresses.filter(|address| address.bus == bus).map(|address| address.slot).collect();
    (first..0x1a).find(|slot| !taken.contains(slot))
}

fn words(refusal: &Refusal) -> String {
    format!("libvirt: {}", refusal.words)
}
