//! `target`, `vm`, and what describes the machine.

use super::Options;
use super::writer::Writer;
use crate::topology::{Accelerator, Arch, Board, Firmware, Numa, Vm};

/// `target`, if a side of it is given.
pub(super) fn target(writer: &mut Writer, options: &Options<'_>) {
    if options.libvirt.is_none() && options.qemu.is_none() {
        return;
    }
    let mut node = writer.node("target");
    if let Some(libvirt) = options.libvirt {
        node.property("libvirt", libvirt);
    }
    if let Some(qemu) = options.qemu {
        node.property("qemu", qemu);
    }
    writer.empty_line();
}

/// The `vm` node: what follows stands in it. `arch` follows from the machine.
pub(super) fn open_vm(writer: &mut Writer, vm: &Vm) {
    let mut node = writer.node("vm");
    node.argument(&vm.name.value);
    if let Some(machine) = &vm.machine {
        node.property("machine", &machine.value.name);
    }
    let other_arch = vm.arch.filter(|arch| vm.board().map(Board::arch) != Some(arch.value));
    if let Some(arch) = other_arch {
        node.property("arch", Arch::name(arch.value));
    }
    writer.enter();
}

/// What the vm's node cannot do without, and cells and distances without their numbers.
pub(super) fn not_expressible(vm: &Vm) -> Vec<String> {
    let mut lines = Vec::new();
    if vm.machine.is_none() {
        lines.push("the machine: it is none that the language has".to_owned());
    }
    let numa = vm.numa.iter();
    let cells = numa.clone().flat_map(|numa| &numa.cells).filter(|cell| cell.id.is_none());
    lines.extend(cells.map(|_| "a NUMA cell without a number".to_owned()));
    let distances = numa.flat_map(|numa| &numa.distances);
    let partial = distances.filter(|d| d.from.is_none() || d.to.is_none() || d.value.is_none());
    lines.extend(partial.map(|_| "a NUMA distance of which a number is missing".to_owned()));
    lines
}

/// Memory, CPUs, firmware and the like, and the NUMA cells.
pub(super) fn machine(writer: &mut Writer, vm: &Vm) {
    if let Some(memory) = vm.memory {
        writer.node("memory").argument(memory.value);
    }
    if let Some(vcpus) = vm.vcpus {
        writer.node("vcpus").argument(vcpus.value);
    }
    if let Some(cpu) = &vm.cpu {
        writer.node("cpu").argument(&cpu.value);
    }
    if let Some(firmware) = vm.firmware {
        writer.node("firmware").argument(match firmware.value {
            Firmware::Efi => "efi",
            Firmware::Bios => "bios",
            Firmware::None => "none",
        });
    }
    if let Some(accelerator) = vm.accelerator {
        writer.node("accelerator").argument(match accelerator.value {
            Accelerator::Kvm => "kvm",
            Accelerator::Tcg => "tcg",
        });
    }
    if let Some(gic) = vm.gic {
        writer.node("gic").argument(gic.value);
    }
    if let Some(backing) = &vm.memory_backing {
        let mut node = writer.node("memory-backing");
        node.written("hugepages", backing.hugepages.as_ref());
        node.written("locked", backing.locked.as_ref());
        node.written("shared", backing.shared.as_ref());
    }
    if let Some(window) = vm.mmio_window {
        writer.node("mmio-window").argument(window.value);
    }
    if let Some(numa) = &vm.numa {
        writer.empty_line();
        write_numa(writer, numa);
    }
}

fn write_numa(writer: &mut Writer, numa: &Numa) {
    writer.node("numa");
    writer.enter();
    for cell in &numa.cells {
        let Some(id) = cell.id else { continue };
        let mut node = writer.node("cell");
        node.argument(id.value);
        node.written("cpus", cell.cpus.as_ref());
        node.written("memory", cell.memory.as_ref());
    }
    for distance in &numa.distances {
        let (Some(from), Some(to), Some(value)) = (distance.from, distance.to, distance.value)
        else {
            continue;
        };
        writer.node("distance").argument(from.value).argument(to.value).argument(value.value);
    }
    writer.leave();
}
