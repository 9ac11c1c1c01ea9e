//! What a whole domain or command line says of the guest, with what is not stated filled in.

use std::collections::BTreeMap;

use super::distances::Distances;
use crate::check::Checked;
use crate::span::Written;
use crate::topology::{Accelerator, Arch, Board, Firmware, IommuModel, NumberSet, Size};

/// RAM of a vm that says nothing of it.
const DEFAULT_MEMORY: Size = Size(4 << 30);
/// The version of the interrupt controller when nothing is said: the only one with an ITS.
const DEFAULT_GIC: i64 = 3;
/// The most NUMA cells QEMU has (`MAX_NODES`, `include/system/numa.h`).
const MAX_CELLS: u32 = 128;
/// From more vCPUs than this on an x86 guest needs an IOMMU with x2APIC ids.
const XAPIC_VCPUS: u64 = 255;

/// The guest around the PCI topology.
pub(super) struct Guest<'a> {
    /// All RAM.
    pub(super) memory: Size,
    /// How many vCPUs.
    pub(super) vcpus: u64,
    /// Kvm when not stated.
    pub(super) accelerator: Accelerator,
    /// UEFI when not stated.
    pub(super) firmware: Firmware,
    /// The version of the interrupt controller; `virt` only.
    pub(super) gic: Option<i64>,
    /// The CPU model.
    pub(super) cpu: Cpu<'a>,
    /// NUMA cells by number; empty without NUMA.
    pub(super) cells: Vec<Cell>,
    /// Between the cells.
    pub(super) distances: Distances,
    /// Size of the huge pages behind RAM.
    pub(super) hugepages: Option<Size>,
    /// Whether RAM is locked.
    pub(super) locked: bool,
    /// Whether RAM is shared with other processes, if stated.
    pub(super) shared: Option<bool>,
}

/// A CPU model.
#[derive(Clone, Copy)]
pub(super) enum Cpu<'a> {
    /// The host's own.
    Host,
    /// All that the accelerator can do.
    Max,
    /// A named one.
    Named(&'a str),
}

/// One NUMA cell.
pub(super) struct Cell {
    /// Its number.
    pub(super) id: u32,
    /// Its CPUs; none for memory or an initiator alone.
    pub(super) cpus: Option<NumberSet>,
    /// Its RAM; 0 for none.
    pub(super) memory: Size,
}

impl<'a> Guest<'a> {
    /// Gathers what `checked` says of the guest.
    pub(super) fn of(checked: &Checked<'a>) -> Self {
        let vm = checked.vm;
        let accelerator = vm.accelerator.map_or(Accelerator::Kvm, |written| written.value);
        let virt = checked.machine.board == Board::Virt;
        let stated = vm.memory.map_or(DEFAULT_MEMORY, |written| written.value);
        let cells = cells(checked, stated);
        let backing = vm.memory_backing;
        Self {
            memory: if cells.is_empty() {
                stated
            } else {
                Size(cells.iter().fold(0, |sum, cell| cell.memory.0.saturating_add(sum)))
            },
            vcpus: vm.vcpu_count().unwrap_or(1),
            accelerator,
            firmware: vm.firmware.map_or(Firmware::Efi, |written| written.value),
            gic: virt.then(|| vm.gic.map_or(DEFAULT_GIC, |written| written.value)),
            cpu: match (vm.cpu.as_ref().map(|written| written.value.as_str()), accelerator) {
                (Some("host"), _) | (None, Accelerator::Kvm) => Cpu::Host,
                (Some("max"), _) | (None, Accelerator::Tcg) => Cpu::Max,
                (Some(name), _) => Cpu::Named(name),
            },
            cells,
            distances: Distances::of(vm.numa.as_ref()),
            hugepages: backing.and_then(|backing| Some(backing.hugepages?.value)),
            locked: backing.and_then(|backing| backing.locked).is_some_and(|w| w.value),
            shared: backing.and_then(|backing| Some(backing.shared?.value)),
        }
    }

    /// Whether RAM comes from a memfd: huge pages and shared memory do, as it needs no path of the
    /// host's.
    pub(super) fn has_memfd(&self) -> bool {
        self.hugepages.is_some() || self.shared == Some(true)
    }

    /// Whether the guest is described by ACPI tables: on Arm only UEFI hands them on.
    pub(super) fn has_acpi(&self, arch: Arch) -> bool {
        arch == Arch::X86_64 || self.firmware == Firmware::Efi
    }
}

/// The cells written, and those of the generic initiators, by number. RAM and CPUs that no cell
/// claims belong to the first, as in libvirt (`virDomainNumaFillCPUsInNode`).
fn cells(checked: &Checked<'_>, memory: Size) -> Vec<Cell> {
    let vm = checked.vm;
    let mut cells = BTreeMap::new();
    for cell in vm.numa.iter().flat_map(|numa| &numa.cells) {
        let id = cell.id.and_then(|id| u32::try_from(id.value).ok());
        let Some(id) = id.filter(|&id| id < MAX_CELLS) else { continue };
        let cpus = cell.cpus.as_ref().map(|cpus| cpus.value.clone());
        let memory = cell.memory.map_or(Size(0), |written| written.value);
        cells.insert(id, Cell { id, cpus, memory });
    }
    let initiators = vm.hostdevs.iter().filter_map(|hostdev| hostdev.generic_initiator.as_ref());
    for id in initiators.flat_map(|nodes| initiator_cells(&nodes.value)) {
        cells.entry(id).or_insert(Cell { id, cpus: None, memory: Size(0) });
    }
    if !cells.is_empty() && cells.values().all(|cell| cell.memory == Size(0)) {
        cells.entry(0).or_insert(Cell { id: 0, cpus: None, memory }).memory = memory;
    }
    if let Some(first) = cells.get(&0) {
        let count = checked.vm.vcpu_count().and_then(|count| u32::try_from(count).ok());
        let claimed = |cpu: &u32| {
            cells.values().any(|cell| cell.cpus.as_ref().is_some_and(|cpus| cpus.contains(*cpu)))
        };
        let unclaimed = (0..count.unwrap_or(0)).filter(|cpu| !claimed(cpu)).map(|cpu| (cpu, cpu));
        let own = first.cpus.iter().flat_map(|cpus| cpus.ranges().iter().copied());
        let cpus = NumberSet::of_ranges(own.chain(unclaimed).collect());
        cells.entry(0).and_modify(|first| first.cpus = cpus);
    }
    cells.into_values().collect()
}

/// The cells of a generic initiator, rising; as many as QEMU can have at all.
pub(super) fn initiator_cells(nodes: &NumberSet) -> impl Iterator<Item = u32> {
    nodes.iter().take_while(|&node| node < MAX_CELLS)
}

/// How interrupts pass the machine-wide IOMMU of an x86 guest.
#[derive(Clone, Copy)]
pub(super) struct InterruptRemapping {
    /// `intremap`.
    pub(super) intremap: Option<bool>,
    /// `eim`; intel.
    pub(super) eim: Option<bool>,
    /// `xtsup`; amd.
    pub(super) xtsup: Option<bool>,
}

impl InterruptRemapping {
    /// As written; on for more vCPUs than xAPIC ids reach, as in `qemuDomainIOMMUDefPostParse`.
    pub(super) fn of(checked: &Checked<'_>) -> Self {
        let Some(placed) = checked.iommu else {
            return Self { intremap: None, eim: None, xtsup: None };
        };
        let iommu = placed.iommu;
        let many = checked.vm.vcpu_count().is_some_and(|vcpus| vcpus > XAPIC_VCPUS);
        let written = |switch: Option<Written<bool>>, model| {
            let needed = many && model;
            switch.map(|switch| switch.value).or(needed.then_some(true))
        };
        let intel = iommu.model.value == IommuModel::Intel;
        let amd = iommu.model.value == IommuModel::Amd;
        Self {
            intremap: written(iommu.intremap, intel || amd),
            eim: written(iommu.eim, intel),
            xtsup: written(iommu.xtsup, amd),
        }
    }

    /// Whether the I/O APIC has to be QEMU's (`qemuValidateDomainDeviceDefIOMMU`).
    pub(super) fn needs_split_irqchip(self) -> bool {
        self.intremap == Some(true)
    }
}
