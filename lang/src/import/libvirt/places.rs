//! Host devices of which libvirt decides, or misunderstands, where they are.

use super::buses::Buses;
use super::placement::{PlacedDevice, Placement};
use super::reader::Reader;
use crate::elaborate::Numbers;
use crate::finding::{Applicability, Finding};
use crate::rules::{AUTO_BUS_NR, DECIMAL_BUS, INVENTED_PORT, NO_ADDRESS};
use crate::topology::{RootComplex, Vm};
use crate::xml::{Attribute, Element};

impl Reader {
    /// Says where `hostdev` is by chance or by mistake, in a domain whose vSMMUs make that matter.
    pub(super) fn judge_place(
        &mut self,
        (hostdev, placed): (Element<'_>, &PlacedDevice),
        (placement, buses): (&Placement, &Buses),
        vm: &Vm,
    ) {
        if vm.vsmmus.is_empty() || !placement.settled {
            return;
        }
        let Some(address) = placed.address else { return };
        let index = address.value.bus;
        let bus = hostdev.child("address").and_then(|address| address.attribute("bus"));
        match (buses.listed(index), bus.filter(|_| address.written)) {
            (listed, None) => self.said_of(hostdev, without_address(hostdev, listed.is_some())),
            (None, Some(bus)) if index > 0 => self.not_listed(hostdev, bus, index, buses),
            (Some(_), Some(bus)) if is_odd_one_out(hostdev, bus, buses) => {
                self.said_of(
                    hostdev,
                    decimal(bus, format!("bus {index} is decimal among hexadecimal numbers")),
                );
            }
            (Some(port), Some(_)) if !buses.is_placed(index) => {
                let Some(port) = hostdev.tree().element(port) else { return };
                // Several functions of a device are one mistake.
                if !self.unread.contains(&port.span()) {
                    let finding = NO_ADDRESS
                        .at(
                            port.origin(),
                            "a port without an address, with a host device behind it",
                        )
                        .with_text("libvirt puts it on pcie.0")
                        .with_label(hostdev.origin(), "the device")
                        .with_help("add `<address type='pci'/>` with the bus of its PXB");
                    self.said_of(port, finding);
                }
                self.unread.insert(hostdev.span());
            }
            _ => {}
        }
    }

    /// The device is on a bus for which libvirt makes a port of its own.
    fn not_listed(&mut self, hostdev: Element<'_>, bus: Attribute<'_>, index: u32, buses: &Buses) {
        let meant = read_as_hexadecimal(bus).filter(|meant| buses.listed(*meant).is_some());
        self.is_broken = true;
        self.said_of(
            hostdev,
            match meant {
                Some(_) => decimal(bus, format!("bus {index}, which no controller has"))
                    .with_note("libvirt makes a root port of its own for it, on pcie.0"),
                None => INVENTED_PORT
                    .at(bus.origin(), format!("no listed controller has index {index}"))
                    .with_text(format!(
                        "libvirt makes root port {index} on pcie.0, outside every PXB"
                    ))
                    .with_help("write the index of a listed port behind the PXB of its vSMMU"),
            },
        );
    }
}

impl Reader {
    /// Says of a PXB without a bus number that the window it is given is too small.
    pub(super) fn bus_numbers(&mut self, domain: Element<'_>, vm: &Vm, numbers: &Numbers) {
        for window in &numbers.windows {
            let RootComplex::Pxb(id) = window.root_complex else { continue };
            let pxb = vm.controller(id);
            let Some(available) = window.available().filter(|room| *room < window.needed) else {
                continue;
            };
            let Some(element) = domain.tree().element_at(pxb.origin.span.start) else { continue };
            if pxb.bus_nr().is_some() || pxb.implied || self.unread.contains(&element.span()) {
                continue;
            }
            let finding = AUTO_BUS_NR
                .at(
                    pxb.origin,
                    format!(
                        "libvirt gives this PXB {available} bus numbers, but it needs {}",
                        window.needed
                    ),
                )
                .with_text("no `busNr`")
                .with_note("firmware then gives no device of the guest an address")
                .with_help(
                    "write a `busNr` for each PXB, with room for every port and switch below it",
                );
            self.wrong(element, finding);
        }
    }
}

/// The number is decimal, and was probably meant to be hexadecimal.
fn decimal(bus: Attribute<'_>, headline: String) -> Finding {
    let hexadecimal = format!("0x{}", bus.value());
    DECIMAL_BUS
        .at(bus.origin(), headline)
        .with_text("a number without `0x` is decimal")
        .with_help(format!("write `{hexadecimal}`"))
        .with_replacement(
            format!("write `{hexadecimal}`"),
            Applicability::Unsafe,
            bus.origin(),
            hexadecimal,
        )
}

/// Whether it would be another listed controller in hexadecimal, as the numbers beside it are.
fn is_odd_one_out(hostdev: Element<'_>, bus: Attribute<'_>, buses: &Buses) -> bool {
    let address = hostdev.child("address");
    let is_hexadecimal = |a: Attribute<'_>| a.value().starts_with("0x");
    let beside = address.is_some_and(|address| address.attributes().any(is_hexadecimal));
    beside && read_as_hexadecimal(bus).is_some_and(|meant| buses.listed(meant).is_some())
}

fn without_address(hostdev: Element<'_>, is_listed: bool) -> Finding {
    NO_ADDRESS
        .at(hostdev.origin(), "a host device without an address")
        .with_text(if is_listed {
            "libvirt plugs it into a port that happens to be free"
        } else {
            "libvirt plugs it into a new port on pcie.0"
        })
        .with_help(
            "add an `<address type='pci'>` with the bus of a root port behind the PXB of its vSMMU",
        )
}

/// What a decimal number of two digits would be in hexadecimal.
fn read_as_hexadecimal(bus: Attribute<'_>) -> Option<u32> {
    let digits = bus.value();
    let is_decimal = digits.len() == 2 && !digits.starts_with('0');
    is_decimal.then(|| u32::from_str_radix(digits, 16).ok())?
}
