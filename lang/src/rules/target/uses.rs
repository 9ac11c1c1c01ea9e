//! What in a vm uses something that not every release has: the one list.

use crate::language::InEach;
use crate::rules::Context;
use crate::span::{Origin, Written};
use crate::target::Feature;
use crate::topology::{IommuModel, MachineIommu, NumberOrAuto, OnOffAuto, Vsmmu};

/// A use of a feature.
pub(super) struct Use {
    pub(super) feature: Feature,
    /// What uses it, for messages.
    pub(super) what: &'static str,
    pub(super) origin: Origin,
    pub(super) form: Form,
}

/// What a use is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A property, which can be left out.
    Property,
    /// An element that is an option of another, and can be left out.
    Option,
    /// Something there must be a reason for.
    Element,
}

/// The first use of each feature, in no particular order.
///
/// fd numbers, fd groups and several iommufds are the business of `iommufd/…`.
pub(super) fn uses(context: &Context<'_>) -> Vec<Use> {
    let vm = context.vm;
    let mut uses = Uses { context, all: Vec::new() };
    // What the machine cannot have no release has for it.
    let vsmmus = vm.vsmmus.iter().filter(|_| vm.can_have(IommuModel::Smmuv3));
    vsmmus.for_each(|vsmmu| uses.of_vsmmu(vsmmu));
    let iommus = vm.iommus.iter().filter(|iommu| vm.can_have(iommu.model.value));
    iommus.for_each(|iommu| uses.of_iommu(iommu));
    for hostdev in &vm.hostdevs {
        if vm.iommufd_of(hostdev).is_some() {
            uses.add(
                Feature::Iommufd,
                "an iommufd behind a host device",
                hostdev.name.origin,
                Form::Element,
            );
        }
        if let Some(set) = &hostdev.generic_initiator {
            uses.add(Feature::GenericInitiator, "a generic initiator", set.origin, Form::Element);
        }
        let offset = context.say(InEach {
            kdl: "`vpasid-cap-offset`",
            libvirt: "`x-vpasid-cap-offset`",
            qemu: "`x-vpasid-cap-offset`",
        });
        uses.written(Feature::VpasidCapOffset, offset, hostdev.vpasid_cap_offset);
    }
    if let Some(gic) = vm.gic.filter(|gic| gic.value == 4) {
        uses.add(Feature::Gicv4, "a `GICv4`", gic.origin, Form::Element);
    }
    for port in vm.controllers.iter().filter_map(|controller| controller.port()) {
        uses.written(Feature::QemuOnlyProperty, "`io-reserve`", port.io_reserve);
        uses.written(Feature::QemuOnlyProperty, "`pref64-reserve`", port.pref64_reserve);
    }
    uses.all
}

struct Uses<'a> {
    context: &'a Context<'a>,
    all: Vec<Use>,
}

impl Uses<'_> {
    fn add(&mut self, feature: Feature, what: &'static str, origin: Origin, form: Form) {
        if self.all.iter().all(|used| used.feature != feature) {
            self.all.push(Use { feature, what, origin, form });
        }
    }

    fn written<T>(&mut self, feature: Feature, what: &'static str, written: Option<Written<T>>) {
        if let Some(written) = written {
            self.add(feature, what, written.origin, Form::Property);
        }
    }

    fn option<T>(&mut self, feature: Feature, what: &'static str, written: Option<Written<T>>) {
        if let Some(written) = written {
            self.add(feature, what, written.origin, Form::Option);
        }
    }

    fn of_vsmmu(&mut self, vsmmu: &Vsmmu) {
        let acceleration = vsmmu.acceleration;
        let origin = acceleration.origin.unwrap_or(vsmmu.name.origin);
        self.add(
            Feature::VsmmuPerBus,
            "a vSMMU of its own root complex",
            vsmmu.name.origin,
            Form::Element,
        );
        if let Some(on_root_bus) = vsmmu.on_root_bus {
            self.add(
                Feature::VsmmuOnRootBus,
                "a vSMMU of the root bus alone",
                on_root_bus,
                Form::Element,
            );
        }
        if !acceleration.enabled {
            self.add(
                Feature::UnacceleratedVsmmu,
                "a vSMMU without nested translation",
                origin,
                Form::Element,
            );
            return;
        }
        self.add(Feature::Accel, "nested translation", origin, Form::Element);
        let switches = [
            (Feature::AccelAts, "`ats`", acceleration.ats),
            (Feature::AccelRil, "`ril`", acceleration.ril),
            (Feature::AccelCmdqv, "`cmdqv`", acceleration.cmdqv),
        ];
        for (feature, what, written) in switches {
            match written {
                Some(written) if written.value == OnOffAuto::Auto => {
                    self.add(
                        Feature::AccelAuto,
                        "a value taken from the host's SMMU",
                        written.origin,
                        Form::Property,
                    );
                }
                written => self.written(feature, what, written),
            }
        }
        let numbers = [
            (Feature::AccelSsidsize, "`ssidsize`", acceleration.ssidsize),
            (Feature::AccelOas, "`oas`", acceleration.oas),
        ];
        for (feature, what, written) in numbers {
            match written {
                Some(written) if written.value == NumberOrAuto::Auto => {
                    self.add(
                        Feature::AccelAuto,
                        "a value taken from the host's SMMU",
                        written.origin,
                        Form::Property,
                    );
                }
                written => self.written(feature, what, written),
            }
        }
    }

    fn of_iommu(&mut self, iommu: &MachineIommu) {
        let origin = iommu.model.origin;
        match iommu.model.value {
            IommuModel::Smmuv3 => {
                self.add(Feature::MachineSmmuv3, "a machine-wide SMMUv3", origin, Form::Element);
            }
            IommuModel::Virtio => {
                self.add(Feature::VirtioIommu, "a virtio IOMMU", origin, Form::Element);
                self.option(Feature::VirtioGranule, "`granule`", iommu.granule);
            }
            IommuModel::Amd => {
                self.add(Feature::AmdIommu, "an AMD IOMMU", origin, Form::Element);
                // Off, libvirt writes it too, and QEMU does not start.
                let passthrough = self.context.say(InEach {
                    kdl: "`passthrough`",
                    libvirt: "`passthrough`",
                    qemu: "`pt`",
                });
                self.option(Feature::AmdPassthrough, passthrough, iommu.passthrough);
                self.option(Feature::AmdXtsup, "`xtsup`", iommu.xtsup);
                self.option(Feature::AmdDmaRemap, "`dma-remap`", iommu.dma_remap);
            }
            IommuModel::Intel => {
                let iotlb = InEach { kdl: "`iotlb`", libvirt: "`iotlb`", qemu: "`device-iotlb`" };
                self.option(Feature::IntelIotlb, self.context.say(iotlb), iommu.iotlb);
                let aw_bits = InEach { kdl: "`aw-bits`", libvirt: "`aw_bits`", qemu: "`aw-bits`" };
                self.option(Feature::IntelAwBits, self.context.say(aw_bits), iommu.aw_bits);
                let dma_translation = self.context.say(InEach {
                    kdl: "`dma-translation`",
                    libvirt: "`dma_translation`",
                    qemu: "`dma-translation`",
                });
                self.option(Feature::IntelDmaTranslation, dma_translation, iommu.dma_translation);
            }
        }
    }
}
