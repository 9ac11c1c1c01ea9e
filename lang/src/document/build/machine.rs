//! `vm` and what describes its machine.

use super::super::element::Element;
use super::super::vocabulary::NodeKind;
use super::{Builder, Built};
use crate::finding::Applicability;
use crate::rules::schema;
use crate::span::Written;
use crate::topology::{
    Accelerator, Arch, Cell, Distance, Firmware, Iommufd, Machine, MemoryBacking, Numa, Vm,
};

impl<'a> Builder<'a> {
    pub(super) fn vm(&mut self, element: &'a Element) -> Built {
        let name = self.name(element);
        let machine: Option<Written<Machine>> = element.get("machine");
        let arch: Option<Written<Arch>> = element.get("arch");
        if let (Some(machine), Some(arch)) = (&machine, arch) {
            let right = machine.value.board.arch();
            if arch.value != right {
                let (machine_name, right) = (&machine.value.name, right.name());
                self.findings.push(
                    schema::ARCH_MISMATCH
                        .at(
                            arch.origin,
                            format!(
                                "machine `{machine_name}` is {right}, not {}",
                                arch.value.name()
                            ),
                        )
                        .with_label(machine.origin, format!("there is none but for {right}"))
                        .with_help("leave `arch` out: it follows from the machine")
                        .with_edits(
                            "leave `arch` out",
                            Applicability::Unsafe,
                            [self.source.without_property(arch.origin)],
                        ),
                );
            }
        }
        // Both are of the vm being built: controllers are numbered anew in each.
        self.spare_in_vm = 0;
        self.occupants.clear();
        let vm = Vm::new(name, element.origin);
        self.topology.vms.push(Vm { machine, arch, ..vm });
        Built::Vm
    }

    pub(super) fn machine_setting(&mut self, element: &Element) -> Built {
        let Some(vm) = self.current() else { return Built::Other };
        match element.kind {
            NodeKind::Memory => vm.memory = element.argument(0),
            NodeKind::Vcpus => vm.vcpus = element.argument(0),
            NodeKind::Cpu => vm.cpu = element.argument(0),
            NodeKind::Firmware => {
                vm.firmware = element.argument::<String>(0).map(|kind| {
                    kind.map(|kind| match kind.as_str() {
                        "efi" => Firmware::Efi,
                        "bios" => Firmware::Bios,
                        _ => Firmware::None,
                    })
                });
            }
            NodeKind::Accelerator => {
                vm.accelerator = element.argument::<String>(0).map(|kind| {
                    kind.map(|kind| match kind.as_str() {
                        "kvm" => Accelerator::Kvm,
                        _ => Accelerator::Tcg,
                    })
                });
            }
            NodeKind::Gic => vm.gic = element.argument(0),
            NodeKind::MmioWindow => vm.mmio_window = element.argument(0),
            NodeKind::MemoryBacking => {
                vm.memory_backing = Some(MemoryBacking {
                    hugepages: element.get("hugepages"),
                    locked: element.get("locked"),
                    shared: element.get("shared"),
                    origin: element.origin,
                });
            }
            NodeKind::Numa => vm.numa = Some(Numa::default()),
            NodeKind::Cell => vm.numa.get_or_insert_default().cells.push(Cell {
                id: element.argument(0),
                cpus: element.get("cpus"),
                memory: element.get("memory"),
                origin: element.origin,
            }),
            NodeKind::Distance => vm.numa.get_or_insert_default().distances.push(Distance {
                from: element.argument(0),
                to: element.argument(1),
                value: element.argument(2),
                origin: element.origin,
            }),
            _ => {}
        }
        Built::Other
    }

    pub(super) fn iommufd(&mut self, element: &Element) -> Built {
        // Names of iommufds are a name space of their own, and a rule's business.
        let name =
            element.argument(0).unwrap_or_else(|| Written::new(String::new(), element.origin));
        let Some(vm) = self.current() else { return Built::Other };
        vm.iommufds.push(Iommufd {
            name,
            alias: element.get("alias"),
            fd: element.get("fd"),
            fdgroup: element.get("fdgroup"),
            origin: element.origin,
        });
        Built::Other
    }
}
