//! What of a command line the model does not have.

use super::Builder;
use crate::import::qemu::command_line::{Argument, CommandLine};
use crate::import::qemu::properties::Properties;
use crate::import::qemu::shell::UNKNOWN;
use crate::span::{Origin, Written};

/// Options of which the model has what matters, or that only say what is so in the model anyway.
const MODELLED: [&str; 22] = [
    "M",
    "accel",
    "bios",
    "cpu",
    "device",
    "display",
    "enable-kvm",
    "global",
    "m",
    "machine",
    "mem-path",
    "mem-prealloc",
    "name",
    "no-user-config",
    "nodefaults",
    "nographic",
    "numa",
    "object",
    "overcommit",
    "pflash",
    "rtc",
    "smp",
];

impl Builder {
    /// Notes options that the model has nothing of.
    pub(super) fn leave_out_options(&mut self, command: &CommandLine<'_>) {
        for argument in &command.arguments {
            let is_firmware = argument.option == "drive"
                && argument.value.is_some_and(|value| value.value().contains("if=pflash"));
            let is_order = argument.option == "boot"
                && argument.value.is_some_and(|value| value.value() == "strict=on");
            if !MODELLED.contains(&argument.option) && !is_firmware && !is_order {
                self.leave_out(argument);
            }
        }
    }

    /// Notes a whole argument that the model has nothing of.
    pub(super) fn leave_out(&mut self, argument: &Argument<'_>) {
        let value = argument.value.map_or("", |value| value.value());
        let text = format!("-{} {value}", argument.option);
        let span = argument.value.unwrap_or(argument.flag).span();
        self.left_out.push(Written::new(shown(&text), Origin::new(self.file, span)));
    }

    /// Notes the properties of an argument that the model does not have, while it has the rest.
    pub(super) fn leave_out_rest(&mut self, argument: &Argument<'_>, properties: &Properties<'_>) {
        let name = properties
            .get("id")
            .or_else(|| properties.get("driver"))
            .and_then(|property| property.value.value.text())
            .unwrap_or(argument.option)
            .to_owned();
        for property in properties.unasked() {
            let text = properties.text_of(property.bytes.clone());
            let text = format!("{text} of -{} {name}", argument.option);
            self.left_out.push(Written::new(shown(&text), property.key.origin));
        }
    }
}

/// On one line, and with what is not known as an ellipsis.
fn shown(text: &str) -> String {
    let shown = |c: char| match c {
        UNKNOWN => '…',
        c if c.is_control() => ' ',
        c => c,
    };
    text.trim_end().chars().map(shown).collect()
}
