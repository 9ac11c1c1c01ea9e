//! Mistakes in shell scripts and QEMU's arguments.

use super::rules;

rules! {
    /// ## What it does
    ///
    /// Reports a quotation in a shell script, or in a file of arguments, that never ends.
    ///
    /// ## Why
    ///
    /// Everything up to the end of the file is then one word. The shell refuses such a script, and
    /// nothing behind the quote can be read.
    ///
    /// ## Example
    ///
    /// ```sh
    /// qemu-system-aarch64 -machine virt -device 'pxb-pcie,id=pxb0,bus_nr=32,bus=pcie.0
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```sh
    /// qemu-system-aarch64 -machine virt -device 'pxb-pcie,id=pxb0,bus_nr=32,bus=pcie.0'
    /// ```
    UNTERMINATED_QUOTE = "syntax/unterminated-quote": "a quotation in a script that never ends";

    /// ## What it does
    ///
    /// Reports a QEMU argument that begins as a JSON object and is none.
    ///
    /// ## Why
    ///
    /// QEMU refuses it. JSON has no comma behind the last property, and no `=`.
    ///
    /// ## Example
    ///
    /// ```sh
    /// qemu-system-aarch64 -machine virt -device '{"driver":"pxb-pcie","id":"pxb0","bus_nr":32,}'
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```sh
    /// qemu-system-aarch64 -machine virt -device '{"driver":"pxb-pcie","id":"pxb0","bus_nr":32}'
    /// ```
    MALFORMED_JSON = "syntax/json": "malformed JSON in a QEMU argument";
}
