//! Random libvirt domains: right ones, and wrong ones, as people leave things out and get numbers wrong.

use std::fmt::Write as _;

use iommulint_lang::topology::Board;

/// The domain of that number, the same at every run. Every device has an alias, `ua-NUMBER`, which libvirt keeps.
#[must_use]
pub fn domain(number: u64) -> String {
    let mut dice = Dice(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5eed);
    let board = dice.of(&[Board::Virt, Board::Virt, Board::Q35, Board::Q35, Board::Pc]);
    let mut writer =
        Writer { board, dice, elements: Vec::new(), indexes: Vec::new(), video: false };
    // Half of the domains say only what can be said rightly.
    let careful = writer.dice.one_in(2);
    writer.controllers(careful);
    writer.devices(careful);
    around(board, &writer.elements.join("\n    "))
}

/// `SplitMix64`.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, count: u64) -> u64 {
        self.next() % count
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        let count = u64::try_from(choices.len()).expect("a few");
        choices[usize::try_from(self.below(count)).expect("below the length")]
    }
}

struct Writer {
    board: Board,
    dice: Dice,
    elements: Vec<String>,
    /// The models of the controllers that are listed, by index.
    indexes: Vec<(u64, &'static str)>,
    video: bool,
}

impl Writer {
    fn controllers(&mut self, careful: bool) {
        let (root, models): (_, &[&'static str]) = match self.board {
            Board::Pc => ("pci-root", &["pci-bridge", "pci-bridge", "pci-expander-bus"]),
            Board::Virt | Board::Q35 => (
                "pcie-root",
                &[
                    "pcie-root-port",
                    "pcie-root-port",
                    "pcie-root-port",
                    "pcie-root-port",
                    "pcie-expander-bus",
                    "pcie-expander-bus",
                    "pcie-switch-upstream-port",
                    "pcie-switch-downstream-port",
                    "pcie-to-pci-bridge",
                    "dmi-to-pci-bridge",
                    "pci-bridge",
                ],
            ),
        };
        let count = self.dice.below(9);
        self.indexes.push((0, root));
        if count == 0 && self.dice.one_in(2) {
            return;
        }
        let mut lines = vec![format!("<controller type='pci' index='0' model='{root}'/>")];
        let mut next = 1;
        for _ in 0..count {
            let model = self.dice.of(models);
            if !careful && self.dice.one_in(8) {
                next += self.dice.below(4);
            }
            let index = match self.dice.below(10) {
                0 if !careful => String::new(),
                1 if !careful => format!(" index='{}'", self.dice.below(next + 3)),
                _ => format!(" index='{next}'"),
            };
            let place = self.controller_place(model, careful);
            let target = self.target(model);
            let alias = self.alias();
            lines.push(format!(
                "<controller type='pci' model='{model}'{index}>{alias}{target}{place}</controller>"
            ));
            self.indexes.push((next, model));
            next += 1;
        }
        if self.dice.one_in(4) {
            for at in (1..lines.len()).rev() {
                let other = self.dice.below(u64::try_from(at).expect("a few") + 1);
                lines.swap(at, usize::try_from(other).expect("a few"));
            }
        }
        self.elements.append(&mut lines);
    }

    fn target(&mut self, model: &str) -> String {
        let mut target = String::new();
        if model.ends_with("expander-bus") && self.dice.one_in(2) {
            let number = 3 + self.dice.below(60) * 4;
            let written =
                if self.dice.one_in(4) { format!("{number:#x}") } else { number.to_string() };
            let _ = write!(target, "<target busNr='{written}'/>");
        } else if model == "pcie-root-port" && self.dice.one_in(5) {
            let (chassis, port) = (self.dice.below(200), self.dice.below(200));
            let _ = write!(target, "<target chassis='{chassis}' port='{port:#x}'/>");
        }
        target
    }

    /// Where a controller sits: nowhere said, on a bus that takes it, or anywhere.
    fn controller_place(&mut self, model: &str, careful: bool) -> String {
        let takes = |parent: &str| match model {
            "pcie-root-port" | "dmi-to-pci-bridge" => {
                matches!(parent, "pcie-root" | "pcie-expander-bus")
            }
            "pcie-expander-bus" => parent == "pcie-root",
            "pcie-switch-upstream-port" | "pcie-to-pci-bridge" => {
                matches!(parent, "pcie-root-port" | "pcie-switch-downstream-port")
            }
            "pcie-switch-downstream-port" => parent == "pcie-switch-upstream-port",
            "pci-bridge" => matches!(
                parent,
                "pci-root"
                    | "pci-bridge"
                    | "pci-expander-bus"
                    | "dmi-to-pci-bridge"
                    | "pcie-to-pci-bridge"
            ),
            _ => parent == "pci-root",
        };
        self.place(takes, careful)
    }

    fn device_place(&mut self, careful: bool) -> String {
        let takes = |parent: &str| {
            matches!(
                parent,
                "pcie-root"
                    | "pci-root"
                    | "pcie-root-port"
                    | "pcie-switch-downstream-port"
                    | "pci-bridge"
                    | "pci-expander-bus"
                    | "pcie-to-pci-bridge"
                    | "dmi-to-pci-bridge"
            )
        };
        self.place(takes, careful)
    }

    fn place(&mut self, takes: impl Fn(&str) -> bool, careful: bool) -> String {
        let parents: Vec<(u64, &str)> =
            self.indexes.iter().copied().filter(|(_, model)| takes(model)).collect();
        match self.dice.below(10) {
            0..=4 => String::new(),
            5 if !careful => {
                let (bus, slot) = (self.dice.below(14), self.dice.below(33));
                let function = self.dice.below(8);
                self.address(bus, slot, function)
            }
            6 => "<address type='pci'/>".to_owned(),
            _ if parents.is_empty() => String::new(),
            _ => {
                let (bus, model) = self.dice.of(&parents);
                let slot = match model {
                    "pcie-root-port" | "pcie-switch-downstream-port" => 0,
                    _ => 3 + self.dice.below(if careful { 24 } else { 8 }),
                };
                let function = if self.dice.one_in(5) { self.dice.below(8) } else { 0 };
                self.address(bus, slot, function)
            }
        }
    }

    fn address(&mut self, bus: u64, slot: u64, function: u64) -> String {
        let bus = match self.dice.below(4) {
            0 => bus.to_string(),
            1 => format!("0{bus:o}"),
            _ => format!("{bus:#04x}"),
        };
        let multifunction =
            self.dice.of(&["", "", "", " multifunction='on'", " multifunction='off'"]);
        format!(
            "<address type='pci' domain='0x0000' bus='{bus}' slot='{slot:#04x}' function='{function:#x}'{multifunction}/>"
        )
    }

    fn alias(&self) -> String {
        format!("<alias name='ua-{}'/>", self.elements.len() * 100 + self.indexes.len())
    }

    fn devices(&mut self, careful: bool) {
        let count = match self.dice.below(6) {
            0 => 0,
            1 => 40,
            2 => 14,
            _ => 6,
        };
        for number in 0..self.dice.below(count + 1) {
            let place = self.device_place(careful);
            let device = self.device(number, &place);
            self.elements.push(device);
        }
        if self.dice.one_in(4) {
            let place = self.device_place(careful);
            let model = self.dice.of(&["virtio", "virtio-transitional", "none"]);
            let alias = self.alias();
            let inner = if model == "none" { String::new() } else { alias + &place };
            self.elements.push(format!("<memballoon model='{model}'>{inner}</memballoon>"));
        }
        self.only_once(careful);
        if self.dice.one_in(3) {
            let (place, alias) = (self.device_place(careful), self.alias());
            self.elements.push(format!("<vsock model='virtio'>{alias}{place}</vsock>"));
        }
        if self.dice.one_in(8) {
            self.usb2(careful);
        } else if self.dice.one_in(12) && !self.elements.iter().any(|e| e.contains("'usb'")) {
            self.elements.push("<controller type='usb' model='none'/>".to_owned());
        }
        if self.dice.one_in(6) {
            let alias = self.alias();
            let place =
                if self.dice.one_in(3) { self.device_place(careful) } else { String::new() };
            self.elements.push(format!("<panic model='pvpanic'>{alias}{place}</panic>"));
        }
        if self.board == Board::Q35 && self.dice.one_in(6) {
            let model = self.dice.of(&["virtio", "amd"]);
            self.elements.push(format!("<iommu model='{model}'>{}</iommu>", self.alias()));
        }
    }

    /// What a domain has one of at most.
    fn only_once(&mut self, careful: bool) {
        if self.dice.one_in(6) {
            self.elements.push("<graphics type='vnc'/>".to_owned());
        }
        if self.dice.one_in(8) {
            let (place, alias) = (self.device_place(careful), self.alias());
            self.elements.push(format!("<watchdog model='i6300esb'>{alias}{place}</watchdog>"));
        }
        if self.board != Board::Virt && self.dice.one_in(8) {
            let (place, alias) = (self.device_place(careful), self.alias());
            self.elements.push(format!(
                "<pstore backend='acpi-erst'><size unit='KiB'>64</size>{alias}{place}</pstore>"
            ));
        }
        if self.board == Board::Virt && self.dice.one_in(12) {
            let alias = self.alias();
            self.elements.push(format!(
                "<rng model='virtio'><backend model='random'>/dev/urandom</backend>{alias}\
                 <address type='virtio-mmio'/></rng>"
            ));
        }
        if self.board == Board::Pc && self.dice.one_in(3) {
            let alias = self.alias();
            self.elements.push(format!(
                "<disk type='file' device='cdrom'><target dev='hdc' bus='ide'/>{alias}</disk>"
            ));
        }
    }

    /// A USB 2 controller with companions, in some order.
    fn usb2(&mut self, careful: bool) {
        let mut models = vec!["ich9-ehci1", "ich9-uhci1", "ich9-uhci2", "ich9-uhci3"];
        if self.dice.one_in(2) {
            models.rotate_left(2);
        }
        if self.dice.one_in(3) {
            models.pop();
        }
        let index = self.dice.of(&["", " index='0'", " index='1'"]);
        for model in models {
            let place =
                if self.dice.one_in(8) { self.device_place(careful) } else { String::new() };
            let alias = self.alias();
            self.elements.push(format!(
                "<controller type='usb' model='{model}'{index}>{alias}{place}</controller>"
            ));
        }
    }

    fn device(&mut self, number: u64, place: &str) -> String {
        let alias = self.alias();
        let model = self.dice.of(&[
            "",
            "",
            "",
            " model='virtio-non-transitional'",
            " model='virtio-transitional'",
        ]);
        match self.dice.below(18) {
            0..=3 => self.disk(number, model, &alias, place),
            6 => self.host_device(number, &alias, place),
            12 => self.controller(&alias, place),
            4 | 5 => {
                let model =
                    self.dice.of(&["virtio", "e1000e", "e1000", "rtl8139", "igb", "", "vmxnet3"]);
                let model = if model.is_empty() {
                    String::new()
                } else {
                    format!("<model type='{model}'/>")
                };
                format!("<interface type='ethernet'>{model}{alias}{place}</interface>")
            }
            7 | 8 => format!(
                "<hostdev mode='subsystem' type='pci' managed='no'><driver name='vfio'/><source>\
                 <address domain='0x4000' bus='{:#x}' slot='0x00' function='0x0'/></source>{alias}{place}</hostdev>",
                number + 1
            ),
            9 => {
                let model = self.dice.of(&["ich9", "ich6", "ac97", "es1370", "virtio"]);
                format!("<sound model='{model}'>{alias}{place}</sound>")
            }
            10 => format!(
                "<rng model='virtio'><backend model='random'>/dev/urandom</backend>{alias}{place}</rng>"
            ),
            11 => {
                let kind = self.dice.of(&["keyboard", "mouse", "tablet"]);
                format!("<input type='{kind}' bus='virtio'>{alias}{place}</input>")
            }
            13 => format!(
                "<channel type='unix'><target type='virtio' name='c{number}'/>{alias}</channel>"
            ),
            14 => {
                let primary = &["vga", "cirrus", "virtio", "ramfb"];
                let kind = if self.video { "virtio" } else { self.dice.of(primary) };
                self.video = true;
                let place = if kind == "ramfb" { "" } else { place };
                format!("<video><model type='{kind}'/>{alias}{place}</video>")
            }
            15 => format!(
                "<shmem name='s{number}'><model type='ivshmem-plain'/><size unit='M'>4</size>{alias}{place}</shmem>"
            ),
            16 => format!(
                "<filesystem type='mount'{model}><source dir='/tmp'/><target dir='f{number}'/>{alias}{place}</filesystem>"
            ),
            _ => format!(
                "<crypto model='virtio' type='qemu'><backend model='builtin'/>{alias}{place}</crypto>"
            ),
        }
    }

    fn disk(&mut self, number: u64, model: &str, alias: &str, place: &str) -> String {
        let letter = self.letter(number);
        let (model, target, place) = match self.dice.below(4) {
            0 | 1 => (model, format!("<target dev='vd{letter}' bus='virtio'/>"), place),
            2 => {
                let bus = self.dice.of(&["scsi", "sata"]);
                ("", format!("<target dev='sd{letter}' bus='{bus}'/>"), "")
            }
            _ => ("", format!("<target dev='vd{letter}'/>"), place),
        };
        format!(
            "<disk type='file' device='disk'{model}><source file='/d{number}'/>{target}{alias}{place}</disk>"
        )
    }

    /// One that is a host device, but not in the usual way.
    fn host_device(&mut self, number: u64, alias: &str, place: &str) -> String {
        let source = format!(
            "<source><address type='pci' domain='0x5000' bus='{:#x}' slot='0x00' function='0x0'/></source>",
            number + 1
        );
        match self.dice.below(4) {
            0 => format!("<interface type='hostdev'>{source}{alias}{place}</interface>"),
            1 => format!(
                "<hostdev mode='subsystem' type='pci'>{source}{alias}<address type='unassigned'/></hostdev>"
            ),
            2 => format!(
                "<hostdev mode='subsystem' type='scsi'><source><adapter name='scsi_host0'/>\
                 <address bus='0' target='0' unit='{number}'/></source>{alias}\
                 <address type='drive' controller='{}' bus='0' target='0' unit='{number}'/></hostdev>",
                self.dice.below(3)
            ),
            _ => format!(
                "<hostdev mode='subsystem' type='mdev' model='vfio-pci'><source>\
                 <address uuid='c2177883-f1bb-47f0-914d-32a22e3a{number:04x}'/></source>{alias}{place}</hostdev>"
            ),
        }
    }

    /// A controller other than a PCI controller.
    fn controller(&mut self, alias: &str, place: &str) -> String {
        let (kind, model) = self.dice.of(&[
            ("scsi", " model='virtio-scsi'"),
            ("scsi", ""),
            ("scsi", " model='virtio-transitional'"),
            ("usb", " model='qemu-xhci'"),
            ("usb", " model='nec-xhci'"),
            ("usb", ""),
            ("usb", " model='piix3-uhci'"),
            ("virtio-serial", ""),
            ("sata", ""),
            ("nvme", ""),
        ]);
        let index = self.dice.of(&["", "", " index='0'", " index='2'"]);
        let serial = if kind == "nvme" { "<serial>s</serial>" } else { "" };
        format!("<controller type='{kind}'{model}{index}>{serial}{alias}{place}</controller>")
    }

    /// A letter for a disk, not always in the order of the file.
    fn letter(&mut self, number: u64) -> String {
        let number = if self.dice.one_in(2) { 300 - number } else { number };
        let letter = |digit: u64| char::from(b'a' + u8::try_from(digit).expect("below 26"));
        match number / 26 {
            0 => letter(number).to_string(),
            higher => format!("{}{}", letter(higher - 1), letter(number % 26)),
        }
    }
}

/// A domain with these `devices`, and nothing that is not needed.
#[must_use]
pub fn around(board: Board, devices: &str) -> String {
    let (arch, machine, features) = match board {
        Board::Virt => ("aarch64", "virt", ""),
        Board::Q35 => ("x86_64", "q35", "<acpi/><apic/><ioapic driver='qemu'/>"),
        Board::Pc => ("x86_64", "pc", "<acpi/>"),
    };
    format!(
        "<domain type='qemu'>\n  <name>made-up</name>\n  <memory unit='GiB'>1</memory>\n  <vcpu>2</vcpu>\n  \
         <os><type arch='{arch}' machine='{machine}'>hvm</type></os>\n  <features>{features}</features>\n  \
         <devices>\n    {devices}\n  </devices>\n</domain>\n"
    )
}
