//! The machine of a domain: everything outside its devices.

use super::devices;
use super::reader::Reader;
use crate::rules::INTEL;
use crate::span::{Origin, Written};
use crate::topology::{Accelerator, Arch, Board, Firmware, Machine, MemoryBacking, Vm};
use crate::xml::{Attribute, Element};

/// The machine type that libvirt takes where none is written, and what the architecture has only.
const DEFAULT_MACHINES: [(&str, &str); 3] = [("aarch64", "virt"), ("x86_64", "pc"), ("i686", "pc")];

/// The types of domains that libvirt does not run with QEMU: what is there on their machines is another matter.
const OTHER_HYPERVISORS: [&str; 12] = [
    "xen",
    "lxc",
    "bhyve",
    "vz",
    "parallels",
    "openvz",
    "vmware",
    "vbox",
    "hyperv",
    "uml",
    "phyp",
    "test",
];

/// Whether another program than QEMU runs the domain.
pub(super) fn is_of_another_hypervisor(domain: Element<'_>) -> bool {
    domain.value("type").is_some_and(|kind| OTHER_HYPERVISORS.contains(&kind))
}

/// Whether it is Arm's `virt` with a CPU of 32 bits, which is no [`Board`], and has the same IOMMUs.
pub(super) fn is_32_bit_virt(os_type: Element<'_>) -> bool {
    let machine = os_type.value("machine").and_then(Machine::parse);
    matches!(os_type.value("arch"), Some("armv6l" | "armv7l"))
        && machine.is_some_and(|machine| machine.board == Board::Virt)
}

/// The board of a domain; none when it is none of those that are known.
pub(super) fn board(domain: Element<'_>) -> Option<Written<Machine>> {
    if is_of_another_hypervisor(domain) {
        return None;
    }
    let os_type = domain.child("os")?.child("type")?;
    let arch = os_type.value("arch");
    let (name, origin) = if let Some(machine) = os_type.attribute("machine") {
        (machine.value(), machine.origin())
    } else {
        let default = DEFAULT_MACHINES.iter().find(|(of, _)| Some(*of) == arch);
        (default.map(|(_, name)| *name)?, os_type.origin())
    };
    let machine = Machine::parse(name)?;
    // `virt` is a machine of other architectures too.
    let fits = arch.is_none_or(|arch| {
        arch == machine.board.arch().name() || (arch == "i686" && machine.board != Board::Virt)
    });
    fits.then(|| Written::new(machine, origin))
}

/// A vm of that machine with nothing in it.
pub(super) fn vm(domain: Element<'_>, machine: Option<Written<Machine>>) -> Vm {
    let name = domain.child("name").and_then(Element::content);
    let name = name.map_or_else(
        || Written::new("domain".to_owned(), domain.origin()),
        |name| name.map(str::to_owned),
    );
    Vm { machine, ..Vm::new(name, domain.origin()) }
}

impl Reader {
    /// Says that interrupt remapping does not go with KVM's own I/O APIC.
    pub(super) fn ioapic(&mut self, domain: Element<'_>) {
        let ioapic = domain.child("features").and_then(|features| features.child("ioapic"));
        let kvm = ioapic
            .and_then(|ioapic| ioapic.attribute("driver"))
            .filter(|driver| driver.value() == "kvm");
        let Some(kvm) = kvm else { return };
        let remaps = |iommu: Element<'_>| {
            let intremap = iommu.child("driver")?.attribute("intremap")?;
            (intremap.value() == "on").then(|| intremap.origin())
        };
        let mut iommus = devices(domain).filter(|device| device.is("iommu"));
        if let Some(intremap) = iommus.find_map(remaps) {
            let finding = INTEL
                .at(kvm.origin(), "the I/O APIC of KVM does not go with interrupt remapping")
                .with_label(intremap, "interrupt remapping")
                .with_note("libvirt: IOMMU interrupt remapping requires split I/O APIC (ioapic driver='qemu')")
                .with_help("write `<ioapic driver='qemu'/>`");
            self.findings.push(finding);
        }
    }

    /// Reads the machine into `vm`.
    pub(super) fn machine(&mut self, domain: Element<'_>, vm: &mut Vm) {
        vm.arch = arch(domain);
        vm.memory = domain.child("memory").and_then(|memory| self.size(memory));
        vm.vcpus = vcpus(domain);
        vm.cpu = cpu(domain);
        vm.firmware = firmware(domain, vm.board());
        vm.acpi = Some(acpi(domain));
        vm.accelerator = accelerator(domain);
        vm.gic = domain.child("features").and_then(|features| self.gic(features.child("gic")?));
        vm.memory_backing = Self::memory_backing(domain);
        vm.numa = self.numa(domain);
    }

    fn gic(&mut self, gic: Element<'_>) -> Option<Written<i64>> {
        let version = gic.attribute("version")?;
        // `host` is what KVM has.
        let position = self.word(gic, version, &["2", "3", "host"])?;
        [2, 3].get(position).map(|number| Written::new(*number, version.origin()))
    }

    fn memory_backing(domain: Element<'_>) -> Option<MemoryBacking> {
        let backing = domain.child("memoryBacking")?;
        let hugepages = backing.child("hugepages").map(|hugepages| {
            // Without a size they are the host's default ones: mostly of that size.
            let Some(page) = hugepages.child("page") else {
                return Some(Written::new(crate::topology::Size(2 << 20), hugepages.origin()));
            };
            let (size, unit) = (page.attribute("size")?, page.value("unit").unwrap_or("KiB"));
            let bytes =
                size.value().parse::<u64>().ok()?.checked_mul(crate::xml::unit_bytes(unit)?)?;
            Some(Written::new(crate::topology::Size(bytes), size.origin()))
        });
        let flag = |name, value| {
            let element = backing.child(name)?;
            Some(Written::new(value, element.origin()))
        };
        let shared = backing.child("access").and_then(|access| {
            let mode = access.attribute("mode")?;
            Some(Written::new(mode.value() == "shared", mode.origin()))
        });
        Some(MemoryBacking {
            hugepages: hugepages.flatten(),
            locked: flag("locked", true),
            shared,
            origin: backing.origin(),
        })
    }
}

fn arch(domain: Element<'_>) -> Option<Written<Arch>> {
    let arch = domain.child("os")?.child("type")?.attribute("arch")?;
    let known = [Arch::Aarch64, Arch::X86_64].into_iter().find(|a| a.name() == arch.value());
    known.map(|known| Written::new(known, arch.origin()))
}

fn vcpus(domain: Element<'_>) -> Option<Written<i64>> {
    let content = domain.child("vcpu")?.content()?;
    content.value.parse().ok().map(|count| Written::new(count, content.origin))
}

/// The CPU model: that of the host where it is passed through.
fn cpu(domain: Element<'_>) -> Option<Written<String>> {
    let cpu = domain.child("cpu")?;
    let mode = cpu.attribute("mode");
    match mode.map(Attribute::value) {
        Some("host-passthrough" | "host-model") => {
            mode.map(|mode| Written::new("host".to_owned(), mode.origin()))
        }
        Some("maximum") => mode.map(|mode| Written::new("max".to_owned(), mode.origin())),
        _ => cpu.child("model")?.content().map(|model| model.map(str::to_owned)),
    }
}

/// What is said of it: a loader that is no pflash may be anything.
fn firmware(domain: Element<'_>, board: Option<Board>) -> Option<Written<Firmware>> {
    let os = domain.child("os")?;
    if let Some(firmware) = os.attribute("firmware") {
        let value = if firmware.value() == "efi" { Firmware::Efi } else { Firmware::Bios };
        return Some(Written::new(value, firmware.origin()));
    }
    if let Some(loader) = os.child("loader") {
        let is_flash = loader.value("type") == Some("pflash");
        return is_flash.then(|| Written::new(Firmware::Efi, loader.origin()));
    }
    let own = if board == Some(Board::Virt) { Firmware::None } else { Firmware::Bios };
    Some(Written::new(own, os.origin()))
}

fn acpi(domain: Element<'_>) -> Written<bool> {
    let features = domain.child("features");
    let acpi = features.and_then(|features| features.child("acpi"));
    let origin: Origin = acpi.or(features).unwrap_or(domain).origin();
    Written::new(acpi.is_some(), origin)
}

fn accelerator(domain: Element<'_>) -> Option<Written<Accelerator>> {
    let kind = domain.attribute("type")?;
    let accelerator = match kind.value() {
        "kvm" => Accelerator::Kvm,
        "qemu" => Accelerator::Tcg,
        _ => return None,
    };
    Some(Written::new(accelerator, kind.origin()))
}
