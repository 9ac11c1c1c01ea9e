//! QEMU command lines, as scripts and argument files hold them.
//!
//! Text → the commands of a shell script and their words ([`shell`]) → those that run QEMU
//! ([`command_line`]) → the properties of each argument ([`properties`]) → a vm ([`build`]).
//! Every value keeps the bytes it was read from, through quotes and variables.

mod build;
mod command_line;
mod json;
mod keyval;
mod options;
mod pci_drivers;
mod places;
mod properties;
mod property_types;
mod script;
mod shell;
mod source;
mod spelling;
mod value;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::Imported;
use crate::check::RequestedTarget;
use crate::elaborate::elaborate;
use crate::finding::{Finding, Severity};
use crate::parsed::Parsed;
use crate::span::{FileId, Origin};
use crate::syntax::errors;
use crate::topology::Topology;
pub use script::Script;

/// Reads a file of QEMU's command lines, which the caller knows as `file`.
pub(crate) fn read(text: Arc<str>, file: FileId) -> Imported {
    let words = script::words(&text);
    let mut findings = Vec::new();
    if let Some(quote) = words.unterminated {
        let origin = Origin::new(file, quote);
        findings.push(
            Finding::new(
                errors::UNTERMINATED_QUOTE,
                Severity::Error,
                origin,
                "this quotation never ends",
            )
            .with_help("close it where the word ends"),
        );
    }
    let commands = command_line::find(&words.commands);
    let mut topology = Topology::default();
    let (mut whole, mut unread, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
    for built in commands.iter().filter_map(|command| build::vm(file, command, &mut findings)) {
        topology.vms.push(built.vm);
        whole.push(built.is_whole && words.unterminated.is_none());
        unread.extend(built.unread);
        left_out.push(built.left_out);
    }
    let numbers = topology.vms.iter().map(elaborate).collect();
    let parsed = Parsed::Qemu(Script::new(text, file, &words, &commands));
    Imported {
        parsed,
        topology,
        numbers,
        findings,
        unread,
        exact: whole.clone(),
        whole,
        concerns_us: true,
        target: RequestedTarget::default(),
        left_out,
    }
}
