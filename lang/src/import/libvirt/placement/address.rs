//! `<address>` as libvirt reads it.

use std::fmt;

use super::number::unsigned;
use crate::xml::Element;

/// Where something sits: on the bus of the controller with that index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// 0 in every domain that libvirt takes.
    pub domain: u32,
    /// The controller's index. At most 255 where it was written; libvirt counts on behind that before it refuses.
    pub bus: u32,
    /// 0 to 31.
    pub slot: u8,
    /// 0 to 7.
    pub function: u8,
}

impl Address {
    pub(super) const fn on_root(slot: u8, function: u8) -> Self {
        Self { domain: 0, bus: 0, slot, function }
    }

    /// The same slot of the same bus.
    pub(super) const fn with_function(self, function: u8) -> Self {
        Self { function, ..self }
    }
}

impl fmt::Display for Address {
    /// As in libvirt's messages: hexadecimal but for the function.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { domain, bus, slot, function } = self;
        write!(f, "{domain:04x}:{bus:02x}:{slot:02x}.{function}")
    }
}

/// What a device says of its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stated<'t> {
    /// Nothing: libvirt gives it one, if it takes one.
    Nothing,
    /// That it is on PCI, and nothing else.
    SomewherePci,
    /// An address that is not PCI: `drive`, `usb`, `unassigned`, `virtio-mmio`, …
    Other(&'t str),
    /// A PCI address; `multifunction` when it says.
    Pci(Address, Option<bool>),
}

/// Why an address cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Misread {
    /// No number, no `type`, no switch: what is wrong is not a matter of places.
    Malformed,
    /// A number beyond what a PCI address has; libvirt's words.
    OutOfRange(String),
}

/// Reads what `device` says of its place: its first `<address>`. One without bus and slot says nothing.
pub(super) fn stated(device: Element<'_>) -> Result<Stated<'_>, Misread> {
    let Some(address) = device.child("address") else { return Ok(Stated::Nothing) };
    let kind = address.value("type").ok_or(Misread::Malformed)?;
    if kind != "pci" {
        return Ok(Stated::Other(kind));
    }
    let number = |name| address.value(name).map_or(Some(0), unsigned).ok_or(Misread::Malformed);
    let (domain, bus) = (number("domain")?, number("bus")?);
    let (slot, function) = (number("slot")?, number("function")?);
    let multifunction = match address.value("multifunction") {
        None => None,
        Some("on") => Some(true),
        Some("off") => Some(false),
        Some(_) => return Err(Misread::Malformed),
    };
    if (domain, bus, slot) == (0, 0, 0) {
        return Ok(Stated::SomewherePci);
    }
    if bus > 0xff {
        return Err(Misread::OutOfRange(format!(
            "XML error: Invalid PCI address bus='{bus:#x}', must be <= 0xFF"
        )));
    }
    let (slot, function) = match (u8::try_from(slot), u8::try_from(function)) {
        (Ok(slot @ ..=0x1f), Ok(function @ ..=7)) => (slot, function),
        (Ok(..=0x1f), _) => {
            return Err(Misread::OutOfRange(format!(
                "XML error: Invalid PCI address function={function:#x}, must be <= 7"
            )));
        }
        _ => {
            return Err(Misread::OutOfRange(format!(
                "XML error: Invalid PCI address slot='{slot:#x}', must be <= 0x1F"
            )));
        }
    };
    Ok(Stated::Pci(Address { domain, bus, slot, function }, multifunction))
}
