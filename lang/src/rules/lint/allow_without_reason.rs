//! `lint/allow-without-reason`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that every `iommulint: allow` has a reason: `-- ` and a text. Without one it still
    /// suppresses.
    ///
    /// ## Why
    ///
    /// Whoever reads the file next cannot tell a decision from a shortcut.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     // iommulint: allow pci/index-gap
    ///     root-port index=2
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
    pub(crate) static ALLOW_WITHOUT_REASON = {
        name: "lint/allow-without-reason",
        summary: "a suppression says why",
        severity: Warning,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
