//! What a vm is, wherever its elements are written.

use std::fmt::Debug;

use iommulint_lang::elaborate::Numbers;
use iommulint_lang::span::Written;
use iommulint_lang::topology::{ControllerKind, IommuModel, Parent, RootComplex, SlotFunction, Vm};

/// A line for each element, with its numbers. Elements by whose order ids are given out are in their
/// order.
pub(crate) fn of(vm: &Vm, numbers: &Numbers) -> Vec<String> {
    let facts = Facts { vm, numbers };
    let mut lines = facts.machine();
    lines.extend(facts.iommus());
    lines.extend(facts.endpoints());
    let mut unordered = facts.controllers();
    unordered.extend(facts.windows());
    unordered.sort();
    lines.extend(unordered);
    lines
}

struct Facts<'a> {
    vm: &'a Vm,
    numbers: &'a Numbers,
}

/// The value, wherever it is written.
fn bare<T: Clone>(written: &Option<Written<T>>) -> Option<T> {
    written.as_ref().map(|written| written.value.clone())
}

fn line(fact: impl Debug) -> String {
    format!("{fact:?}")
}

impl Facts<'_> {
    fn machine(&self) -> Vec<String> {
        let vm = self.vm;
        let backing =
            vm.memory_backing.map(|b| (bare(&b.hugepages), bare(&b.locked), bare(&b.shared)));
        let mut lines = vec![
            line((&vm.name.value, bare(&vm.machine))),
            line((bare(&vm.memory), bare(&vm.vcpus), bare(&vm.cpu), bare(&vm.firmware))),
            line((bare(&vm.accelerator), bare(&vm.gic), bare(&vm.mmio_window), backing)),
            line(vm.numa.is_some()),
        ];
        for cell in vm.numa.iter().flat_map(|numa| &numa.cells) {
            lines.push(line(("cell", bare(&cell.id), bare(&cell.cpus), bare(&cell.memory))));
        }
        for distance in vm.numa.iter().flat_map(|numa| &numa.distances) {
            let (from, to) = (bare(&distance.from), bare(&distance.to));
            lines.push(line(("distance", from, to, bare(&distance.value))));
        }
        lines
    }

    fn iommus(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for fd in &self.vm.iommufds {
            lines.push(line((
                "iommufd",
                &fd.name.value,
                bare(&fd.alias),
                bare(&fd.fd),
                bare(&fd.fdgroup),
            )));
        }
        for (position, iommu) in self.vm.iommus.iter().enumerate() {
            let is_placed = matches!(iommu.model.value, IommuModel::Virtio | IommuModel::Amd);
            let at = self.numbers.iommus[position].filter(|_| is_placed);
            lines.push(line((iommu.model.value, bare(&iommu.alias), bare(&iommu.iommufd), at)));
            lines.push(line((bare(&iommu.intremap), bare(&iommu.caching_mode), bare(&iommu.eim))));
            lines.push(line((
                bare(&iommu.iotlb),
                bare(&iommu.dma_translation),
                bare(&iommu.xtsup),
            )));
            lines.push(line((bare(&iommu.passthrough), bare(&iommu.dma_remap))));
            lines.push(line((bare(&iommu.aw_bits), bare(&iommu.granule))));
        }
        for vsmmu in &self.vm.vsmmus {
            let accel = &vsmmu.acceleration;
            let over = match vsmmu.root_complex {
                RootComplex::Root => self.bus(Parent::Root),
                RootComplex::Pxb(pxb) => self.bus(Parent::Controller(pxb)),
            };
            lines.push(line((&vsmmu.name.value, bare(&vsmmu.alias), bare(&vsmmu.iommufd), over)));
            lines.push(line((
                bare(&vsmmu.host),
                accel.enabled,
                bare(&accel.ats),
                bare(&accel.ril),
            )));
            lines.push(line((bare(&accel.ssidsize), bare(&accel.oas), bare(&accel.cmdqv))));
        }
        lines
    }

    fn endpoints(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (id, hostdev) in self.vm.hostdevs() {
            let at: (_, Option<SlotFunction>) =
                (self.bus(hostdev.parent), self.numbers.hostdev(id));
            let iommufd = self.vm.iommufd_of(hostdev).map(|name| &name.value);
            let smmu = self.vm.vsmmu_over(hostdev.parent).map(|(_, vsmmu)| &vsmmu.name.value);
            lines.push(line((&hostdev.name.value, bare(&hostdev.alias), bare(&hostdev.host), at)));
            lines.push(line((iommufd, smmu, bare(&hostdev.fd), bare(&hostdev.managed))));
            lines.push(line((bare(&hostdev.rombar), bare(&hostdev.vpasid_cap_offset))));
            lines.push(line(bare(&hostdev.generic_initiator)));
        }
        for (id, device) in self.vm.devices() {
            let at = (self.bus(device.parent), self.numbers.device(id));
            let properties = device.properties.iter();
            let properties: Vec<_> =
                properties.map(|(key, value)| (&key.value, &value.value)).collect();
            lines.push(line((&device.name.value, bare(&device.alias), bare(&device.driver), at)));
            lines.push(line(properties));
        }
        lines
    }

    fn controllers(&self) -> Vec<String> {
        let controllers = self.vm.controllers().map(|(id, controller)| {
            let extra = match &controller.kind {
                ControllerKind::Pxb { numa_node, .. } => line(bare(numa_node)),
                ControllerKind::RootPort(port) | ControllerKind::SwitchDownstream(port) => {
                    line((bare(&port.io_reserve), bare(&port.pref64_reserve)))
                }
                ControllerKind::SwitchUpstream => String::new(),
            };
            let over = controller.vsmmu.map(|id| &self.vm.vsmmu(id).name.value);
            let bus = self.bus(controller.parent);
            line((
                controller.noun(),
                bus,
                self.numbers.controller(id),
                bare(&controller.alias),
                over,
                extra,
            ))
        });
        controllers.collect()
    }

    fn windows(&self) -> Vec<String> {
        let windows = self.numbers.windows.iter();
        windows.map(|window| line((window.first, window.last, window.needed))).collect()
    }

    /// A bus by the index of its controller.
    fn bus(&self, parent: Parent) -> String {
        match parent {
            Parent::Root => "the root bus".to_owned(),
            Parent::Controller(id) => line(self.numbers.controller(id).index),
        }
    }
}
