//! `pci/root-bus-window`

use super::added_ports::{AddedPorts, without_gaps};
use super::free_buses;
use crate::finding::{Applicability, Finding};
use crate::rules::{Check, Context, Value, declare_rule};
use crate::topology::{Board, BusNr, RootComplex};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that the bus numbers of `pcie.0` suffice for the ports on it. It owns the numbers from 0
    /// up to the lowest PXB's, and needs one for itself and one for every bridge below. The root ports
    /// that libvirt adds for missing controller indexes count too.
    ///
    /// ## Why
    ///
    /// Nothing says a word, and the firmware gives up on every device of the guest. With 18 root ports
    /// on `pcie.0` a vm boots when its lowest PXB is at bus 19, and does not with one at 18.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     root-port
    ///     root-port
    ///     pxb bus-nr=2 {
    ///         root-port
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     root-port
    ///     root-port
    ///     pxb bus-nr=3 {
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
    /// <controller type='pci' index='1' model='pcie-root-port'><address type='pci' bus='0' slot='1'/></controller>
    /// <controller type='pci' index='2' model='pcie-root-port'><address type='pci' bus='0' slot='2'/></controller>
    /// <controller type='pci' index='3' model='pcie-expander-bus'><target busNr='2'/></controller>
    /// ```
    ///
    /// QEMU accepts it.
    ///
    /// ```args
    /// -device pcie-root-port,id=pci.1,bus=pcie.0,addr=1,chassis=1
    /// -device pcie-root-port,id=pci.2,bus=pcie.0,addr=2,chassis=2
    /// -device pxb-pcie,id=pci.3,bus=pcie.0,addr=3,bus_nr=2
    /// ```
    ///
    /// ## References
    ///
    /// - PCI Firmware Specification, `_CRS` of a host bridge; EDK2, `MdeModulePkg/Bus/Pci/PciBusDxe`
    pub(super) static ROOT_BUS_WINDOW = {
        name: "pci/root-bus-window",
        summary: "the bus numbers of pcie.0 suffice for the ports on it",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    // The root bus of `pc` has no ports: another rule's mistake.
    if context.vm.board() == Some(Board::Pc) {
        return;
    }
    let added = AddedPorts::of(context);
    let windows = added.windows(context);
    let Some(root) = windows.first() else { return };
    let Some((available, last)) = root.available().zip(root.last) else { return };
    let (needed, on_root) = (root.needed, added.on_root);
    if needed <= available {
        return;
    }
    let lowest = windows
        .iter()
        .skip(1)
        .find(|window| window.first.is_some_and(|first| u32::from(first) == u32::from(last) + 1));
    let Some(RootComplex::Pxb(id)) = lowest.map(|window| window.root_complex) else { return };
    let pxb = context.vm.controller(id);
    let origin = pxb.bus_nr().map_or(pxb.origin, |bus_nr| bus_nr.origin);
    let buses = free_buses::counted(available, "bus number");
    let bridges = match needed - 1 {
        1 => "the bridge".to_owned(),
        bridges => format!("each of {bridges} bridges"),
    };
    let mut finding = ROOT_BUS_WINDOW
        .at(origin, format!("this PXB leaves the root bus {buses}, but it needs {needed}"))
        .with_text(format!(
            "the root bus has {}, and needs one for itself and one for {bridges} on it",
            free_buses::described(&[(0, last)])
        ))
        .with_note(format!(
            "{}; the firmware then leaves every device of the guest without resources",
            context.starts_silently()
        ));
    if on_root > 0 {
        finding = finding.with_note(format!(
            "libvirt adds {} on pcie.0, for controller indexes that are missing",
            free_buses::counted(on_root, "root port")
        ));
    }
    findings.push(if needed - on_root <= available {
        without_gaps(context, &added, finding)
    } else if needed <= u32::from(BusNr::MAX.get()) {
        let finding = finding.with_help(format!("put the lowest PXB at bus {needed} or above"));
        let width = lowest.map_or(1, |window| window.needed);
        match pxb.bus_nr().zip(free_buses::taken(context).take_highest(width)) {
            Some((bus_nr, free)) => finding.with_edits(
                format!("write `{free}`, the highest with room for what is below it"),
                Applicability::Unsafe,
                [context.source.with_value(bus_nr.origin, Value::Number(i64::from(free.get())))],
            ),
            None => finding,
        }
    } else {
        finding.with_help("put fewer ports on the root bus")
    });
}
