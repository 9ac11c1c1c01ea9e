//! From a checked vm to what runs it: a QEMU command line, or libvirt XML.
//!
//! Only [`Checked`](crate::check::Checked) lowers, and lowering it cannot fail. Both back ends give
//! the same ids, numbers and order, those libvirt itself would give: the command line libvirt makes
//! of the XML has the very arguments the QEMU back end writes.

mod argument;
mod distances;
mod guest;
pub(crate) mod ids;
mod json_object;
pub mod libvirt;
pub mod merge;
pub mod qemu;
mod slots;
mod xml;

pub use argument::{Argument, Style, render};
