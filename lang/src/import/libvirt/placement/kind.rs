//! What a device of a domain is to the guest: which PCI device QEMU makes of it, if any.

use std::borrow::Cow;

use super::model::Wants;
use crate::import::libvirt::is_hostdev;
use crate::topology::Board;
use crate::xml::Element;

/// The models of network cards that libvirt knows to be conventional.
const CONVENTIONAL_NETS: [&str; 11] = [
    "rtl8139",
    "e1000",
    "netfront",
    "vmxnet",
    "vmxnet2",
    "vmxnet3",
    "vlance",
    "Am79C970A",
    "Am79C973",
    "82540EM",
    "82545EM",
];

/// A PCI device other than a PCI controller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    /// QEMU's name of it, as libvirt writes it.
    pub driver: Cow<'static, str>,
    /// Whether it is PCI Express, to libvirt.
    pub express: bool,
    /// Whether it is part of the machine and belongs on bus 0.
    pub integrated: bool,
    /// Where it comes from.
    pub role: Role,
}

/// Where a PCI device comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A device of the host, `<hostdev type='pci'>` or `<interface type='hostdev'>`.
    Hostdev,
    /// A mediated device.
    Mdev,
    /// virtio, emulated or by vhost.
    Virtio,
    /// Emulated.
    Emulated,
    /// Nothing that libvirt would give a PCI address, but it has one.
    Stray,
}

impl Kind {
    pub(super) fn conventional(driver: impl Into<Cow<'static, str>>) -> Self {
        let driver = driver.into();
        Self { driver, express: false, integrated: false, role: Role::Emulated }
    }

    pub(super) fn express(driver: &'static str) -> Self {
        Self { express: true, ..Self::conventional(driver) }
    }

    /// Something that has a PCI address and should not.
    pub(super) fn stray() -> Self {
        Self { role: Role::Stray, ..Self::conventional("") }
    }

    fn integrated(self) -> Self {
        Self { integrated: true, ..self }
    }

    fn of_host(role: Role) -> Self {
        Self { role, ..Self::express("vfio-pci") }
    }

    /// Which function of its slot a USB 2 controller or companion has; none for anything else.
    pub(super) fn usb2_function(&self) -> Option<u8> {
        match &*self.driver {
            "ich9-usb-uhci1" => Some(0),
            "ich9-usb-uhci2" => Some(1),
            "ich9-usb-uhci3" => Some(2),
            "ich9-usb-ehci1" => Some(7),
            _ => None,
        }
    }

    /// Makes of the first video card one of the others, which have no VGA.
    pub(super) fn be_further_video(&mut self) {
        match &*self.driver {
            "virtio-vga" => self.driver = Cow::Borrowed("virtio-gpu-pci"),
            "qxl-vga" => self.driver = Cow::Borrowed("qxl"),
            _ => {}
        }
    }

    /// Whether it is no PCI device where another virtio device is none.
    pub(super) fn follows_to_mmio(&self) -> bool {
        const STAY: [&str; 4] = ["virtio-9p", "vhost-user-fs", "vhost-vsock", "virtio-iommu"];
        match self.role {
            Role::Virtio => !STAY.iter().any(|stays| self.driver.starts_with(stays)),
            Role::Hostdev | Role::Mdev | Role::Emulated | Role::Stray => false,
        }
    }

    /// What it needs of its bus on that machine.
    pub(super) fn wants(&self, board: Board) -> Wants {
        let wants = if self.express && board != Board::Pc { Wants::PCIE } else { Wants::PCI };
        if self.integrated { wants.integrated() } else { wants }
    }
}

/// What an element is to the guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// No PCI device.
    NotPci,
    Pci(Kind),
    /// libvirt refuses the value, or knows more than this table.
    Unknown,
}

impl Found {
    /// Whether it is a companion of another USB controller.
    pub(super) fn is_companion(&self) -> bool {
        match self {
            Self::Pci(kind) => matches!(kind.usb2_function(), Some(0..=2)),
            Self::NotPci | Self::Unknown => false,
        }
    }
}

impl From<Kind> for Found {
    fn from(kind: Kind) -> Self {
        Self::Pci(kind)
    }
}

/// Which virtio device, by the value of `model`.
fn virtio(driver: &str, model: Option<&str>) -> Found {
    let (ending, express) = match model {
        None | Some("virtio") => ("", true),
        Some("virtio-non-transitional") => ("-non-transitional", true),
        // It has I/O ports, which libvirt gives conventional slots only.
        Some("virtio-transitional") => ("-transitional", false),
        Some(_) => return Found::Unknown,
    };
    let driver = Cow::Owned(format!("{driver}{ending}"));
    Kind { driver, express, integrated: false, role: Role::Virtio }.into()
}

/// What `device`, an element of `<devices>` other than a controller, is on that machine.
pub(super) fn of(device: Element<'_>, board: Board) -> Found {
    let model = device.value("model");
    match device.name() {
        "disk" => disk(device),
        "interface" => interface(device, board),
        "filesystem" => filesystem(device),
        "sound" => sound(model),
        "hostdev" => hostdev(device),
        "video" => video(device.child("model").and_then(|model| model.value("type")), board),
        "input" => input(device),
        "memballoon" => memballoon(model),
        "rng" => virtio("virtio-rng-pci", model),
        "watchdog" if model == Some("i6300esb") => Kind::conventional("i6300esb").into(),
        "shmem" => shmem(device),
        "serial" => serial(device),
        "iommu" => iommu(model),
        "vsock" => virtio("vhost-vsock-pci", model),
        "memory" => memory(model),
        "crypto" => crypto(model),
        "panic" => panic(model, board),
        "pstore" if device.value("backend") == Some("acpi-erst") => {
            Kind::conventional("acpi-erst").into()
        }
        _ => Found::NotPci,
    }
}

/// The bus of a disk: what it says, else what the name of its target tells.
pub(super) fn disk_bus(disk: Element<'_>) -> &str {
    let target = disk.child("target");
    if let Some(bus) = target.and_then(|target| target.value("bus")) {
        return bus;
    }
    if disk.value("device") == Some("floppy") {
        return "fdc";
    }
    let name = target.and_then(|target| target.value("dev")).unwrap_or_default();
    let prefixes =
        [("hd", "ide"), ("sd", "scsi"), ("vd", "virtio"), ("xvd", "xen"), ("nvme", "nvme")];
    prefixes.iter().find(|(prefix, _)| name.starts_with(prefix)).map_or("ide", |(_, bus)| bus)
}

fn disk(disk: Element<'_>) -> Found {
    match disk_bus(disk) {
        "virtio" => virtio("virtio-blk-pci", disk.value("model")),
        _ => Found::NotPci,
    }
}

fn interface(interface: Element<'_>, board: Board) -> Found {
    let kind = interface.value("type").unwrap_or_default();
    if kind == "hostdev" {
        let is_pci = is_hostdev(interface);
        return if is_pci { Kind::of_host(Role::Hostdev).into() } else { Found::NotPci };
    }
    let written = interface.child("model").and_then(|model| model.value("type"));
    let default = match (kind, board) {
        ("vdpa" | "vhostuser", _) | (_, Board::Virt) => "virtio",
        (_, Board::Q35 | Board::Pc) => "rtl8139",
    };
    match written.unwrap_or(default) {
        "usb-net" | "lan9118" | "smc91c111" | "scm91c111" | "spapr-vlan" => Found::NotPci,
        model @ ("virtio" | "virtio-transitional" | "virtio-non-transitional") => {
            virtio("virtio-net-pci", Some(model))
        }
        model if CONVENTIONAL_NETS.contains(&model) => Kind::conventional(model.to_owned()).into(),
        // What libvirt does not know it takes for PCI Express.
        model => Kind { express: true, ..Kind::conventional(model.to_owned()) }.into(),
    }
}

fn filesystem(filesystem: Element<'_>) -> Found {
    match filesystem.child("driver").and_then(|driver| driver.value("type")) {
        None | Some("path" | "handle") => virtio("virtio-9p-pci", filesystem.value("model")),
        Some("virtiofs") => virtio("vhost-user-fs-pci", None),
        Some("loop" | "nbd" | "ploop" | "mtp") => Found::NotPci,
        Some(_) => Found::Unknown,
    }
}

fn sound(model: Option<&str>) -> Found {
    let driver = match model {
        Some("es1370") => "ES1370",
        Some("ac97") => "AC97",
        Some("ich6") => "intel-hda",
        Some("ich9") => "ich9-intel-hda",
        Some("virtio") => return virtio("virtio-sound-pci", None),
        Some("sb16" | "pcspk" | "usb" | "ich7") => return Found::NotPci,
        _ => return Found::Unknown,
    };
    Kind::conventional(driver).into()
}

fn hostdev(hostdev: Element<'_>) -> Found {
    let model = hostdev.value("model");
    match (hostdev.value("mode"), hostdev.value("type")) {
        (None | Some("subsystem"), Some("pci")) => Kind::of_host(Role::Hostdev).into(),
        (None | Some("subsystem"), Some("mdev")) => match model {
            Some("vfio-pci") => Kind::of_host(Role::Mdev).into(),
            Some("vfio-ccw" | "vfio-ap") => Found::NotPci,
            _ => Found::Unknown,
        },
        (None | Some("subsystem"), Some("scsi_host")) => virtio("vhost-scsi-pci", model),
        (Some("capabilities"), _) | (None | Some("subsystem"), Some("usb" | "scsi")) => {
            Found::NotPci
        }
        _ => Found::Unknown,
    }
}

/// What a video card of that type is; none is the machine's default.
pub(super) fn video(kind: Option<&str>, board: Board) -> Found {
    let default = if board == Board::Virt { "virtio" } else { "cirrus" };
    let driver = match kind.unwrap_or(default) {
        "virtio" if board == Board::Virt => return virtio("virtio-gpu-pci", None),
        "virtio" => return virtio("virtio-vga", None),
        "bochs" => return Kind::express("bochs-display").into(),
        "vga" => "VGA",
        "cirrus" => "cirrus-vga",
        "vmvga" => "vmware-svga",
        "qxl" => "qxl-vga",
        "none" | "ramfb" | "gop" => return Found::NotPci,
        _ => return Found::Unknown,
    };
    Kind::conventional(driver).into()
}

fn input(input: Element<'_>) -> Found {
    let kind = input.value("type");
    match (input.value("bus"), kind) {
        (Some("virtio"), _) | (None, Some("passthrough")) => {}
        _ => return Found::NotPci,
    }
    let driver = match kind {
        Some("keyboard") => "virtio-keyboard-pci",
        Some("mouse") => "virtio-mouse-pci",
        Some("tablet") => "virtio-tablet-pci",
        Some("passthrough") => "virtio-input-host-pci",
        _ => return Found::Unknown,
    };
    virtio(driver, input.value("model"))
}

/// What a memory balloon of that model is.
pub(super) fn memballoon(model: Option<&str>) -> Found {
    match model {
        Some("none" | "xen") => Found::NotPci,
        None => Found::Unknown,
        model => virtio("virtio-balloon-pci", model),
    }
}

fn shmem(shmem: Element<'_>) -> Found {
    match shmem.child("model").and_then(|model| model.value("type")) {
        None | Some("ivshmem") => Kind::conventional("ivshmem"),
        Some("ivshmem-plain") => Kind::conventional("ivshmem-plain"),
        Some("ivshmem-doorbell") => Kind::conventional("ivshmem-doorbell"),
        Some(_) => return Found::Unknown,
    }
    .into()
}

fn serial(serial: Element<'_>) -> Found {
    match serial.child("target").and_then(|target| target.value("type")) {
        Some("pci-serial") => Kind::conventional("pci-serial").into(),
        _ => Found::NotPci,
    }
}

fn iommu(model: Option<&str>) -> Found {
    match model {
        Some("virtio") => {
            Found::Pci(Kind { role: Role::Virtio, ..Kind::express("virtio-iommu").integrated() })
        }
        Some("amd") => Kind::conventional("AMDVI-PCI").integrated().into(),
        Some("intel" | "smmuv3" | "smmuv3Dev" | "nestedSmmuv3") => Found::NotPci,
        _ => Found::Unknown,
    }
}

fn memory(model: Option<&str>) -> Found {
    match model {
        Some("virtio-mem") => virtio("virtio-mem-pci", None),
        Some("virtio-pmem") => virtio("virtio-pmem-pci", None),
        Some("dimm" | "nvdimm" | "sgx-epc") => Found::NotPci,
        _ => Found::Unknown,
    }
}

fn crypto(model: Option<&str>) -> Found {
    match virtio("virtio-crypto-pci", model) {
        // A virtio device that libvirt takes for a conventional one.
        Found::Pci(kind) => Found::Pci(Kind { express: false, ..kind }),
        other => other,
    }
}

fn panic(model: Option<&str>, board: Board) -> Found {
    match model {
        Some("pvpanic") => Kind::conventional("pvpanic-pci").integrated().into(),
        None if board == Board::Virt => Kind::conventional("pvpanic-pci").integrated().into(),
        _ => Found::NotPci,
    }
}

/// What a controller of that type and model is; PCI controllers apart.
pub(super) fn controller(kind: &str, model: Option<&str>, board: Board) -> Found {
    match kind {
        "usb" => usb(model, board),
        "scsi" => scsi(model, board),
        "virtio-serial" => virtio("virtio-serial-pci", model),
        "sata" => Kind::conventional("ahci").into(),
        "ide" => Kind::conventional("piix3-ide").into(),
        "nvme" => Kind::express("nvme").into(),
        "fdc" | "ccid" | "isa" | "xenbus" => Found::NotPci,
        _ => Found::Unknown,
    }
}

fn usb(model: Option<&str>, board: Board) -> Found {
    let default = if board == Board::Virt { "qemu-xhci" } else { "piix3-uhci" };
    let driver = match model.unwrap_or(default) {
        "nec-xhci" => return Kind::express("nec-usb-xhci").into(),
        "qemu-xhci" => return Kind::express("qemu-xhci").into(),
        "piix3-uhci" => "piix3-usb-uhci",
        "piix4-uhci" => "piix4-usb-uhci",
        "ehci" => "usb-ehci",
        "ich9-ehci1" => "ich9-usb-ehci1",
        "ich9-uhci1" => "ich9-usb-uhci1",
        "ich9-uhci2" => "ich9-usb-uhci2",
        "ich9-uhci3" => "ich9-usb-uhci3",
        "vt82c686b-uhci" => "vt82c686b-usb-uhci",
        "pci-ohci" => "pci-ohci",
        "none" => return Found::NotPci,
        _ => return Found::Unknown,
    };
    Kind::conventional(driver).into()
}

fn scsi(model: Option<&str>, board: Board) -> Found {
    let default = if board == Board::Virt { "virtio-scsi" } else { "lsilogic" };
    let driver = match model.filter(|&model| model != "auto").unwrap_or(default) {
        "virtio-scsi" => return virtio("virtio-scsi-pci", None),
        model @ ("virtio-transitional" | "virtio-non-transitional") => {
            return virtio("virtio-scsi-pci", Some(model));
        }
        "lsilogic" => "lsi",
        "lsisas1068" => "mptsas1068",
        "lsisas1078" => "megasas",
        "vmpvscsi" => "pvscsi",
        "dc390" => "dc-390",
        "am53c974" => "am53c974",
        "buslogic" => "buslogic",
        "ncr53c90" => return Found::NotPci,
        _ => return Found::Unknown,
    };
    Kind::conventional(driver).into()
}
