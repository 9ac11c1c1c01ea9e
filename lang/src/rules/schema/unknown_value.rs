//! `schema/unknown-value`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that a word is one of those its place allows.
    ///
    /// ## Why
    ///
    /// There is no sensible reading of another word.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     firmware "uefi"
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     firmware "efi"
    /// }
    /// ```
    pub(crate) static UNKNOWN_VALUE = {
        name: "schema/unknown-value",
        summary: "a word that is not one of the few allowed",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
