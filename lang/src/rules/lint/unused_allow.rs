//! `lint/unused-allow`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that every `iommulint: allow` suppresses a finding. Only rules that were run count.
    ///
    /// ## Why
    ///
    /// A suppression that outlives its finding would hide the next one.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     // iommulint: allow pci/index-gap -- the ports between are added by hand
    ///     root-port index=1
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     // iommulint: allow pci/index-gap -- the ports between are added by hand
    ///     root-port index=2
    /// }
    /// ```
    pub(crate) static UNUSED_ALLOW = {
        name: "lint/unused-allow",
        summary: "a suppression suppresses something",
        severity: Warning,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
