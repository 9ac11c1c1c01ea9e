//! `pci/duplicate-bus-nr`

use crate::hash::HashMap;
use std::cell::LazyCell;

use super::free_buses;
use crate::finding::{Applicability, Finding};
use crate::rules::{Check, Context, Value, declare_rule};
use crate::topology::BusNr;

declare_rule! {
    /// ## What it does
    ///
    /// Checks that every PXB of a vm has a bus number of its own.
    ///
    /// ## Why
    ///
    /// The number is where the PXB's buses begin. libvirt does not compare them; QEMU does, and does
    /// not start.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     pxb bus-nr=252
    ///     pxb bus-nr=252
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     pxb bus-nr=252
    ///     pxb bus-nr=248
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt accepts it.
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-expander-bus'><target busNr='252'/></controller>
    /// <controller type='pci' index='2' model='pcie-expander-bus'><target busNr='252'/></controller>
    /// ```
    ///
    /// QEMU refuses it: `Bus 252 is already in use`
    ///
    /// ```args
    /// -device pxb-pcie,id=pci.1,bus=pcie.0,addr=1,bus_nr=252
    /// -device pxb-pcie,id=pci.2,bus=pcie.0,addr=2,bus_nr=252
    /// ```
    ///
    /// ## References
    ///
    /// - QEMU, `hw/pci-bridge/pci_expander_bridge.c`
    pub(super) static DUPLICATE_BUS_NR = {
        name: "pci/duplicate-bus-nr",
        summary: "every PXB has a bus number of its own",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut firsts = HashMap::default();
    let moves = LazyCell::new(|| free_buses::moves(context));
    for (id, pxb) in context.vm.controllers() {
        let Some(bus_nr) = pxb.bus_nr() else { continue };
        if BusNr::new(bus_nr.value).is_none() {
            continue;
        }
        let first = *firsts.entry(bus_nr.value).or_insert(bus_nr.origin);
        if first == bus_nr.origin {
            continue;
        }
        let number = bus_nr.value;
        let finding = DUPLICATE_BUS_NR
            .at(bus_nr.origin, format!("bus number `{number}` is taken"))
            .with_text("another PXB of this number")
            .with_label(first, "the first one")
            .with_note(format!("QEMU: Bus {number} is already in use"));
        findings.push(match moves.get(&id) {
            Some(free) => finding
                .with_help(format!("{free} is free, with room for what is below this PXB"))
                .with_edits(
                    format!("write `{free}`"),
                    Applicability::Unsafe,
                    [context
                        .source
                        .with_value(bus_nr.origin, Value::Number(i64::from(free.get())))],
                ),
            None => finding.with_help("no number is free that has room for what is below this PXB"),
        });
    }
}
