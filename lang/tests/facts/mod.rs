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
fn bare<T: Clone>(written: Option<&Written<T>>) -> Option<T> {
    written.map(|written| written.value.clone())
}

fn line(fact: impl Debug) -> String {
    format!("{fact:?}")
}

impl Facts<'_> {
    fn machine(&self) -> Vec<String> {
        let vm = self.vm;
        let backing = vm.memory_backing.map(|b| {
            (bare(b.hugepages.as_ref()), bare(b.locked.as_ref()), bare(b.shared.as_ref()))
        });
        let mut lines = vec![
            line((&vm.name.value, bare(vm.machine.as_ref()))),
            line((
                bare(vm.memory.as_ref()),
                bare(vm.vcpus.as_ref()),
                bare(vm.cpu.as_ref()),
                bare(vm.firmware.as_ref()),
            )),
            line((
                bare(vm.accelerator.as_ref()),
                bare(vm.gic.as_ref()),
                bare(vm.mmio_window.as_ref()),
                backing,
            )),
            line(vm.numa.is_some()),
        ];
        for cell in vm.numa.iter().flat_map(|numa| &numa.cells) {
            lines.push(line((
                "cell",
                bare(cell.id.as_ref()),
                bare(cell.cpus.as_ref()),
                bare(cell.memory.as_ref()),
            )));
        }
        for distance in vm.numa.iter().flat_map(|numa| &numa.distances) {
            let (from, to) = (bare(distance.from.as_ref()), bare(distance.to.as_ref()));
            lines.push(line(("distance", from, to, bare(distance.value.as_ref()))));
        }
        lines
    }

    fn iommus(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for fd in &self.vm.iommufds {
            lines.push(line((
                "iommufd",
                &fd.name.value,
                bare(fd.alias.as_ref()),
                bare(fd.fd.as_ref()),
                bare(fd.fdgroup.as_ref()),
            )));
        }
        for (position, iommu) in self.vm.iommus.iter().enumerate() {
            let is_placed = matches!(iommu.model.value, IommuModel::Virtio | IommuModel::Amd);
            let at = self.numbers.iommus[position].filter(|_| is_placed);
            lines.push(line((
                iommu.model.value,
                bare(iommu.alias.as_ref()),
                bare(iommu.iommufd.as_ref()),
                at,
            )));
            lines.push(line((
                bare(iommu.intremap.as_ref()),
                bare(iommu.caching_mode.as_ref()),
                bare(iommu.eim.as_ref()),
            )));
            lines.push(line((
                bare(iommu.iotlb.as_ref()),
                bare(iommu.dma_translation.as_ref()),
                bare(iommu.xtsup.as_ref()),
            )));
            lines.push(line((bare(iommu.passthrough.as_ref()), bare(iommu.dma_remap.as_ref()))));
            lines.push(line((bare(iommu.aw_bits.as_ref()), bare(iommu.granule.as_ref()))));
        }
        for vsmmu in &self.vm.vsmmus {
            let accel = &vsmmu.acceleration;
            let over = match vsmmu.root_complex {
                RootComplex::Root => self.bus(Parent::Root),
                RootComplex::Pxb(pxb) => self.bus(Parent::Controller(pxb)),
            };
            lines.push(line((
                &vsmmu.name.value,
                bare(vsmmu.alias.as_ref()),
                bare(vsmmu.iommufd.as_ref()),
                over,
            )));
            lines.push(line((
                bare(vsmmu.host.as_ref()),
                accel.enabled,
                bare(accel.ats.as_ref()),
                bare(accel.ril.as_ref()),
            )));
            lines.push(line((
                bare(accel.ssidsize.as_ref()),
                bare(accel.oas.as_ref()),
                bare(accel.cmdqv.as_ref()),
            )));
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
            lines.push(line((
                &hostdev.name.value,
                bare(hostdev.alias.as_ref()),
                bare(hostdev.host.as_ref()),
                at,
            )));
            lines.push(line((
                iommufd,
                smmu,
                bare(hostdev.fd.as_ref()),
                bare(hostdev.managed.as_ref()),
            )));
            lines.push(line((
                bare(hostdev.rombar.as_ref()),
                bare(hostdev.vpasid_cap_offset.as_ref()),
            )));
            lines.push(line(bare(hostdev.generic_initiator.as_ref())));
        }
        for (id, device) in self.vm.devices() {
            let at = (self.bus(device.parent), self.numbers.device(id));
            let properties = device.properties.iter();
            let properties: Vec<_> =
                properties.map(|(key, value)| (&key.value, &value.value)).collect();
            lines.push(line((
                &device.name.value,
                bare(device.alias.as_ref()),
                bare(device.driver.as_ref()),
                at,
            )));
            lines.push(line(properties));
        }
        lines
    }

    fn controllers(&self) -> Vec<String> {
        let controllers = self.vm.controllers().map(|(id, controller)| {
            let extra = match &controller.kind {
                ControllerKind::Pxb { numa_node, .. } => line(bare(numa_node.as_ref())),
                ControllerKind::RootPort(port) | ControllerKind::SwitchDownstream(port) => {
                    line((bare(port.io_reserve.as_ref()), bare(port.pref64_reserve.as_ref())))
                }
                ControllerKind::SwitchUpstream | ControllerKind::Bridge(_) => String::new(),
            };
            let over = controller.vsmmu.map(|id| &self.vm.vsmmu(id).name.value);
            let bus = self.bus(controller.parent);
            line((
                controller.noun(),
                bus,
                self.numbers.controller(id),
                bare(controller.alias.as_ref()),
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
