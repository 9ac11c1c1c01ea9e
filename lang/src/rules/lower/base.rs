//! `lower/base`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that the file given to `lower --into` is a libvirt domain for the machine of the vm:
    /// well-formed XML without a document type, with `<domain>` as its root.
    ///
    /// ## Why
    ///
    /// Every byte that the language does not describe is kept, so there must be a domain to keep. A
    /// document type could define entities, and no domain needs one.
    ///
    /// ## References
    ///
    /// - libvirt, `docs/formatdomain.rst`
    pub(crate) static BASE = {
        name: "lower/base",
        summary: "what a vm is merged into is a domain for its machine",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
