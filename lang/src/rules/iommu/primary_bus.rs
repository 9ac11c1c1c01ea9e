//! `iommu/primary-bus`

use crate::finding::{Applicability, Finding};
use crate::rules::{Check, declare_rule};
use crate::span::{Origin, Written};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that every `arm-smmuv3` on a QEMU command line names a root bus as its `primary-bus`:
    /// `pcie.0`, or a `pxb-pcie` that is made before it. It is plugged into none.
    ///
    /// ## Why
    ///
    /// A vSMMU translates for a root bus and all that is below, never for one port. QEMU makes devices
    /// in the order of the command line.
    ///
    /// ## Example
    ///
    /// ```sh
    /// qemu-system-aarch64 -machine virt \
    ///     -device pcie-root-port,id=port0,bus=pcie.0,chassis=1 \
    ///     -device arm-smmuv3,primary-bus=port0
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```sh
    /// qemu-system-aarch64 -machine virt \
    ///     -device pcie-root-port,id=port0,bus=pcie.0,chassis=1 \
    ///     -device arm-smmuv3,primary-bus=pcie.0
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt has `pciBus` for it, the index of a controller.
    ///
    /// QEMU refuses it: `SMMU should be attached to a default PCIe root complex(pcie.0) or a pxb-pcie based root complex`
    ///
    /// ```args
    /// -device pcie-root-port,id=port0,bus=pcie.0,chassis=1
    /// -device arm-smmuv3,primary-bus=port0
    /// ```
    ///
    /// QEMU refuses it: `SMMU is not attached to any PCI bus!`
    ///
    /// ```args
    /// -device arm-smmuv3
    /// ```
    ///
    /// QEMU refuses it: `Device 'pxb0' not found`
    ///
    /// ```args
    /// -device arm-smmuv3,primary-bus=pxb0
    /// -device pxb-pcie,id=pxb0,bus_nr=32,bus=pcie.0
    /// ```
    ///
    /// QEMU refuses it: `Device 'arm-smmuv3' can't go on PCIE bus`
    ///
    /// ```args
    /// -device arm-smmuv3,primary-bus=pcie.0,bus=pcie.0
    /// ```
    ///
    /// ## References
    ///
    /// - QEMU, `hw/arm/smmu-common.c`
    pub(super) static PRIMARY_BUS = {
        name: "iommu/primary-bus",
        summary: "a vSMMU on a QEMU command line names a root bus that is made before it",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}

/// What a vSMMU can do whose bus has another one already, or names it too early.
pub(crate) fn taken(bus: &str, first: &str, vsmmu: &str) -> String {
    format!(
        "`{bus}` has the vSMMU `{first}` already: remove `{vsmmu}`, or give it a `pxb-pcie` of its own, made before it"
    )
}

/// What a vSMMU can do that names its `bus` by `other`, which is not `key`.
pub(crate) fn in_place_of(other: &str, key: &str, bus: &str) -> String {
    format!("write `{key}={bus}` in the place of `{other}={bus}`")
}

/// What a vSMMU can do whose `bus` is made only later.
pub(crate) fn further_down(bus: &str) -> String {
    format!("move the vSMMU further down, after the `-device` that makes `{bus}`")
}

/// What a vSMMU can do that names no root bus by `key`, when `free` is one without a vSMMU.
pub(crate) fn name_one(key: &str, free: Option<&str>) -> String {
    match free {
        Some(bus) => format!("write `{key}={bus}`, a root bus without a vSMMU"),
        None => "add a `pxb-pcie` before it, and name that: no root bus without a vSMMU is left"
            .to_owned(),
    }
}

/// A vSMMU that names no bus by `key`.
pub(crate) fn missing(vsmmu: Origin, key: &str) -> Finding {
    PRIMARY_BUS
        .at(vsmmu, format!("this vSMMU has no `{key}=`"))
        .with_note("QEMU: SMMU is not attached to any PCI bus!")
}

/// A vSMMU that is plugged into a bus, which `property` says.
pub(crate) fn on_a_bus(key: Origin, property: &str) -> Finding {
    PRIMARY_BUS
        .at(key, "a vSMMU is plugged into no bus")
        .with_note("QEMU: Device 'arm-smmuv3' can't go on PCIE bus")
        .with_help(format!("remove `{property}`: the bus it translates for is its `primary-bus=`"))
}

/// A vSMMU on the bus of a port or another bridge.
pub(crate) fn no_root_bus(bus: &Written<String>, bridge: Origin) -> Finding {
    PRIMARY_BUS
        .at(bus.origin, format!("`{}` is no root bus", bus.value))
        .with_label(bridge, "makes the bus")
        .with_note(
            "QEMU: SMMU should be attached to a default PCIe root complex(pcie.0) or a pxb-pcie based root complex",
        )
}

/// A vSMMU on a bus that nothing makes, or something only `later` in the command; the one with the
/// `near` name may be meant.
pub(crate) fn not_found(
    bus: &Written<String>,
    later: Option<Origin>,
    near: Option<&str>,
) -> Finding {
    let name = &bus.value;
    let finding = PRIMARY_BUS
        .at(bus.origin, format!("there is no root bus `{name}`"))
        .with_note(format!("QEMU: Device '{name}' not found"));
    match (later, near) {
        (Some(later), _) => finding.with_label(later, "made only here"),
        (None, Some(near)) => finding
            .with_help(format!("did you mean `{near}`?"))
            .with_replacement(format!("name `{near}`"), Applicability::Unsafe, bus.origin, near),
        (None, None) => finding,
    }
}
