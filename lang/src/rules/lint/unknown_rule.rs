//! `lint/unknown-rule`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that every rule an `iommulint: allow` names exists.
    ///
    /// ## Why
    ///
    /// A misspelt one suppresses nothing.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     // iommulint: allow pci/index-gaps -- the ports between are added by hand
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
    pub(crate) static UNKNOWN_RULE = {
        name: "lint/unknown-rule",
        summary: "a suppression names rules that exist",
        severity: Warning,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
