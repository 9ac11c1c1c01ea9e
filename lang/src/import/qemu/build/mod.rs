//! From the arguments of one QEMU command to a vm.

mod buses;
mod controllers;
mod endpoints;
mod iommus;
mod left_out;
mod machine;
mod names;
mod numa;
mod objects;
mod root_buses;
mod slots;
mod unasked;

use std::collections::HashMap;

use super::command_line::{Argument, CommandLine};
use super::pci_drivers;
use super::properties::Properties;
use super::shell::is_unknown;
use super::spelling;
use super::value::Given;
use crate::finding::Finding;
use crate::rules::pci::duplicate_id;
use crate::rules::target::unknown_attribute;
use crate::span::{FileId, Origin, Span, Written};
use crate::topology::{Parent, Placement, Vm};
use buses::Buses;
use endpoints::Initiator;
use numa::Backend;
use root_buses::Unplaced;
use slots::Slots;

/// A vm, and how well it was read.
pub(super) struct Built {
    /// The vm.
    pub(super) vm: Vm,
    /// Whether all of it could be read.
    pub(super) is_whole: bool,
    /// The arguments that something is wrong with.
    pub(super) unread: Vec<Span>,
    /// What the model does not have of it.
    pub(super) left_out: Vec<Written<String>>,
}

/// Reads `command`; none when it is for an architecture that the language does not have.
pub(super) fn vm(
    file: FileId,
    command: &CommandLine<'_>,
    findings: &mut Vec<Finding>,
) -> Option<Built> {
    if command.arch().is_some_and(|arch| !KNOWN_ARCHITECTURES.contains(&arch)) {
        return None;
    }
    let start = command.program.or_else(|| command.arguments.first().map(|first| first.flag))?;
    let origin = Origin::new(file, start.span());
    let mut builder = Builder {
        file,
        vm: empty(origin, command),
        is_whole: command.is_whole && command.program.is_some(),
        has_defaults: command.is_whole && command.program.is_some(),
        unread: Vec::new(),
        left_out: Vec::new(),
        is_kept: false,
        findings: Vec::new(),
        buses: Buses::default(),
        backends: HashMap::new(),
        initiators: Vec::new(),
        bypasses: Vec::new(),
        unplaced: Vec::new(),
        amd_halves: HashMap::new(),
        slots: Slots::default(),
        depths: Vec::new(),
        physical_slots: Vec::new(),
        uses_ram: Vec::new(),
        globals: Vec::new(),
        set: HashMap::new(),
    };
    builder.read(command);
    findings.append(&mut builder.findings);
    let Builder { vm, is_whole, unread, mut left_out, .. } = builder;
    left_out.sort_by_key(|left| left.origin);
    Some(Built { vm, is_whole, unread, left_out })
}

/// Rules whose findings while an argument is read leave nothing of it unread.
const UNDERSTOOD: [&str; 6] = [
    "hostdev/fd-without-id",
    "pci/address-range",
    "pci/duplicate-address",
    "pci/duplicate-id",
    "pci/implicit-bus",
    "target/unknown-attribute",
];

/// What `qemu-system-…` may end with.
const KNOWN_ARCHITECTURES: [&str; 4] = ["aarch64", "arm", "i386", "x86_64"];

/// Makes one vm.
struct Builder {
    file: FileId,
    vm: Vm,
    is_whole: bool,
    /// Whether what is not there has QEMU's default: all arguments are known.
    has_defaults: bool,
    unread: Vec<Span>,
    left_out: Vec<Written<String>>,
    /// Whether the argument that is being read is in the model.
    is_kept: bool,
    findings: Vec<Finding>,
    buses: Buses,
    /// Memory objects by id.
    backends: HashMap<String, Backend>,
    /// Generic initiators, in order.
    initiators: Vec<Initiator>,
    /// Root buses that are to bypass their IOMMU, and the property that says so, at its value.
    bypasses: Vec<(Parent, Written<String>)>,
    /// vSMMUs without a root bus.
    unplaced: Vec<Unplaced>,
    /// PCI halves of AMD IOMMUs by id, with where they sit.
    amd_halves: HashMap<String, (Placement, Written<String>)>,
    /// What sits where.
    slots: Slots,
    /// Of each controller, how many are above what is plugged into it.
    depths: Vec<u32>,
    /// Of each controller `slot=`, which parts ports of one chassis; none where it is not known.
    physical_slots: Vec<Option<i64>>,
    /// Ids of the memory objects that are guest RAM.
    uses_ram: Vec<String>,
    /// `-global driver.property=value`.
    globals: Vec<Global>,
    /// Properties that `-set` gives, by the id of their device.
    set: HashMap<String, Vec<String>>,
}

/// `-global driver.property=value`
struct Global {
    driver: String,
    property: String,
    value: Written<String>,
}

impl Builder {
    fn read(&mut self, command: &CommandLine<'_>) {
        self.machine(command);
        for argument in options(command, &["object"]) {
            self.argument(argument, "qom-type", |builder, properties| builder.object(properties));
        }
        self.numa(command);
        self.globals(command);
        self.note_what_is_set(command);
        self.unasked(command);
        self.buses.announce(command, self.file);
        for argument in options(command, &["device"]) {
            self.argument(argument, "driver", Self::device);
        }
        self.attach_initiators();
        self.name_iommufds();
        self.leave_out_options(command);
        self.help_unplaced();
        self.judge_bypasses();
        self.judge_slots();
        self.part_chassis();
        self.name_the_nameless();
    }

    /// Reads the properties of one argument; what is wrong with it keeps rules from finding the same.
    fn argument<'w>(
        &mut self,
        argument: &Argument<'w>,
        implied: &str,
        build: impl FnOnce(&mut Self, &mut Properties<'w>),
    ) {
        let Some(word) = argument.value else { return };
        let before = self.findings.len();
        self.is_kept = false;
        let properties = Properties::read(self.file, word, implied, &mut self.findings);
        if let Some(mut properties) = properties {
            self.obscure_what_is_set(&mut properties);
            build(self, &mut properties);
            if self.is_kept {
                self.leave_out_rest(argument, &properties);
            }
        } else {
            self.is_whole = false;
        }
        if !self.is_kept {
            self.leave_out(argument);
        }
        let is_understood = |finding: &Finding| UNDERSTOOD.contains(&finding.rule);
        if !self.findings[before..].iter().all(is_understood) {
            self.is_whole = false;
            self.unread.push(word.span());
        }
    }

    /// `-set device.ID.property=value`
    fn note_what_is_set(&mut self, command: &CommandLine<'_>) {
        for argument in options(command, &["set"]) {
            let text = argument.value.map_or("", |word| word.value());
            let name = text.split_once('=').map_or(text, |(name, _)| name);
            let parts = name.strip_prefix("device.").and_then(|name| name.rsplit_once('.'));
            match parts.filter(|_| !is_unknown(name)) {
                Some((id, property)) => {
                    self.set.entry(id.to_owned()).or_default().push(property.to_owned());
                }
                None => self.is_whole = false,
            }
        }
    }

    /// What `-set` gives a device is not what stands in its argument.
    fn obscure_what_is_set(&self, properties: &mut Properties<'_>) {
        let id = properties.iter().find(|property| property.key.value == "id");
        let id = id.and_then(|property| property.value.value.text());
        if let Some(set) = id.and_then(|id| self.set.get(id)) {
            for property in set {
                properties.obscure(property);
            }
        }
    }

    /// `-device`
    fn device(&mut self, properties: &mut Properties<'_>) {
        if properties.may_have_more() {
            self.is_whole = false;
        }
        let Given::Here(driver) = properties.text("driver", &mut self.findings) else {
            self.is_whole = false;
            return;
        };
        self.doubled_id(properties);
        let driver = driver.map(|name| pci_drivers::driver(&name).to_owned());
        let driver = self.spelt(driver, properties);
        let properties = &*properties;
        match driver.value.as_str() {
            "pxb-pcie" | "pcie-root-port" | "ioh3420" | "x3130-upstream" | "xio3130-downstream" => {
                self.controller(properties, &driver);
            }
            "arm-smmuv3" | "arm-smmuv3-accel" | "arm-smmuv3-nested" | "smmuv3-nested" => {
                self.vsmmu(properties, &driver);
            }
            "intel-iommu" => self.intel(properties, &driver),
            "amd-iommu" => self.amd(properties, &driver),
            "AMDVI-PCI" => self.amd_pci(properties),
            "virtio-iommu-pci" => self.virtio_iommu(properties, &driver),
            "vfio-pci" | "vfio-pci-nohotplug" => self.hostdev(properties, &driver),
            _ => self.other_device(properties, driver),
        }
    }

    /// The driver and its properties as they were meant: each slip of the hand is a finding.
    fn spelt(
        &mut self,
        written: Written<String>,
        properties: &mut Properties<'_>,
    ) -> Written<String> {
        let near = match spelling::driver_near(&written.value) {
            Some(near) if !pci_drivers::is_on_pci(&written.value) => {
                self.findings.push(unknown_attribute::driver(&written, near));
                Some(near)
            }
            _ => None,
        };
        let driver =
            written.map(|name| near.map_or(name, |near| pci_drivers::driver(near).to_owned()));
        let wrong = properties.iter().filter_map(|property| {
            let key = &property.key.value;
            Some((key.clone(), spelling::property_near(&driver.value, key)?))
        });
        for (wrong, near) in wrong.collect::<Vec<_>>() {
            if let Some(at) = properties.respell(&wrong, near) {
                let finding = unknown_attribute::property(at, &driver.value, &wrong, near);
                self.findings.push(finding);
            }
        }
        driver
    }

    /// The `id=` of an argument.
    fn id(&mut self, properties: &Properties<'_>) -> Given<String> {
        properties.text("id", &mut self.findings)
    }

    /// `id=` twice in one argument.
    fn doubled_id(&mut self, properties: &Properties<'_>) {
        let mut ids = properties.iter().filter(|property| property.key.value == "id");
        if let (Some(first), Some(second)) = (ids.next(), ids.next()) {
            let name = second.value.value.text().unwrap_or_default();
            self.findings.push(duplicate_id::doubled(
                second.value.origin,
                name,
                first.value.origin,
                properties.is_json(),
            ));
        }
    }

    /// What an element goes by in messages: its id, else something of its own.
    fn name(id: Option<&Written<String>>, otherwise: &Written<String>) -> Written<String> {
        id.unwrap_or(otherwise).clone()
    }
}

/// The arguments of these options, in order.
fn options<'c, 'w>(
    command: &'c CommandLine<'w>,
    names: &'static [&'static str],
) -> impl Iterator<Item = &'c Argument<'w>> {
    command.arguments.iter().filter(move |argument| names.contains(&argument.option))
}

fn empty(origin: Origin, command: &CommandLine<'_>) -> Vm {
    let program = command.program.map_or("qemu", |program| program.value());
    let name = program.rsplit('/').next().unwrap_or(program).replace('\0', "qemu");
    Vm::new(Written::new(name, origin), origin)
}

/// What an element is plugged into, when that is a bus of the model.
enum Place {
    /// This bus.
    On(Parent),
    /// A bus that the model does not have, or that is not known.
    Elsewhere,
    /// No PCI bus at all.
    NoPci,
}
