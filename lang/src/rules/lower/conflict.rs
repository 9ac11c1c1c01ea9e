//! `lower/conflict`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that the domain given to `lower --into` has nothing of its own where the vm puts
    /// something: no other device at its PCI addresses, no other controller of its indexes, bus
    /// numbers or chassis, no IOMMU that the vm does not have, and that it has the NUMA cells the vm
    /// names.
    ///
    /// ## Why
    ///
    /// libvirt would refuse the result, or accept it and put something else in its place. Nothing is
    /// written until a person has decided which of the two gives way.
    ///
    /// ## References
    ///
    /// - libvirt, `src/conf/domain_addr.c`, `src/conf/domain_validate.c`
    pub(crate) static CONFLICT = {
        name: "lower/conflict",
        summary: "the domain has room for what is merged into it",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
