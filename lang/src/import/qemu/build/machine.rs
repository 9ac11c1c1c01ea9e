//! The machine around the devices.

use super::iommus::machine_wide;
use super::{Builder, Global, options};
use crate::import::qemu::command_line::CommandLine;
use crate::import::qemu::properties::Properties;
use crate::import::qemu::shell::{Word, is_unknown};
use crate::import::qemu::value::{Property, Value, boolean, integer, size};
use crate::span::{Origin, Written};
use crate::topology::{Accelerator, Arch, Board, Firmware, IommuModel, Machine, Parent};

/// What of the machine decides what is not said.
#[derive(Default)]
struct Seen {
    machine: bool,
    accelerator: bool,
    firmware: bool,
    acpi_off: Option<Origin>,
}

impl Builder {
    /// Everything but objects and devices.
    pub(super) fn machine(&mut self, command: &CommandLine<'_>) {
        let mut seen = Seen::default();
        self.vm.arch = self.arch(command);
        for argument in &command.arguments {
            let word = argument.value;
            match (argument.option, word) {
                ("machine" | "M", Some(word)) => self.machine_properties(word, &mut seen),
                ("accel", Some(word)) => self.accel(word, &mut seen),
                ("enable-kvm", _) => {
                    let origin = Origin::new(self.file, argument.flag.span());
                    self.accelerator("kvm", origin, &mut seen);
                }
                ("name", Some(word)) => self.guest_name(word),
                ("cpu", Some(word)) => self.cpu(word),
                ("m", Some(word)) => self.memory(word),
                ("smp", Some(word)) => self.smp(word),
                ("bios" | "pflash", Some(word)) => self.bios(word, &mut seen),
                ("drive", Some(word)) => {
                    let drive = Properties::plain(self.file, word, None);
                    let interface =
                        drive.get("if").and_then(|property| property.value.value.text());
                    if interface == Some("pflash") {
                        seen.firmware = true;
                        self.vm.firmware = Some(Written::new(Firmware::Efi, drive.origin()));
                    }
                }
                _ => {}
            }
        }
        self.defaults(command, &seen);
    }

    fn arch(&self, command: &CommandLine<'_>) -> Option<Written<Arch>> {
        let arch = match command.arch()? {
            "aarch64" => Arch::Aarch64,
            "x86_64" => Arch::X86_64,
            _ => return None,
        };
        Some(Written::new(arch, self.vm.origin))
    }

    fn machine_properties(&mut self, word: &Word, seen: &mut Seen) {
        let properties = Properties::plain(self.file, word, Some("type"));
        if properties.may_have_more() {
            // It may be the very type, or anything else.
            self.is_whole = false;
            self.has_defaults = false;
        }
        for property in properties.iter() {
            let key = property.key.value.replace('_', "-");
            let origin = property.value.origin;
            let Some(text) = property.value.value.text() else {
                seen.machine |= key == "type";
                seen.accelerator |= key == "accel";
                self.is_whole &= property.value.value != Value::Unknown;
                self.has_defaults &= property.value.value != Value::Unknown;
                continue;
            };
            match key.as_str() {
                "type" => {
                    seen.machine = true;
                    self.vm.machine = board(text).map(|machine| Written::new(machine, origin));
                }
                "accel" => self.accelerator(text, origin, seen),
                "gic-version" => {
                    self.vm.gic = integer(text).map(|version| Written::new(version, origin));
                }
                "iommu" if text == "smmuv3" => {
                    self.vm
                        .iommus
                        .push(machine_wide(Written::new(IommuModel::Smmuv3, origin), None));
                }
                "highmem-mmio-size" => {
                    self.vm.mmio_window = size(text, 1).map(|size| Written::new(size, origin));
                }
                "acpi" => {
                    let is_off = matches!(text, "off" | "no" | "false" | "n");
                    seen.acpi_off = is_off.then_some(origin);
                }
                "default-bus-bypass-iommu" if boolean(text) == Some(true) => {
                    let property = properties.text_of(property.bytes.clone());
                    self.bypasses.push((Parent::Root, Written::new(property.to_owned(), origin)));
                }
                "pflash0" => {
                    seen.firmware = true;
                    self.vm.firmware = Some(Written::new(Firmware::Efi, origin));
                }
                "memory-backend" => self.uses_ram.push(text.to_owned()),
                _ => {}
            }
        }
    }

    fn accel(&mut self, word: &Word, seen: &mut Seen) {
        let properties = Properties::plain(self.file, word, Some("accel"));
        match properties.get("accel").map(|property| &property.value) {
            Some(Written { value, origin }) if value.text().is_some() => {
                let name = value.text().unwrap_or_default().to_owned();
                self.accelerator(&name, *origin, seen);
            }
            _ => seen.accelerator = true,
        }
    }

    /// The first one counts; the others are tried when it fails.
    fn accelerator(&mut self, name: &str, origin: Origin, seen: &mut Seen) {
        if std::mem::replace(&mut seen.accelerator, true) {
            return;
        }
        let first = name.split(':').next().unwrap_or(name);
        self.vm.accelerator = match first {
            "kvm" => Some(Written::new(Accelerator::Kvm, origin)),
            // With one that may be tried after it, it is not settled.
            "tcg" if first == name => Some(Written::new(Accelerator::Tcg, origin)),
            _ => None,
        };
    }

    fn guest_name(&mut self, word: &Word) {
        let properties = Properties::plain(self.file, word, Some("guest"));
        if let Some(Property { value, .. }) = properties.get("guest")
            && let Some(name) = value.value.text()
        {
            self.vm.name = Written::new(name.to_owned(), value.origin);
        }
    }

    fn cpu(&mut self, word: &Word) {
        let properties = Properties::plain(self.file, word, Some("model"));
        if let Some(Property { value, .. }) = properties.get("model")
            && let Some(name) = value.value.text()
        {
            self.vm.cpu = Some(Written::new(name.to_owned(), value.origin));
        }
    }

    fn memory(&mut self, word: &Word) {
        let properties = Properties::plain(self.file, word, Some("size"));
        if let Some(Property { value, .. }) = properties.get("size") {
            let bytes = value.value.text().and_then(|text| size(text, MEBIBYTE));
            self.vm.memory = bytes.map(|bytes| Written::new(bytes, value.origin));
        }
    }

    /// `cpus=` or as many as there are sockets, cores and threads; those that can be added count.
    fn smp(&mut self, word: &Word) {
        let properties = Properties::plain(self.file, word, Some("cpus"));
        let number = |key: &str| {
            let property = properties.get(key)?;
            let number = property.value.value.text().and_then(integer)?;
            Some(Written::new(number, property.value.origin))
        };
        let levels =
            ["drawers", "books", "sockets", "dies", "clusters", "modules", "cores", "threads"];
        let of_levels = || {
            let numbers: Vec<_> = levels.iter().filter_map(|key| number(key)).collect();
            let product =
                numbers.iter().try_fold(1_i64, |product, n| product.checked_mul(n.value))?;
            Some(Written::new(product, numbers.first()?.origin))
        };
        self.vm.vcpus = number("maxcpus").or_else(|| number("cpus")).or_else(of_levels);
        let is_unknown = |property: &Property| property.value.value == Value::Unknown;
        if properties.iter().any(is_unknown) {
            self.vm.vcpus = None;
            self.is_whole = false;
        }
    }

    /// UEFI, as far as the file's name tells.
    fn bios(&mut self, word: &Word, seen: &mut Seen) {
        seen.firmware = true;
        let path = word.value().to_ascii_lowercase();
        let is_efi = ["efi", "ovmf", "aavmf", "edk2"].iter().any(|name| path.contains(name));
        let origin = Origin::new(self.file, word.span());
        self.vm.firmware =
            (is_efi && !is_unknown(&path)).then_some(Written::new(Firmware::Efi, origin));
    }

    /// What QEMU does where nothing is said.
    fn defaults(&mut self, command: &CommandLine<'_>, seen: &Seen) {
        let board_is = |builder: &Self, board| builder.vm.board() == Some(board);
        if let Some(origin) = seen.acpi_off.filter(|_| board_is(self, Board::Virt)) {
            self.vm.acpi = Some(Written::new(false, origin));
        }
        if !self.has_defaults {
            return;
        }
        let origin = self.vm.origin;
        if !seen.machine && matches!(command.arch(), Some("x86_64" | "i386")) {
            self.vm.machine =
                Some(Written::new(Machine { board: Board::Pc, name: "pc".to_owned() }, origin));
        }
        if !seen.accelerator && command.arch().is_some() {
            self.vm.accelerator = Some(Written::new(Accelerator::Tcg, origin));
        }
        if !seen.firmware && self.vm.firmware.is_none() {
            let firmware = match self.vm.board() {
                Some(Board::Virt) => Some(Firmware::None),
                Some(Board::Q35 | Board::Pc) => Some(Firmware::Bios),
                None => None,
            };
            self.vm.firmware = firmware.map(|firmware| Written::new(firmware, origin));
        }
    }

    /// `-global driver.property=value`
    pub(super) fn globals(&mut self, command: &CommandLine<'_>) {
        for argument in options(command, &["global"]) {
            let Some(word) = argument.value else { continue };
            let properties = Properties::plain(self.file, word, None);
            let text = |key: &str| {
                let property = properties.get(key)?;
                let text = property.value.value.text()?;
                Some(Written::new(text.to_owned(), property.value.origin))
            };
            let global = match (text("driver"), text("property"), text("value")) {
                (Some(driver), Some(property), Some(value)) => {
                    Some(Global { driver: driver.value, property: property.value, value })
                }
                _ => properties.iter().next().and_then(|property| {
                    let (driver, name) = property.key.value.rsplit_once('.')?;
                    let text = property.value.value.text()?;
                    Some(Global {
                        driver: driver.to_owned(),
                        property: name.to_owned(),
                        value: Written::new(text.to_owned(), property.value.origin),
                    })
                }),
            };
            self.globals.extend(global);
        }
        let hole = self.globals.iter().rev().find(|global| {
            matches!(global.driver.as_str(), "q35-pcihost" | "i440FX-pcihost")
                && global.property == "pci-hole64-size"
        });
        if let Some(hole) = hole {
            let bytes = size(&hole.value.value, 1);
            self.vm.mmio_window = bytes.map(|bytes| Written::new(bytes, hole.value.origin));
        }
    }
}

/// The unit of `-m`.
const MEBIBYTE: u64 = 1 << 20;

/// The machine of that name; distributions have versions of their own, such as `pc-q35-rhel9.6.0`.
fn board(name: &str) -> Option<Machine> {
    Machine::parse(name).or_else(|| {
        let board = if name.starts_with("virt-") {
            Board::Virt
        } else if name.starts_with("pc-q35-") {
            Board::Q35
        } else if name.starts_with("pc-i440fx-") {
            Board::Pc
        } else {
            return None;
        };
        Some(Machine { board, name: name.to_owned() })
    })
}
