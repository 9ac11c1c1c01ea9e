//! `schema/arch-mismatch`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that `arch` is the one its machine exists for.
    ///
    /// ## Why
    ///
    /// `virt` is Arm; `q35` and `pc` are x86.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" arch="x86_64"
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="q35" arch="x86_64"
    /// ```
    ///
    /// ## References
    ///
    /// - QEMU, `hw/arm/virt.c`, `hw/i386/pc_q35.c`, `hw/i386/pc_piix.c`
    pub(crate) static ARCH_MISMATCH = {
        name: "schema/arch-mismatch",
        summary: "an architecture that the machine is not for",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
