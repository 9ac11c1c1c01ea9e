//! `pci/bus-window`

use super::free_buses;
use crate::elaborate::BusWindow;
use crate::finding::{Applicability, Finding};
use crate::rules::{Check, Context, declare_rule};
use crate::span::{Origin, Written};
use crate::topology::{Controller, RootComplex};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that the bus numbers of a PXB suffice for what is below it. A PXB owns the numbers from
    /// its own up to the next PXB's, or to 255. It needs one for itself and one for every bridge
    /// below: each root port, each switch, each downstream port, empty ones too.
    ///
    /// ## Why
    ///
    /// Nothing says a word: libvirt and QEMU start the vm. The firmware then runs out of numbers, and
    /// EDK2 gives up on *every* device of the guest, not only on those of this PXB. A PXB at bus 1
    /// beside one at bus 2 is the usual form of it.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     pxb bus-nr=32 {
    ///         root-port
    ///     }
    ///     pxb bus-nr=33 {
    ///         root-port
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// Leave `bus-nr` out, or leave room:
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     pxb bus-nr=32 {
    ///         root-port
    ///     }
    ///     pxb bus-nr=34 {
    ///         root-port
    ///     }
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt accepts it.
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-expander-bus'><target busNr='32'/></controller>
    /// <controller type='pci' index='2' model='pcie-expander-bus'><target busNr='33'/></controller>
    /// <controller type='pci' index='3' model='pcie-root-port'><address type='pci' bus='1' slot='0'/></controller>
    /// <controller type='pci' index='4' model='pcie-root-port'><address type='pci' bus='2' slot='0'/></controller>
    /// ```
    ///
    /// QEMU accepts it.
    ///
    /// ```args
    /// -device pxb-pcie,id=pci.1,bus=pcie.0,addr=1,bus_nr=32
    /// -device pxb-pcie,id=pci.2,bus=pcie.0,addr=2,bus_nr=33
    /// -device pcie-root-port,id=pci.3,bus=pci.1,addr=0,chassis=3
    /// -device pcie-root-port,id=pci.4,bus=pci.2,addr=0,chassis=4
    /// ```
    ///
    /// ## References
    ///
    /// - PCI Firmware Specification, `_CRS` of a host bridge; EDK2, `MdeModulePkg/Bus/Pci/PciBusDxe`
    pub(super) static BUS_WINDOW = {
        name: "pci/bus-window",
        summary: "a PXB's bus numbers suffice for what is below it",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut judged = [false; 256];
    let mut out_of_room = false;
    for window in &context.numbers.windows {
        let RootComplex::Pxb(id) = window.root_complex else { continue };
        let pxb = context.vm.controller(id);
        match (pxb.bus_nr(), window.first) {
            // A number that is out of range, or taken by another PXB, has a rule of its own.
            (Some(bus_nr), Some(first)) if !judged[usize::from(first)] => {
                judged[usize::from(first)] = true;
                too_small(context, *window, bus_nr, findings);
            }
            // One too many is one mistake, however many follow.
            (None, None) if !out_of_room => {
                out_of_room = true;
                findings.push(no_room(context, window, pxb));
            }
            // An allocated window always fits.
            _ => {}
        }
    }
}

/// A PXB at a written number with fewer numbers than it needs.
fn too_small(
    context: &Context<'_>,
    window: BusWindow,
    bus_nr: Written<i64>,
    findings: &mut Vec<Finding>,
) {
    let Some((available, last)) = window.available().zip(window.last) else { return };
    let needed = window.needed;
    if needed <= available {
        return;
    }
    let mut finding = BUS_WINDOW
        .at(
            bus_nr.origin,
            format!("the PXB at bus {} has {}, but needs {needed}", bus_nr.value, buses(available)),
        )
        .with_text(format!(
            "{}, but needs one for itself and one for {}",
            owned(window.first.unwrap_or_default(), last),
            bridges(needed - 1)
        ))
        .with_note(
            "libvirt and QEMU start this without a word; the firmware then leaves every device of the \
             guest without resources",
        );
    if let Some(next) = next_pxb(context, last) {
        finding = finding.with_label(next, "the next PXB's numbers begin here");
    }
    let free = free_buses::ranges(context.numbers, needed);
    findings.push(match free.last() {
        Some(&(_, end)) => {
            let number = u32::from(end) + 1 - needed;
            finding
                .with_help(format!(
                    "{needed} numbers in a row are free in {}",
                    free_buses::described(&free)
                ))
                .with_replacement(
                    format!("move the PXB to bus {number}"),
                    Applicability::Unsafe,
                    bus_nr.origin,
                    number.to_string(),
                )
        }
        None => {
            finding.with_help(format!("no {needed} numbers in a row are free: use fewer ports"))
        }
    });
}

/// A PXB without a number, for which none is left.
fn no_room(context: &Context<'_>, window: &BusWindow, pxb: &Controller) -> Finding {
    let needed = window.needed;
    let free = free_buses::ranges(context.numbers, 1);
    BUS_WINDOW
        .at(pxb.origin, format!("no {needed} bus numbers in a row are left for this PXB"))
        .with_text(format!("one for itself, one for {}", bridges(needed - 1)))
        .with_help(if free.is_empty() {
            "all 256 are needed by other buses: use fewer ports".to_owned()
        } else {
            format!(
                "free are {}: move the PXBs whose `bus-nr` is written",
                free_buses::described(&free)
            )
        })
}

/// Where the PXB whose window begins after `last` has its number.
fn next_pxb(context: &Context<'_>, last: u8) -> Option<Origin> {
    let next =
        context.numbers.windows.iter().find(|window| {
            window.first.is_some_and(|first| u32::from(first) == u32::from(last) + 1)
        })?;
    let RootComplex::Pxb(id) = next.root_complex else { return None };
    let pxb = context.vm.controller(id);
    Some(pxb.bus_nr().map_or(pxb.origin, |bus_nr| bus_nr.origin))
}

/// `1 bus number`, `3 bus numbers`.
fn buses(count: u32) -> String {
    format!("{count} bus number{}", if count == 1 { "" } else { "s" })
}

/// `it owns bus 1 only`, `it owns buses 8–15`.
fn owned(first: u8, last: u8) -> String {
    if first == last {
        format!("it owns bus {first} only")
    } else {
        format!("it owns buses {}", free_buses::described(&[(first, last)]))
    }
}

/// `the bridge below`, `each of the 3 bridges below`.
fn bridges(count: u32) -> String {
    if count == 1 {
        "the bridge below".to_owned()
    } else {
        format!("each of the {count} bridges below")
    }
}
