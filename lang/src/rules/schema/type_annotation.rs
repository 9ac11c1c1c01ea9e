//! `schema/type-annotation`

use crate::rules::{Check, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that there are no type annotations such as `(u8)`.
    ///
    /// ## Why
    ///
    /// The vocabulary says the type of everything; an annotation could only contradict it.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     vcpus (u8)4
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     vcpus 4
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - KDL 2.0.0, Type Annotation
    pub(crate) static TYPE_ANNOTATION = {
        name: "schema/type-annotation",
        summary: "a KDL type annotation",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}
