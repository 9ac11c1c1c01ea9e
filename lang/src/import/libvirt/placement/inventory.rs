//! Everything of a domain that takes a PCI address, in the orders that libvirt goes through it.

use std::collections::HashMap;

use super::address::{Misread, Stated, stated};
use super::controllers::{Controllers, Listed, Type};
use super::kind::{self, Found, Kind};
use super::model::Wants;
use super::needed::disk_number;
use super::refusal::{Refusal, Refused};
use super::{Implicit, Item, Owner, What};
use crate::import::libvirt::is_hostdev;
use crate::topology::Board;
use crate::xml::Element;

/// The sorts of devices, as libvirt goes through those with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sort {
    Disk,
    /// An interface that is a host device.
    HostNet,
    Net,
    Sound,
    Hostdev,
    Video,
    Controller,
    Character,
    Input,
    Filesystem,
    Memballoon,
    Watchdog,
    Rng,
    Other,
    Shmem,
    Panic,
    Memory,
    Iommu,
    Vsock,
    Crypto,
    Pstore,
}

impl Sort {
    /// The order in which libvirt gives out addresses, behind PCI controllers.
    pub(super) const PLACED: [Self; 20] = [
        Self::Filesystem,
        Self::Net,
        Self::Sound,
        Self::Controller,
        Self::Disk,
        Self::HostNet,
        Self::Hostdev,
        Self::Memballoon,
        Self::Rng,
        Self::Watchdog,
        Self::Video,
        Self::Shmem,
        Self::Input,
        Self::Character,
        Self::Iommu,
        Self::Vsock,
        Self::Memory,
        Self::Crypto,
        Self::Panic,
        Self::Pstore,
    ];

    fn of(device: Element<'_>) -> Self {
        match device.name() {
            "disk" => Self::Disk,
            "interface" if device.value("type") == Some("hostdev") => Self::HostNet,
            "interface" => Self::Net,
            "sound" => Self::Sound,
            "hostdev" => Self::Hostdev,
            "video" => Self::Video,
            "serial" | "parallel" | "channel" | "console" | "smartcard" => Self::Character,
            "input" => Self::Input,
            "filesystem" => Self::Filesystem,
            "memballoon" => Self::Memballoon,
            "watchdog" => Self::Watchdog,
            "rng" => Self::Rng,
            "shmem" => Self::Shmem,
            "panic" => Self::Panic,
            "memory" => Self::Memory,
            "iommu" => Self::Iommu,
            "vsock" => Self::Vsock,
            "crypto" => Self::Crypto,
            "pstore" => Self::Pstore,
            _ => Self::Other,
        }
    }
}

/// What was read of a domain, before anything is placed.
#[derive(Default)]
pub(super) struct Inventory {
    /// Those without a PCI address that take none are not among them.
    pub(super) items: Vec<Item>,
    /// The positions in `items` of all but controllers, in file order, with their sorts.
    pub(super) devices: Vec<(Sort, usize)>,
    /// The positions in `items` of PCI controllers, in the order of libvirt's list.
    pub(super) pci: Vec<usize>,
    /// The positions in `items` of all other controllers, in the order of libvirt's list …
    pub(super) controllers: Vec<usize>,
    /// … where PCI controllers come behind so many of these.
    pub(super) before_pci: usize,
    /// The video card that QEMU would find first, if it is a PCI device.
    pub(super) primary_video: Option<usize>,
    pub(super) refusals: Vec<Refusal>,
    /// The elements that could not be read or are not known.
    pub(super) unknown: Vec<u32>,
}

impl Inventory {
    pub(super) fn of(domain: Element<'_>, board: Board) -> Self {
        let mut reader = Reader::new(board);
        for devices in domain.children_named("devices") {
            for device in devices.children().filter(|device| !device.is_foreign()) {
                reader.read(device);
            }
        }
        reader.finish()
    }
}

/// Reads element after element.
struct Reader {
    board: Board,
    inventory: Inventory,
    controllers: Controllers,
    /// Whether a virtio device is not on PCI: then those that do not say where they are follow it.
    mmio: bool,
    graphics: bool,
    memballoon: bool,
    disks: Disks,
    /// Whether each says that it is the primary one, and its item if it is a PCI device.
    videos: Vec<(bool, Option<usize>)>,
}

/// libvirt sorts disks by the names of their targets, those of each bus by themselves, and those that name no bus.
#[derive(Default)]
struct Disks {
    /// What is written as bus, in the order of the file.
    buses: HashMap<Option<String>, usize>,
    /// The items, each with what it is sorted by.
    items: Vec<((usize, Option<u32>), usize)>,
}

impl Disks {
    fn push(&mut self, disk: Element<'_>, item: Option<usize>) {
        let target = disk.child("target");
        let bus = target.and_then(|target| target.value("bus")).map(str::to_owned);
        let next = self.buses.len();
        let bus = *self.buses.entry(bus).or_insert(next);
        let number = target.and_then(|target| target.value("dev")).and_then(disk_number);
        self.items.extend(item.map(|item| ((bus, number), item)));
    }

    fn sorted(mut self) -> impl Iterator<Item = (Sort, usize)> {
        self.items.sort_by_key(|(key, _)| *key);
        self.items.into_iter().map(|(_, item)| (Sort::Disk, item))
    }
}

impl Reader {
    fn new(board: Board) -> Self {
        Self {
            board,
            inventory: Inventory::default(),
            controllers: Controllers::default(),
            mmio: false,
            graphics: false,
            memballoon: false,
            disks: Disks::default(),
            videos: Vec::new(),
        }
    }

    fn read(&mut self, device: Element<'_>) {
        match device.name() {
            "controller" => return self.controller(device),
            "graphics" => self.graphics = true,
            "memballoon" => self.memballoon = true,
            _ => self.controllers.needed.note(device),
        }
        // The second RFC gives its vSMMUs an address on the PXB, which takes no place.
        if device.is("iommu") && device.value("model") == Some("smmuv3Dev") {
            return;
        }
        let Some(stated) = self.stated(device) else { return };
        let found = kind::of(device, self.board);
        let taken = self.taken(device, found, stated);
        let at = taken.map(|(wants, kind)| self.push(device, wants, What::Device(kind), stated));
        match Sort::of(device) {
            Sort::Video => {
                let model = device.child("model");
                let says_primary = model.and_then(|model| model.value("primary")) == Some("yes");
                self.videos.push((says_primary, at));
            }
            Sort::Disk => self.disks.push(device, at),
            sort => self.inventory.devices.extend(at.map(|at| (sort, at))),
        }
    }

    fn controller(&mut self, controller: Element<'_>) {
        let Some(mut stated) = self.stated(controller) else { return };
        let Some(listed) = Listed::read(controller, self.board) else {
            return self.inventory.unknown.push(controller.position());
        };
        let is_root = listed.pci.is_some_and(|pci| pci.model.is_root());
        if is_root && stated != Stated::Nothing {
            let words = match stated {
                Stated::Other(UNASSIGNED) => NOT_UNASSIGNED,
                _ => {
                    "unsupported configuration: pci-root and pcie-root controllers should not have an address"
                }
            };
            self.inventory.refusals.push(Refusal {
                owner: Owner::Listed(controller.position()),
                refused: Refused::FixedPlace,
                words: words.to_owned(),
            });
            stated = Stated::Nothing;
        }
        let item = if let Some(pci) = listed.pci {
            Some((Wants::of(pci.model), What::Pci(pci)))
        } else {
            let taken = self.taken(controller, listed.found.clone(), stated);
            taken.map(|(wants, kind)| (wants, What::Controller(kind, listed.kind, 0)))
        };
        let at = item.map(|(wants, what)| self.push(controller, wants, what, stated));
        self.controllers.list(listed, at);
    }

    /// What it says of its place; none where that cannot be read.
    fn stated<'t>(&mut self, device: Element<'t>) -> Option<Stated<'t>> {
        match stated(device) {
            Ok(stated) => Some(stated),
            Err(Misread::Malformed) => {
                self.inventory.unknown.push(device.position());
                None
            }
            Err(Misread::OutOfRange(words)) => {
                let owner = Owner::Listed(device.position());
                self.inventory.refusals.push(Refusal {
                    owner,
                    refused: Refused::OutOfRange,
                    words,
                });
                None
            }
        }
    }

    /// What takes a place; none for what takes none.
    fn taken(
        &mut self,
        device: Element<'_>,
        found: Found,
        stated: Stated<'_>,
    ) -> Option<(Wants, Kind)> {
        let kind = match (found, stated) {
            (Found::Unknown, _) => {
                self.inventory.unknown.push(device.position());
                return None;
            }
            // An IOMMU that is none names the bus that it translates for, or is refused for it.
            (Found::NotPci, Stated::Pci(..)) if !device.is("iommu") => Kind::stray(),
            (Found::NotPci, _) => return None,
            (Found::Pci(kind), Stated::Nothing | Stated::SomewherePci | Stated::Pci(..)) => kind,
            (Found::Pci(_), Stated::Other(kind)) => {
                self.elsewhere(device, kind);
                return None;
            }
        };
        Some((kind.wants(self.board), kind))
    }

    /// A PCI device that says it is not one.
    fn elsewhere(&mut self, device: Element<'_>, kind: &str) {
        if let Some(words) = refuses_type(device, kind) {
            let owner = Owner::Listed(device.position());
            self.inventory.refusals.push(Refusal { owner, refused: Refused::AddressType, words });
        } else if kind == "virtio-mmio" {
            self.mmio = true;
        }
    }

    fn push(&mut self, device: Element<'_>, wants: Wants, what: What, stated: Stated<'_>) -> usize {
        let at = self.inventory.items.len();
        let (address, multifunction) = match stated {
            Stated::Pci(address, multifunction) => (Some(address), multifunction),
            Stated::Nothing | Stated::SomewherePci | Stated::Other(_) => (None, None),
        };
        let says_pci = matches!(stated, Stated::Pci(..) | Stated::SomewherePci);
        let owner = Owner::Listed(device.position());
        let written = address.is_some();
        let driver = device.child("driver");
        let iommu_platform = match driver.and_then(|driver| driver.value("iommu")) {
            Some("on") => Some(true),
            Some("off") => Some(false),
            _ => None,
        };
        self.inventory.items.push(Item {
            owner,
            wants,
            what,
            address,
            written,
            says_pci,
            multifunction,
            iommu_platform,
        });
        at
    }

    /// Adds a device that libvirt adds.
    fn add(&mut self, sort: Sort, implicit: Implicit, found: Found) -> Option<usize> {
        let Found::Pci(kind) = found else { return None };
        let at = self.inventory.items.len();
        let (owner, wants) = (Owner::Implicit(implicit), kind.wants(self.board));
        self.inventory.items.push(Item::unplaced(owner, wants, What::Device(kind)));
        self.inventory.devices.push((sort, at));
        Some(at)
    }

    fn finish(mut self) -> Inventory {
        if self.board != Board::Virt && !self.memballoon {
            let found = kind::memballoon(Some("virtio"));
            self.add(Sort::Memballoon, Implicit::Memballoon, found);
        }
        self.add_videos();
        let Self { board, mut inventory, controllers, mmio, disks, .. } = self;
        inventory.devices.extend(disks.sorted());
        controllers.complete(board, &mut inventory);
        if mmio && board == Board::Virt {
            inventory.leave_to_mmio();
        }
        inventory
    }
}

impl Reader {
    /// The first video card is the primary one, unless another says that it is: that comes first.
    fn add_videos(&mut self) {
        if self.graphics && self.videos.is_empty() {
            let found = kind::video(None, self.board);
            self.inventory.primary_video = self.add(Sort::Video, Implicit::Video, found);
        }
        self.videos.sort_by_key(|(says_primary, _)| !says_primary);
        if let Some((_, first)) = self.videos.first() {
            self.inventory.primary_video = *first;
        }
        let cards = self.videos.iter().filter_map(|(_, at)| Some((Sort::Video, (*at)?)));
        self.inventory.devices.extend(cards);
        self.inventory.tell_further_videos();
    }
}

impl Inventory {
    /// A video card that is not the first is another device to QEMU.
    fn tell_further_videos(&mut self) {
        let further = self
            .devices
            .iter()
            .filter(|(sort, at)| *sort == Sort::Video && Some(*at) != self.primary_video);
        for (_, at) in further {
            if let What::Device(kind) = &mut self.items[*at].what {
                kind.be_further_video();
            }
        }
    }

    /// virtio devices, and SCSI controllers of any model, are not on PCI unless they say so.
    fn leave_to_mmio(&mut self) {
        let items = &self.items;
        let stays = |at: usize| {
            let item = &items[at];
            item.says_pci
                || match &item.what {
                    What::Pci(_) => true,
                    What::Controller(_, kind, _) => {
                        !matches!(kind, Type::Scsi | Type::VirtioSerial)
                    }
                    What::Device(kind) => !kind.follows_to_mmio(),
                }
        };
        self.devices.retain(|(_, at)| stays(*at));
        let before = self.controllers.iter().take(self.before_pci);
        self.before_pci = before.filter(|at| stays(**at)).count();
        self.controllers.retain(|at| stays(*at));
    }
}

/// What libvirt says to such a device with an address of that type; none where it takes it, or where it depends.
fn refuses_type(device: Element<'_>, kind: &str) -> Option<String> {
    if kind == "ccw" {
        return None;
    }
    let hostdev = is_hostdev(device);
    match device.name() {
        "disk" if kind != "virtio-mmio" => Some(format!(
            "unsupported configuration: virtio disk cannot have an address of type '{kind}'"
        )),
        "hostdev" if hostdev && kind == UNASSIGNED => None,
        "interface" | "iommu" if kind == UNASSIGNED => Some(NOT_UNASSIGNED.to_owned()),
        "hostdev" | "interface" if hostdev => Some(
            "internal error: PCI host devices must use 'pci' or 'unassigned' address type"
                .to_owned(),
        ),
        "hostdev" if device.value("type") == Some("mdev") => {
            let model = device.value("model").unwrap_or_default();
            Some(format!(
                "XML error: Unsupported address type '{kind}' with mediated device model '{model}'"
            ))
        }
        "iommu" => {
            let model = device.value("model").unwrap_or_default();
            Some(format!("unsupported configuration: IOMMU device: '{model}' needs a PCI address"))
        }
        _ => None,
    }
}

/// The address type of a host device that the guest does not get.
const UNASSIGNED: &str = "unassigned";

/// What libvirt says to it elsewhere.
const NOT_UNASSIGNED: &str =
    "unsupported configuration: address of type 'unassigned' is supported only for hostdevs";
