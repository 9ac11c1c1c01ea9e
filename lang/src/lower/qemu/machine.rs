//! The machine: in a fragment only what the topology needs of it, else all of it.

use super::super::argument::Argument;
use super::super::guest::Cpu;
use super::Lowering;
use crate::topology::{Accelerator, Arch, Board, IommuModel};

impl Lowering<'_, '_> {
    /// What the topology needs of the machine. QEMU merges every `-machine` with the others.
    pub(super) fn machine(&self) -> Vec<Argument> {
        let properties = [self.irqchip(), self.smmuv3(), self.highmem_mmio_size()];
        let machine = properties.into_iter().flatten().map(|p| Argument::new("-machine", p));
        machine.chain(self.pci_hole64()).collect()
    }

    /// Everything before the devices of a whole command line.
    pub(super) fn whole_guest(&self) -> Vec<Argument> {
        let guest = &self.guest;
        let name = self.checked.vm.name.value.replace('\0', "\u{fffd}").replace(',', ",,");
        let mut arguments = vec![Argument::new("-name", format!("guest={name},debug-threads=on"))];
        arguments.extend(self.firmware());
        arguments.push(Argument::new("-machine", self.whole_machine()));
        arguments.push(Argument::new(
            "-accel",
            match self.accelerator() {
                Accelerator::Kvm => "kvm",
                Accelerator::Tcg => "tcg",
            },
        ));
        arguments.push(Argument::new("-cpu", self.cpu()));
        arguments.push(Argument::new("-m", format!("size={}k", guest.memory.kib())));
        arguments.extend(self.memory_backend());
        let locked = if guest.locked && !self.options.stand_in { "on" } else { "off" };
        arguments.push(Argument::new("-overcommit", format!("mem-lock={locked}")));
        let vcpus = guest.vcpus;
        arguments.push(Argument::new("-smp", format!("{vcpus},sockets={vcpus},cores=1,threads=1")));
        arguments.extend(self.numa());
        arguments.push(Argument::new("-display", "none"));
        arguments.push(Argument::bare("-no-user-config"));
        arguments.push(Argument::bare("-nodefaults"));
        arguments.push(Argument::new("-rtc", "base=utc"));
        arguments.push(Argument::new("-boot", "strict=on"));
        arguments.extend(self.pci_hole64());
        arguments
    }

    /// In the order of `qemuBuildMachineCommandLine`.
    fn whole_machine(&self) -> String {
        let guest = &self.guest;
        let machine = self.checked.machine;
        let acpi = if guest.has_acpi(machine.board.arch()) { "on" } else { "off" };
        let optional =
            |property: Option<String>| property.map_or(String::new(), |p| format!(",{p}"));
        [
            machine.name.clone(),
            ",usb=off".to_owned(),
            optional(guest.gic.map(|version| format!("gic-version={version}"))),
            optional(self.irqchip()),
            optional(self.smmuv3()),
            ",dump-guest-core=off".to_owned(),
            optional(guest.cells.is_empty().then(|| format!("memory-backend={}", self.ram_id()))),
            format!(",acpi={acpi}"),
            optional(self.highmem_mmio_size()),
        ]
        .concat()
    }

    fn accelerator(&self) -> Accelerator {
        if self.options.stand_in { Accelerator::Tcg } else { self.guest.accelerator }
    }

    fn cpu(&self) -> String {
        let arch = self.checked.machine.board.arch();
        match (self.guest.cpu, arch) {
            (Cpu::Host, _) if self.options.stand_in => "max".to_owned(),
            (Cpu::Host, Arch::X86_64) => "host,migratable=on".to_owned(),
            (Cpu::Host, Arch::Aarch64) => "host".to_owned(),
            (Cpu::Max, _) => "max".to_owned(),
            (Cpu::Named(name), _) => name.replace('\0', "\u{fffd}"),
        }
    }

    fn irqchip(&self) -> Option<String> {
        self.interrupts.needs_split_irqchip().then(|| "kernel_irqchip=split".to_owned())
    }

    fn smmuv3(&self) -> Option<String> {
        let iommu = self.checked.iommu?.iommu;
        (iommu.model.value == IommuModel::Smmuv3).then(|| "iommu=smmuv3".to_owned())
    }

    /// The 64-bit PCI window of `virt`.
    fn highmem_mmio_size(&self) -> Option<String> {
        let window = self.checked.vm.mmio_window?.value;
        let virt = self.checked.machine.board == Board::Virt;
        virt.then(|| format!("highmem-mmio-size={}K", window.kib()))
    }

    /// The 64-bit PCI window of the x86 machines: a property of the host bridge. Not for a stand-in:
    /// emulated x86 CPUs have 40 physical address bits, and the devices need no such window.
    fn pci_hole64(&self) -> Option<Argument> {
        if self.options.stand_in {
            return None;
        }
        let window = self.checked.vm.mmio_window?.value.kib();
        let bridge = match self.checked.machine.board {
            Board::Virt => return None,
            Board::Q35 => "q35-pcihost",
            Board::Pc => "i440FX-pcihost",
        };
        Some(Argument::new("-global", format!("{bridge}.pci-hole64-size={window}K")))
    }
}
