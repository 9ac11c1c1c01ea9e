//! `pci/implicit-bus`

use crate::finding::{Finding, Severity};
use crate::rules::{Check, declare_rule};
use crate::span::Origin;

declare_rule! {
    /// ## What it does
    ///
    /// Checks that a `-device` on a QEMU command line names its `bus=`, as soon as there is more than
    /// one root bus.
    ///
    /// ## Why
    ///
    /// Without `bus=` QEMU takes the root bus that was made last: not `pcie.0`, but that of the last
    /// `pxb-pcie`. A port lands there without a word, and with it all that is plugged into it, behind
    /// another vSMMU and within another range of bus numbers. An endpoint or another `pxb-pcie` is
    /// refused there.
    ///
    /// ## Example
    ///
    /// ```sh
    /// qemu-system-aarch64 -machine virt \
    ///     -device pxb-pcie,id=pxb0,bus_nr=32,bus=pcie.0 \
    ///     -device pcie-root-port,id=port0,chassis=1
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```sh
    /// qemu-system-aarch64 -machine virt \
    ///     -device pxb-pcie,id=pxb0,bus_nr=32,bus=pcie.0 \
    ///     -device pcie-root-port,id=port0,chassis=1,bus=pcie.0
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt names every bus.
    ///
    /// QEMU accepts it.
    ///
    /// ```args
    /// -device pxb-pcie,id=pxb0,bus_nr=32,bus=pcie.0
    /// -device pcie-root-port,id=port0,chassis=1
    /// ```
    ///
    /// QEMU refuses it: `PCI: Only PCI/PCIe bridges can be plugged into pxb-pcie`
    ///
    /// ```args
    /// -device pxb-pcie,id=pxb0,bus_nr=32,bus=pcie.0
    /// -device pxb-pcie,id=pxb1,bus_nr=64
    /// ```
    ///
    /// ## References
    ///
    /// - QEMU, `system/qdev-monitor.c` (`qbus_find_recursive`)
    pub(super) static IMPLICIT_BUS = {
        name: "pci/implicit-bus",
        summary: "a device on a QEMU command line with several root buses names its own",
        severity: Warning,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}

/// A bridge without `bus=`, which QEMU puts on the PXB that was made last.
pub(crate) fn lands_on(device: Origin, driver: &str, pxb: (&str, Origin)) -> Finding {
    IMPLICIT_BUS
        .at(device, format!("`{driver}` has no `bus=`, and lands on `{}`", pxb.0))
        .with_label(pxb.1, "the root bus that was made last")
        .with_note("QEMU starts this without a word")
        .with_help("name its bus, such as `bus=pcie.0`")
}

/// An endpoint or a PXB without `bus=`, which the PXB that was made last does not take.
pub(crate) fn refused(device: Origin, driver: &str, pxb: (&str, Origin)) -> Finding {
    let finding = lands_on(device, driver, pxb);
    Finding {
        severity: Severity::Error,
        notes: vec!["QEMU: PCI: Only PCI/PCIe bridges can be plugged into pxb-pcie".to_owned()],
        ..finding
    }
}
