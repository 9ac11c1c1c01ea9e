//! `pci/unknown-bus`

use crate::finding::{Applicability, Finding};
use crate::rules::{Check, declare_rule};
use crate::span::{Origin, Written};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that the `bus=` of every PCI device on a QEMU command line is one that the machine has, or
    /// that a device before it makes.
    ///
    /// ## Why
    ///
    /// QEMU makes devices in the order of the command line, and refuses one whose bus does not exist
    /// yet. A bus goes by the `id=` of the device that makes it. The root bus of `virt` and `q35` is
    /// `pcie.0`, that of `pc` is `pci.0`.
    ///
    /// ## Example
    ///
    /// ```sh
    /// qemu-system-aarch64 -machine virt \
    ///     -device pcie-root-port,id=port0,bus=pxb0,chassis=1 \
    ///     -device pxb-pcie,id=pxb0,bus_nr=32,bus=pcie.0
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```sh
    /// qemu-system-aarch64 -machine virt \
    ///     -device pxb-pcie,id=pxb0,bus_nr=32,bus=pcie.0 \
    ///     -device pcie-root-port,id=port0,bus=pxb0,chassis=1
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt writes every device behind its bus.
    ///
    /// QEMU refuses it: `Bus 'pxb0' not found`
    ///
    /// ```args
    /// -device pcie-root-port,id=port0,bus=pxb0,chassis=1
    /// -device pxb-pcie,id=pxb0,bus_nr=32,bus=pcie.0
    /// ```
    ///
    /// ## References
    ///
    /// - QEMU, `system/qdev-monitor.c` (`qbus_find`)
    pub(super) static UNKNOWN_BUS = {
        name: "pci/unknown-bus",
        summary: "the bus that a device on a QEMU command line names exists before it",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}

/// `bus`, which nothing makes, or something only `later` in the command; the one with the `near`
/// name may be meant. `makes_bus` when the device that names it makes another.
pub(crate) fn not_found(
    bus: &Written<String>,
    later: Option<Origin>,
    near: Option<&str>,
    makes_bus: bool,
) -> Finding {
    let name = &bus.value;
    let finding = UNKNOWN_BUS
        .at(bus.origin, format!("there is no bus `{name}` yet"))
        .with_note(format!("QEMU: Bus '{name}' not found"));
    match (later, near) {
        (Some(later), _) => finding.with_label(later, "made only here").with_help(format!(
            "move this `-device` further down, after the one that makes `{name}`{}",
            if makes_bus { ", and what is plugged into it after that" } else { "" }
        )),
        (None, Some(near)) => {
            let finding = Finding { headline: format!("there is no bus `{name}`"), ..finding };
            finding.with_help(format!("did you mean `{near}`?")).with_replacement(
                format!("name `{near}`"),
                Applicability::Unsafe,
                bus.origin,
                near,
            )
        }
        (None, None) => Finding { headline: format!("there is no bus `{name}`"), ..finding }
            .with_help("a bus goes by the `id=` of the device that makes it"),
    }
}
