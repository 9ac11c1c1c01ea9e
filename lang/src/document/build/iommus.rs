//! `iommu`, `vsmmu` and their options.

use super::super::element::{Element, ElementId};
use super::super::vocabulary::NodeKind;
use super::{Builder, Built};
use crate::finding::Applicability;
use crate::rules::schema;
use crate::span::Written;
use crate::topology::{
    Acceleration, IommuModel, MachineIommu, Parent, Placement, RootComplex, Vsmmu, VsmmuId,
};

impl<'a> Builder<'a> {
    pub(super) fn iommu(&mut self, element: &'a Element) -> Built {
        let Some(model) = element.argument::<String>(0) else { return Built::Other };
        let model = model.map(|name| match name.as_str() {
            "intel" => IommuModel::Intel,
            "amd" => IommuModel::Amd,
            "virtio" => IommuModel::Virtio,
            _ => IommuModel::Smmuv3,
        });
        let slot: Option<Written<i64>> = element.get("slot");
        let slot_key = element.key_of("slot").filter(|_| !model.value.is_pci_device());
        if let Some(slot_key) = slot_key {
            self.findings.push(
                schema::WRONG_MODEL
                    .at(slot_key, format!("the IOMMU `{}` takes no slot", model.value.name()))
                    .with_label(model.origin, "only `amd` and `virtio` do")
                    .with_edits(
                        "leave it out",
                        Applicability::Unsafe,
                        [self.source.without_property(slot_key)],
                    ),
            );
        }
        let Some(vm) = self.current() else { return Built::Other };
        vm.iommus.push(MachineIommu {
            model,
            alias: element.get("alias"),
            iommufd: element.get("iommufd"),
            placement: Placement { slot, function: None },
            intremap: None,
            caching_mode: None,
            eim: None,
            iotlb: None,
            dma_translation: None,
            xtsup: None,
            passthrough: None,
            dma_remap: None,
            aw_bits: None,
            granule: None,
            origin: element.origin,
        });
        Built::Iommu(vm.iommus.len() - 1)
    }

    pub(super) fn iommu_option(&mut self, element: &Element) -> Built {
        let Built::Iommu(position) = self.parent(element) else { return Built::Other };
        let Some(iommu) = self.current().and_then(|vm| vm.iommus.get_mut(position)) else {
            return Built::Other;
        };
        let model = iommu.model;
        let (name, models) = models_with(element.kind);
        if !models.contains(&model.value) {
            let (first, rest) = (models[0].name(), models.get(1).map(|model| model.name()));
            let who = rest.map_or_else(
                || format!("only `{first}` has"),
                |rest| format!("only `{first}` and `{rest}` have"),
            );
            self.findings.push(
                schema::WRONG_MODEL
                    .at(
                        element.origin,
                        format!("the IOMMU `{}` has no `{name}`", model.value.name()),
                    )
                    .with_label(model.origin, format!("{who} it"))
                    .with_edits(
                        "leave it out",
                        Applicability::Unsafe,
                        [self.source.without_element(element.origin)],
                    ),
            );
            return Built::Other;
        }
        let on = switch(element);
        match element.kind {
            NodeKind::Intremap => iommu.intremap = on,
            NodeKind::CachingMode => iommu.caching_mode = on,
            NodeKind::Eim => iommu.eim = on,
            NodeKind::Iotlb => iommu.iotlb = on,
            NodeKind::DmaTranslation => iommu.dma_translation = on,
            NodeKind::Xtsup => iommu.xtsup = on,
            NodeKind::Passthrough => iommu.passthrough = on,
            NodeKind::DmaRemap => iommu.dma_remap = on,
            NodeKind::AwBits => iommu.aw_bits = element.argument(0),
            NodeKind::Granule => iommu.granule = element.argument(0),
            _ => {}
        }
        Built::Other
    }

    pub(super) fn vsmmu(&mut self, id: ElementId, element: &'a Element) -> Built {
        let name = self.name(element);
        let group = self.groups.get(&id).copied().unwrap_or_default();
        let document = self.document;
        let on_root_bus = group
            .on_root_bus
            .map(|id| document.element(id))
            .filter(|element| switch(element).is_some_and(|on| on.value))
            .map(|element| element.origin);
        let pxb = group.pxb.map(|id| document.element(id));
        if let (Some(on_root_bus), Some(pxb)) = (on_root_bus, pxb) {
            self.findings.push(
                schema::CONFLICTING_NODES
                    .at(
                        on_root_bus,
                        "a vSMMU translates for the root bus or for a PXB, not for both",
                    )
                    .with_label(pxb.origin, "the PXB")
                    .with_help("keep one of the two, or make two groups of it")
                    .with_edits(
                        "leave `on-root-bus` out",
                        Applicability::Unsafe,
                        [self.source.without_element(on_root_bus)],
                    ),
            );
        }
        let Some(vm) = self.topology.vms.last_mut() else { return Built::Other };
        let Ok(number) = u32::try_from(vm.vsmmus.len()) else { return Built::Other };
        let vsmmu = VsmmuId(number);
        let root_complex = if on_root_bus.is_some() {
            vm.root_vsmmu.get_or_insert(vsmmu);
            RootComplex::Root
        } else {
            RootComplex::Pxb(super::hierarchy::add_group_pxb(vm, vsmmu, pxb, element))
        };
        vm.vsmmus.push(Vsmmu {
            name,
            alias: element.get("alias"),
            iommufd: element.get("iommufd"),
            host: element.get("host"),
            acceleration: Acceleration::plain(true),
            root_complex,
            on_root_bus,
            bus: None,
            origin: element.origin,
        });
        let bus = match root_complex {
            RootComplex::Root => Parent::Root,
            RootComplex::Pxb(pxb) => Parent::Controller(pxb),
        };
        Built::Vsmmu(vsmmu, bus)
    }

    pub(super) fn acceleration(&mut self, element: &Element) -> Built {
        let Built::Vsmmu(VsmmuId(vsmmu), _) = self.parent(element) else { return Built::Other };
        let vsmmu = self.current().and_then(|vm| vm.vsmmus.get_mut(vsmmu as usize));
        if let Some(vsmmu) = vsmmu {
            vsmmu.acceleration = Acceleration {
                // A value that is not a boolean has been reported; it does not mean off.
                enabled: switch(element).is_none_or(|on| on.value),
                origin: Some(element.origin),
                switch: element.argument::<bool>(0).map(|on| on.origin),
                ats: element.get("ats"),
                ril: element.get("ril"),
                ssidsize: element.get("ssidsize"),
                oas: element.get("oas"),
                cmdqv: element.get("cmdqv"),
            };
        }
        Built::Other
    }
}

/// A node with one optional boolean: on when it is left out, none when it is wrong.
fn switch(element: &Element) -> Option<Written<bool>> {
    if element.arguments.is_empty() {
        return Some(Written::new(true, element.origin));
    }
    element.argument(0)
}

/// The name of an option of the machine-wide IOMMU, and the models that have it.
fn models_with(option: NodeKind) -> (&'static str, &'static [IommuModel]) {
    use IommuModel::{Amd, Intel, Virtio};
    match option {
        NodeKind::Intremap => ("intremap", &[Intel, Amd]),
        NodeKind::CachingMode => ("caching-mode", &[Intel]),
        NodeKind::Eim => ("eim", &[Intel]),
        NodeKind::Iotlb => ("iotlb", &[Intel, Amd]),
        NodeKind::DmaTranslation => ("dma-translation", &[Intel]),
        NodeKind::Xtsup => ("xtsup", &[Amd]),
        NodeKind::Passthrough => ("passthrough", &[Amd]),
        NodeKind::DmaRemap => ("dma-remap", &[Amd]),
        NodeKind::AwBits => ("aw-bits", &[Intel, Virtio]),
        _ => ("granule", &[Virtio]),
    }
}
