//! The mistakes of XML.

use super::rules;

rules! {
    /// ## What it does
    ///
    /// Reports a file that is not well-formed XML, has a document type, or has elements more than 256 deep
    /// in each other.
    ///
    /// ## Why
    ///
    /// libvirt reads nothing of such a file. A document type could define entities, which grow without
    /// bound or name other files; no domain needs one.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <domain type='kvm'>
    ///   <name>guest</name>
    ///   <devices>
    /// </domain>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <domain type='kvm'>
    ///   <name>guest</name>
    ///   <devices/>
    /// </domain>
    /// ```
    XML = "syntax/xml": "a libvirt domain is well-formed XML";
}
