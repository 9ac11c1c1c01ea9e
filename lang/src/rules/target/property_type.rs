//! `target/property-type`

use crate::finding::Finding;
use crate::rules::{Check, declare_rule};
use crate::span::Origin;

declare_rule! {
    /// ## What it does
    ///
    /// Checks that the properties of a QEMU argument which matter here are of the type that QEMU wants:
    /// in JSON, whether it is a string, a number or a boolean; after `key=`, whether it can be read as
    /// one.
    ///
    /// ## Why
    ///
    /// In JSON QEMU converts nothing: `accel` and `multifunction` are booleans, `bus_nr` and `chassis`
    /// are numbers, and `ats`, `ril`, `ssidsize`, `oas` and `cmdqv`, which may be `"auto"`, are strings,
    /// even where they are numbers.
    ///
    /// ## Example
    ///
    /// ```sh
    /// qemu-system-aarch64 -machine virt \
    ///     -device '{"driver":"pxb-pcie","id":"pxb0","bus":"pcie.0","bus_nr":"32"}'
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```sh
    /// qemu-system-aarch64 -machine virt \
    ///     -device '{"driver":"pxb-pcie","id":"pxb0","bus":"pcie.0","bus_nr":32}'
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt writes each type as QEMU wants it.
    ///
    /// QEMU refuses it: `Parameter 'bus_nr' expects uint64`
    ///
    /// ```args
    /// -device '{"driver":"pxb-pcie","id":"pxb0","bus":"pcie.0","bus_nr":"32"}'
    /// ```
    ///
    /// QEMU refuses it: `Invalid parameter type for 'ssidsize', expected: string`
    ///
    /// ```args
    /// -device '{"driver":"arm-smmuv3","primary-bus":"pcie.0","ssidsize":16}'
    /// ```
    ///
    /// ## References
    ///
    /// - QEMU, `qapi/qobject-input-visitor.c`
    pub(super) static PROPERTY_TYPE = {
        name: "target/property-type",
        summary: "a property of a QEMU argument has the type that QEMU wants",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}

/// The value of `key`, which was `found` where something else is `wanted`.
pub(crate) fn wrong_type(value: Origin, key: &str, wanted: &str, found: &str) -> Finding {
    PROPERTY_TYPE
        .at(value, format!("`{key}` is {found}, not {wanted}"))
        .with_help(format!("write {wanted}"))
}
