//! `pci/bus-window`

use std::cell::LazyCell;

use super::added_ports::{AddedPorts, without_gaps};
use super::free_buses;
use crate::elaborate::{BusWindow, TakenBuses};
use crate::finding::{Applicability, Finding};
use crate::language::InEach;
use crate::rules::{Check, Context, Value, declare_rule};
use crate::span::Origin;
use crate::topology::{Board, BusNr, Controller, RootComplex};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that the bus numbers of a PXB suffice for what is below it. A PXB owns the numbers from
    /// its own up to the next PXB's, or to 255. It needs one for itself and one for every bridge
    /// below: each root port, each switch, each downstream port, empty ones too, each emulated bridge,
    /// and the root ports that libvirt puts there for missing controller indexes once `pcie.0` is full.
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
    // There are no PXBs on `pc`: another rule's mistake.
    if context.vm.board() == Some(Board::Pc) {
        return;
    }
    let mut judged = [false; 256];
    let mut out_of_room = false;
    let moves = LazyCell::new(|| free_buses::moves(context));
    let taken = LazyCell::new(|| free_buses::taken(context));
    let added = AddedPorts::of(context);
    for window in added.windows(context) {
        let RootComplex::Pxb(id) = window.root_complex else { continue };
        let pxb = context.vm.controller(id);
        let Some(first) = window.first else {
            // A number that is out of range has a rule of its own; of several PXBs too many, one is
            // the mistake.
            let ran_out = pxb.bus_nr().is_none() && context.lacks_what_ran_out();
            if ran_out && !std::mem::replace(&mut out_of_room, true) {
                findings.push(no_room(context, &window, pxb, &taken));
            }
            continue;
        };
        // So has a number that another PXB has.
        let is_judged = std::mem::replace(&mut judged[usize::from(first)], true);
        if is_judged || window.available().is_none_or(|available| window.needed <= available) {
            continue;
        }
        let finding = too_small(context, &window, pxb);
        findings.push(match added.below(window.root_complex) {
            0 => movable(context, finding, &window, pxb, moves.get(&id), &taken),
            count => {
                let finding = finding.with_note(format!(
                    "libvirt adds {} here, for controller indexes that are missing: pcie.0 is full",
                    free_buses::counted(count, "root port")
                ));
                without_gaps(context, &added, finding)
            }
        });
    }
}

/// A PXB with fewer numbers than it needs.
fn too_small(context: &Context<'_>, window: &BusWindow, pxb: &Controller) -> Finding {
    let (first, last) = (window.first.unwrap_or_default(), window.last.unwrap_or_default());
    let needed = window.needed;
    let available = free_buses::counted(window.available().unwrap_or(0), "bus number");
    let finding = BUS_WINDOW
        .at(number(pxb), format!("the PXB at bus {first} has {available}, but needs {needed}"))
        .with_text(format!(
            "{}, but needs one for itself and one for {}",
            owned(first, last),
            bridges(needed - 1)
        ))
        .with_note(format!(
            "{}; the firmware then leaves every device of the guest without resources",
            context.starts_silently()
        ));
    match next_pxb(context, last) {
        Some(next) => finding.with_label(number(next), "the next PXB's numbers begin here"),
        None => finding,
    }
}

/// What a PXB that is too small where it is written can do.
fn movable(
    context: &Context<'_>,
    finding: Finding,
    window: &BusWindow,
    pxb: &Controller,
    free: Option<&BusNr>,
    taken: &TakenBuses,
) -> Finding {
    let needed = window.needed;
    if let Some((free, bus_nr)) = free.zip(pxb.bus_nr()) {
        let written = context.say(InEach {
            kdl: format!("bus-nr={free}"),
            libvirt: format!("busNr='{free}'"),
            qemu: format!("bus_nr={free}"),
        });
        return finding
            .with_help(format!("write `{written}`, where {needed} numbers in a row are free"))
            .with_edits(
                format!("move the PXB to bus {free}"),
                Applicability::Unsafe,
                [context.source.with_value(bus_nr.origin, Value::Number(i64::from(free.get())))],
            );
    }
    let ranges = taken.free_ranges(needed);
    finding.with_help(if ranges.is_empty() {
        format!("no {needed} numbers in a row are free: use fewer ports")
    } else {
        format!("{needed} numbers in a row are free in {}", free_buses::described(&ranges))
    })
}

/// A PXB without a number, for which none is left.
fn no_room(
    context: &Context<'_>,
    window: &BusWindow,
    pxb: &Controller,
    taken: &TakenBuses,
) -> Finding {
    let needed = window.needed;
    let free = taken.free_ranges(1);
    let finding = if needed == 1 {
        BUS_WINDOW.at(pxb.origin, "no bus number is left for this PXB")
    } else {
        BUS_WINDOW
            .at(pxb.origin, format!("no {needed} bus numbers in a row are left for this PXB"))
            .with_text(format!("one for itself, one for {}", bridges(needed - 1)))
    };
    let finding = finding.with_help(if free.is_empty() {
        "all 256 are needed by other buses: use fewer ports".to_owned()
    } else {
        format!(
            "free are {}: move the PXBs whose `{}` is written",
            free_buses::described(&free),
            context.say(InEach { kdl: "bus-nr", libvirt: "busNr", qemu: "bus_nr=" })
        )
    });
    let everywhere = InEach::only_kdl("leave `bus-nr` out everywhere");
    let Some(title) = context.say(everywhere).filter(|_| free_buses::fit(context)) else {
        return finding;
    };
    let written = context.vm.controllers.iter().filter_map(Controller::bus_nr);
    let anew = written.map(|bus_nr| context.source.without_property(bus_nr.origin));
    finding.with_edits(title, Applicability::Unsafe, anew)
}

/// The PXB whose window begins after `last`.
fn next_pxb<'a>(context: &Context<'a>, last: u8) -> Option<&'a Controller> {
    let first = last.checked_add(1)?;
    let next = context.numbers.windows.iter().find(|window| window.first == Some(first))?;
    let RootComplex::Pxb(id) = next.root_complex else { return None };
    Some(context.vm.controller(id))
}

/// Where the number of `pxb` is written, or else its node.
fn number(pxb: &Controller) -> Origin {
    pxb.bus_nr().map_or(pxb.origin, |bus_nr| bus_nr.origin)
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
