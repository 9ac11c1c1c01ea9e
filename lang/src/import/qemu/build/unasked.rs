//! The devices that QEMU makes of its own accord, or for an option that is no `-device`.

use super::{Builder, options};
use crate::import::qemu::command_line::CommandLine;
use crate::import::qemu::properties::Properties;
use crate::import::qemu::shell::is_unknown;
use crate::topology::{Board, Slot};

/// Devices that are there instead of the graphics card that QEMU makes (`system/vl.c`, `default_list`).
const GRAPHICS: [&str; 11] = [
    "VGA",
    "ati-vga",
    "cirrus-vga",
    "isa-cirrus-vga",
    "isa-vga",
    "qxl-vga",
    "vhost-user-vga",
    "virtio-vga",
    "virtio-vga-gl",
    "virtio-vga-rutabaga",
    "vmware-svga",
];

/// What `-vga` makes a PCI device of.
const VGA: [&str; 5] = ["cirrus", "qxl", "std", "virtio", "vmware"];

impl Builder {
    /// Notes the slots of a graphics card and of network cards: QEMU makes them before the first `-device`, in the
    /// first slots that the board leaves free.
    pub(super) fn unasked(&mut self, command: &CommandLine<'_>) {
        let first = match self.vm.board() {
            Some(Board::Q35 | Board::Virt) => 1,
            Some(Board::Pc) => 2,
            None => return,
        };
        if !self.has_defaults {
            return;
        }
        let has_defaults = options(command, &["nodefaults"]).next().is_none();
        let Some(has_graphics) = self.has_graphics(command, has_defaults) else { return };
        let cards = network_cards(command, has_defaults).unwrap_or(0);
        let graphics = has_graphics.then_some("QEMU's own graphics card");
        let devices = graphics.into_iter().chain((0..cards).map(|_| "QEMU's own network card"));
        let slots = (first..).map_while(Slot::new);
        self.vm.unasked = slots.zip(devices).collect();
    }

    /// Whether there is a graphics card, if that is known.
    fn has_graphics(&self, command: &CommandLine<'_>, has_defaults: bool) -> Option<bool> {
        if self.vm.board() == Some(Board::Virt) {
            return Some(false);
        }
        if let Some(vga) = options(command, &["vga"]).last() {
            let kind = vga.value?.value();
            return (!is_unknown(kind)).then(|| VGA.contains(&kind));
        }
        let mut has_graphics = has_defaults;
        for word in options(command, &["device"]).filter_map(|device| device.value) {
            let properties = Properties::read(self.file, word, "driver", &mut Vec::new())?;
            let driver = properties.get("driver")?.value.value.text()?.to_owned();
            has_graphics &= !GRAPHICS.contains(&driver.as_str());
        }
        Some(has_graphics)
    }
}

/// How many network cards `-nic` and `-net` make, or QEMU where nothing is said of networks; none when that is not
/// known.
fn network_cards(command: &CommandLine<'_>, has_defaults: bool) -> Option<u8> {
    let mut count = 0_u8;
    let mut is_said = !has_defaults;
    for argument in options(command, &["net", "netdev", "nic"]) {
        is_said = true;
        let text = argument.value?.value();
        let kind = text.split(',').next().unwrap_or_default();
        let makes = match argument.option {
            "nic" => kind != "none",
            "net" => kind == "nic",
            _ => false,
        };
        if argument.option != "netdev"
            && is_unknown(text)
            && (is_unknown(kind) || text.contains("model"))
        {
            return None;
        }
        // `model=` may be a device of another bus.
        let is_elsewhere = ["isa", "-device", "usb"].iter().any(|part| text.contains(part));
        count = count.saturating_add(u8::from(makes && !is_elsewhere));
    }
    Some(if is_said { count } else { 1 })
}
