//! The machine-wide IOMMU; the machine-wide SMMUv3 is a property of the machine.

use super::super::argument::Argument;
use super::super::json_object::JsonObject;
use super::{Lowering, device};
use crate::topology::{Granule, IommuModel, MachineIommu, Parent};

impl Lowering<'_, '_> {
    /// The devices of the machine-wide IOMMU: amd's are two, smmuv3 has none.
    pub(super) fn machine_iommu(&self) -> Vec<Argument> {
        let Some(placed) = self.checked.iommu else { return Vec::new() };
        let (iommu, id) = (placed.iommu, self.ids.iommu());
        let place = |object| match placed.position {
            Some(position) => self.place(object, Parent::Root, position),
            None => object,
        };
        match iommu.model.value {
            IommuModel::Smmuv3 => Vec::new(),
            IommuModel::Intel => vec![device(self.intel(iommu, id))],
            IommuModel::Amd => vec![
                device(place(JsonObject::driver("AMDVI-PCI").string("id", id))),
                device(self.amd(iommu, id)),
            ],
            IommuModel::Virtio => vec![device(place(virtio(iommu, id)))],
        }
    }

    fn intel(&self, iommu: &MachineIommu, id: &str) -> JsonObject {
        JsonObject::driver("intel-iommu")
            .string("id", id)
            .with(self.interrupts.intremap, |object, on| object.on_off("intremap", on))
            .with(iommu.caching_mode, |object, on| object.boolean("caching-mode", on.value))
            .with(self.interrupts.eim, |object, on| object.on_off("eim", on))
            .with(iommu.iotlb, |object, on| object.boolean("device-iotlb", on.value))
            .with(iommu.aw_bits, |object, bits| object.number("aw-bits", bits.value))
            .with(iommu.dma_translation, |object, on| object.boolean("dma-translation", on.value))
    }

    fn amd(&self, iommu: &MachineIommu, id: &str) -> JsonObject {
        JsonObject::driver("amd-iommu")
            .string("pci-id", id)
            .with(self.interrupts.intremap, |object, on| object.on_off("intremap", on))
            .with(iommu.passthrough, |object, on| object.boolean("pt", on.value))
            .with(self.interrupts.xtsup, |object, on| object.boolean("xtsup", on))
            .with(iommu.iotlb, |object, on| object.boolean("device-iotlb", on.value))
            .with(iommu.dma_remap, |object, on| object.boolean("dma-remap", on.value))
    }
}

fn virtio(iommu: &MachineIommu, id: &str) -> JsonObject {
    let granule = iommu.granule.map(|granule| match granule.value {
        Granule::Host => "host".to_owned(),
        Granule::Size(size) => format!("{}k", size.kib()),
    });
    JsonObject::driver("virtio-iommu")
        .string("id", id)
        .with(iommu.aw_bits, |object, bits| object.number("aw-bits", bits.value))
        .with(granule, |object, granule| object.string("granule", &granule))
}
