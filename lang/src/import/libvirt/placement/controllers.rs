//! The list of a domain's controllers: their indexes, those that libvirt adds, and their order.

use std::collections::HashSet;

use super::inventory::Inventory;
use super::kind::{self, Found};
use super::model::{Model, Wants};
use super::needed::Needed;
use super::number::{index, unsigned};
use super::refusal::{Refusal, Refused};
use super::{Given, Implicit, Item, Owner, PciController, What};
use crate::topology::Board;
use crate::xml::Element;

/// The highest index of a PCI controller of which libvirt's way is followed; it takes none above 255.
const MOST_FOLLOWED: u32 = 1023;
/// A type of controller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Type {
    Pci,
    Usb,
    Scsi,
    VirtioSerial,
    Sata,
    Ide,
    Nvme,
    Fdc,
    Ccid,
    Isa,
    Xenbus,
}

impl Type {
    const ALL: [(&'static str, Self); 11] = [
        ("pci", Self::Pci),
        ("usb", Self::Usb),
        ("scsi", Self::Scsi),
        ("virtio-serial", Self::VirtioSerial),
        ("sata", Self::Sata),
        ("ide", Self::Ide),
        ("nvme", Self::Nvme),
        ("fdc", Self::Fdc),
        ("ccid", Self::Ccid),
        ("isa", Self::Isa),
        ("xenbus", Self::Xenbus),
    ];

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(of, _)| *of == name).map(|&(_, kind)| kind)
    }

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }
}

/// A controller that is listed.
pub(super) struct Listed {
    owner: Owner,
    pub(super) kind: Type,
    index: Option<u32>,
    /// What it is to the guest, unless it is a PCI controller …
    pub(super) found: Found,
    /// … which is this.
    pub(super) pci: Option<PciController>,
    /// Whether it is a companion of another USB controller.
    companion: bool,
    /// Of a SCSI controller, the model it says.
    scsi: Option<String>,
}

impl Listed {
    /// None where libvirt refuses a value, or knows more than is known here.
    pub(super) fn read(controller: Element<'_>, board: Board) -> Option<Self> {
        let name = controller.value("type")?;
        let (kind, model) = (Type::parse(name)?, controller.value("model"));
        let index = match controller.value("index") {
            Some(written) => Some(index(written)?),
            None => None,
        };
        let pci =
            if kind == Type::Pci { Some(pci(controller, Model::parse(model?)?)?) } else { None };
        let found = match pci {
            Some(_) => Found::NotPci,
            None => kind::controller(name, model, board),
        };
        Some(Self {
            owner: Owner::Listed(controller.position()),
            kind,
            index,
            companion: found.is_companion() || controller.child("master").is_some(),
            found,
            pci,
            scsi: model.filter(|&model| kind == Type::Scsi && model != "auto").map(str::to_owned),
        })
    }
}

fn pci(controller: Element<'_>, model: Model) -> Option<PciController> {
    let target = controller.child("target");
    let number = |name| match target.and_then(|target| target.value(name)) {
        Some(written) => unsigned(written).map(|value| Some(Given { value, written: true })),
        None => Some(None),
    };
    let chassis = if model == Model::PciBridge { "chassisNr" } else { "chassis" };
    Some(PciController {
        model,
        index: Given { value: 0, written: controller.attribute("index").is_some() },
        reason: None,
        bus_nr: number("busNr")?,
        chassis: number(chassis)?,
        port: number("port")?,
    })
}

/// One controller of libvirt's list.
struct Entry {
    owner: Owner,
    index: Option<u32>,
    /// Its position among the items, if it takes a PCI address.
    item: Option<usize>,
    /// Which USB 2 controller or companion it is, by the function that it has.
    usb2: Option<u8>,
    companion: bool,
    /// Of a SCSI controller, the model it says.
    scsi: Option<String>,
}

/// All controllers of one type, in the order of libvirt's list.
#[derive(Default)]
struct Group {
    entries: Vec<Entry>,
    used: HashSet<u32>,
}

/// All controllers, and those that devices need.
#[derive(Default)]
pub(super) struct Controllers {
    /// Types in the order in which they are first listed.
    groups: Vec<(Type, Group)>,
    pub(super) needed: Needed,
}

impl Controllers {
    fn group(&mut self, kind: Type) -> &mut Group {
        let at = self.groups.iter().position(|(of, _)| *of == kind).unwrap_or_else(|| {
            self.groups.push((kind, Group::default()));
            self.groups.len() - 1
        });
        &mut self.groups[at].1
    }

    pub(super) fn list(&mut self, listed: Listed, item: Option<usize>) {
        let Listed { owner, kind, index, found, companion, scsi, .. } = listed;
        let usb2 = match &found {
            Found::Pci(kind) => kind.usb2_function(),
            Found::NotPci | Found::Unknown => None,
        };
        self.group(kind).entries.push(Entry { owner, index, item, usb2, companion, scsi });
    }

    /// Gives every controller an index, adds those that libvirt adds, and puts all in libvirt's order.
    pub(super) fn complete(mut self, board: Board, inventory: &mut Inventory) {
        for (_, group) in &mut self.groups {
            group.order();
        }
        // libvirt adds these while it reads the file, before it gives out indexes.
        self.add_for_hostdevs(board, inventory);
        let mut reordered = false;
        for (at, (_, group)) in self.groups.iter_mut().enumerate() {
            reordered |= group.number(at == 0);
        }
        if reordered {
            for (_, group) in &mut self.groups {
                group.order();
            }
        }
        self.choose_scsi_model(board, inventory);
        self.add_defaults(board, inventory);
        self.refuse_indexes(board, inventory);
        self.add_needed(board, inventory);
        inventory.unknown.extend(self.needed.beyond);
        for (kind, group) in &self.groups {
            for entry in &group.entries {
                let Some(item) = entry.item else { continue };
                let index = entry.index.unwrap_or_default();
                match &mut inventory.items[item].what {
                    What::Pci(pci) => {
                        pci.index.value = index;
                        inventory.pci.push(item);
                        continue;
                    }
                    What::Controller(_, _, of) => *of = index,
                    What::Device(_) => {}
                }
                inventory.controllers.push(item);
            }
            if *kind == Type::Pci {
                inventory.before_pci = inventory.controllers.len();
            }
        }
    }

    fn add_defaults(&mut self, board: Board, inventory: &mut Inventory) {
        let usb = match board {
            Board::Virt => None,
            Board::Q35 => Some("qemu-xhci"),
            Board::Pc => Some("piix3-uhci"),
        };
        if usb.is_some() {
            self.add(Type::Usb, 0, Implicit::Usb, usb, board, inventory);
        }
        if board == Board::Q35 {
            self.add(Type::Sata, 0, Implicit::Sata, None, board, inventory);
        }
        let group = self.group(Type::Pci);
        if !group.used.contains(&0) {
            let model = root(board);
            let item = inventory.items.len();
            let owner = Owner::Implicit(Implicit::Root);
            let index = Given { value: 0, written: false };
            let pci = PciController { index, ..PciController::new(model) };
            inventory.items.push(Item::unplaced(owner, Wants::of(model), What::Pci(pci)));
            group.insert(Entry::added(owner, 0, Some(item)));
        }
    }

    fn add_needed(&mut self, board: Board, inventory: &mut Inventory) {
        let by_disks = self.needed.by_disks();
        let scsi = self.scsi_model(board);
        for (kind, highest) in by_disks {
            let model = scsi.as_deref().filter(|_| kind == Type::Scsi);
            self.add_up_to(kind, highest, model, board, inventory);
        }
        for index in self.needed.virtio_serial.clone() {
            self.add(Type::VirtioSerial, index, Implicit::Characters, None, board, inventory);
        }
    }

    /// Adds the controllers of SCSI host devices: of the model of the one that a device is on, if that is listed.
    fn add_for_hostdevs(&mut self, board: Board, inventory: &mut Inventory) {
        let mut model = None;
        for highest in std::mem::take(&mut self.needed.hostdevs) {
            let entries = &self.group(Type::Scsi).entries;
            let on = entries.iter().find(|entry| entry.index == Some(highest));
            model = on.and_then(|entry| entry.scsi.clone()).or(model);
            self.add_up_to(Type::Scsi, Some(highest), model.as_deref(), board, inventory);
        }
    }

    /// Adds every controller up to the one that something is on.
    fn add_up_to(
        &mut self,
        kind: Type,
        highest: Option<u32>,
        model: Option<&str>,
        board: Board,
        inventory: &mut Inventory,
    ) {
        for index in 0..highest.map_or(0, |highest| highest + 1) {
            self.add(kind, index, Implicit::Disks, model, board, inventory);
        }
    }

    /// The model of the first SCSI controller that says one: on x86 the others have the same.
    fn scsi_model(&self, board: Board) -> Option<String> {
        if board == Board::Virt {
            return None;
        }
        let (_, group) = self.groups.iter().find(|(kind, _)| *kind == Type::Scsi)?;
        group.entries.iter().find_map(|entry| entry.scsi.clone())
    }

    /// Gives SCSI controllers without a model the model of the first that says one.
    fn choose_scsi_model(&mut self, board: Board, inventory: &mut Inventory) {
        let Some(model) = self.scsi_model(board) else { return };
        let found = kind::controller(Type::Scsi.name(), Some(&model), board);
        for entry in &mut self.group(Type::Scsi).entries {
            let Some(item) = entry.item.filter(|_| entry.scsi.is_none()) else { continue };
            match &found {
                Found::Pci(kind) => {
                    let item = &mut inventory.items[item];
                    item.wants = kind.wants(board);
                    item.what = What::Controller(kind.clone(), Type::Scsi, 0);
                }
                Found::NotPci | Found::Unknown => entry.item = None,
            }
        }
    }

    /// Adds a controller, unless there is one.
    fn add(
        &mut self,
        kind: Type,
        index: u32,
        implicit: Implicit,
        model: Option<&str>,
        board: Board,
        inventory: &mut Inventory,
    ) {
        let group = self.group(kind);
        if group.used.contains(&index) {
            return;
        }
        let owner = Owner::Implicit(implicit);
        let mut item = None;
        if let Found::Pci(found) = kind::controller(kind.name(), model, board) {
            item = Some(inventory.items.len());
            let wants = found.wants(board);
            let what = What::Controller(found, kind, index);
            inventory.items.push(Item::unplaced(owner, wants, what));
        }
        let scsi = model.filter(|_| kind == Type::Scsi).map(str::to_owned);
        group.insert(Entry { scsi, ..Entry::added(owner, index, item) });
    }

    fn refuse_indexes(&self, board: Board, inventory: &mut Inventory) {
        let Some((_, pci)) = self.groups.iter().find(|(kind, _)| *kind == Type::Pci) else {
            return;
        };
        for (at, entry) in pci.entries.iter().enumerate() {
            let Some((index, model)) = entry.index.zip(entry.model(inventory)) else { continue };
            let is_duplicate = at > 0 && pci.entries[at - 1].index == entry.index;
            if is_duplicate {
                continue;
            }
            if let Some((refused, words)) = misplaced(model, index, board) {
                inventory.refusals.push(Refusal { owner: entry.owner, refused, words });
                if refused == Refused::HighIndex {
                    break;
                }
            }
        }
        for (kind, group) in &self.groups {
            group.refuse_duplicates(*kind, inventory);
        }
    }
}

/// The model of the controller with index 0.
pub(super) const fn root(board: Board) -> Model {
    match board {
        Board::Virt | Board::Q35 => Model::PcieRoot,
        Board::Pc => Model::PciRoot,
    }
}

/// What libvirt says of a controller that the machine has no place for.
fn misplaced(model: Model, index: u32, board: Board) -> Option<(Refused, String)> {
    let is_pc = board == Board::Pc;
    let root = root(board);
    Some(match model {
        _ if index == 0 && model != root => (
            Refused::NotRoot,
            format!(
                "XML error: The PCI controller with index='0' must be model='{}' for this machine type, but \
                 model='{}' was found instead",
                root.name(),
                model.name()
            ),
        ),
        _ if model.is_root() && index != 0 => (
            Refused::RootIndex,
            "XML error: pci-root and pcie-root controllers should have index 0".to_owned(),
        ),
        Model::PciExpanderBus if !is_pc => (
            Refused::WrongMachine,
            "unsupported configuration: pci-expander-bus controllers are only supported on 440fx-based machinetypes"
                .to_owned(),
        ),
        Model::PcieExpanderBus if is_pc => (
            Refused::WrongMachine,
            "unsupported configuration: pcie-expander-bus controllers are not supported with this machine type"
                .to_owned(),
        ),
        // What is lower libvirt places first, and then refuses.
        _ if index > MOST_FOLLOWED => (
            Refused::HighIndex,
            format!("unsupported configuration: PCI controller index {index} too high, maximum is 255"),
        ),
        _ => return None,
    })
}

impl Entry {
    fn added(owner: Owner, index: u32, item: Option<usize>) -> Self {
        let index = Some(index);
        Self { owner, index, item, usb2: None, companion: false, scsi: None }
    }

    fn model(&self, inventory: &Inventory) -> Option<Model> {
        match &inventory.items[self.item?].what {
            What::Pci(pci) => Some(pci.model),
            _ => None,
        }
    }
}

impl Group {
    /// Puts the entries, which are in file order, in the order of libvirt's list: by index. One without an index
    /// comes behind all that stand before it in the file.
    fn order(&mut self) {
        let mut highest = None;
        self.entries.sort_by_cached_key(|entry| {
            highest = highest.max(entry.index);
            match entry.index {
                Some(_) => (entry.index, entry.companion),
                None => (highest, true),
            }
        });
        self.used.extend(self.entries.iter().filter_map(|entry| entry.index));
    }

    /// Gives each entry without an index the lowest that is free; USB 2 companions that follow each other get
    /// the same. Whether that changes their order, and that of all controllers.
    fn number(&mut self, first_group: bool) -> bool {
        let mut lowest = 0;
        let known = self.entries.iter().filter_map(|entry| entry.index.zip(entry.usb2));
        let mut usb2: HashSet<(u32, u8)> = known.collect();
        let mut previous: Option<(u32, u8)> = None;
        let mut reordered = false;
        for (at, entry) in self.entries.iter_mut().enumerate() {
            if entry.index.is_none() {
                let together = previous.zip(entry.usb2).map(|((index, _), model)| (index, model));
                let together = together.filter(|pair| !usb2.contains(pair));
                let index = together.map_or_else(
                    || {
                        while self.used.contains(&lowest) {
                            lowest += 1;
                        }
                        lowest
                    },
                    |(index, _)| index,
                );
                reordered |= entry.usb2.is_some() && !(first_group && at == 0);
                self.used.insert(index);
                usb2.extend(entry.usb2.map(|model| (index, model)));
                entry.index = Some(index);
            }
            previous = entry.index.zip(entry.usb2);
        }
        reordered
    }

    /// Where libvirt puts a controller that it adds: before the first with a higher index.
    fn insert(&mut self, entry: Entry) {
        let at = self.entries.iter().position(|other| other.index > entry.index);
        self.used.extend(entry.index);
        self.entries.insert(at.unwrap_or(self.entries.len()), entry);
    }

    fn refuse_duplicates(&self, kind: Type, inventory: &mut Inventory) {
        // USB controllers of one index belong together.
        if kind == Type::Usb || self.used.len() == self.entries.len() {
            return;
        }
        let mut by_index: Vec<(u32, Owner)> =
            self.entries.iter().filter_map(|entry| Some((entry.index?, entry.owner))).collect();
        by_index.sort_by_key(|(index, _)| *index);
        for pair in by_index.windows(2) {
            let [(index, first), (other, second)] = *pair else { continue };
            if index == other {
                let words = format!(
                    "XML error: Multiple '{}' controllers with index '{index}'",
                    kind.name()
                );
                let refused = Refused::DuplicateIndex(first);
                inventory.refusals.push(Refusal { owner: second, refused, words });
            }
        }
    }
}
