//! `<iommu>` of vSMMUs, in the syntax of each generation.

use super::super::xml::Element;
use super::address::pci_address;
use super::{Lowering, alias};
use crate::target::LibvirtProfile;
use crate::topology::{Function, Parent, RootComplex, SlotFunction, Vsmmu};

impl Lowering<'_, '_> {
    /// In file order. In the first RFC one element stands for all, and the expander bridges say
    /// the rest.
    pub(in crate::lower) fn vsmmus(&self) -> Vec<Element> {
        let vsmmus = &self.checked.vm.vsmmus;
        match self.profile() {
            LibvirtProfile::RfcNested => {
                let one =
                    vsmmus.first().map(|_| Element::new("iommu").with("model", "nestedSmmuv3"));
                one.into_iter().collect()
            }
            LibvirtProfile::RfcSmmuv3Dev => vsmmus.iter().map(|v| self.smmuv3_dev(v)).collect(),
            LibvirtProfile::Nvidia | LibvirtProfile::Release => {
                vsmmus.iter().map(|vsmmu| self.smmuv3(vsmmu)).collect()
            }
        }
    }

    /// The second RFC gives the vSMMU the lowest free slot of its bus.
    fn smmuv3_dev(&self, vsmmu: &Vsmmu) -> Element {
        let address = self.vsmmu_address(vsmmu);
        Element::new("iommu")
            .with("model", "smmuv3Dev")
            .containing(self.rfc_iommufd_of(vsmmu.iommufd.as_ref().map(|w| w.value.as_str())))
            .containing(alias(vsmmu.alias.as_ref()))
            .containing(address.map(|(bus_index, position)| pci_address(bus_index, position)))
    }

    /// Where a vSMMU sits: only in the second RFC has it an address.
    pub(in crate::lower) fn vsmmu_address(&self, vsmmu: &Vsmmu) -> Option<(u8, SlotFunction)> {
        if self.profile() != LibvirtProfile::RfcSmmuv3Dev {
            return None;
        }
        let bus_index = self.pci_bus(vsmmu);
        let slot = self.slots.lowest_free(bus_index);
        Some((bus_index, SlotFunction { slot, function: Function::ZERO }))
    }

    fn smmuv3(&self, vsmmu: &Vsmmu) -> Element {
        let mut driver = Element::new("driver").with("pciBus", self.pci_bus(vsmmu));
        let accel = &vsmmu.acceleration;
        if accel.enabled && !self.stand_in {
            let ssidsize = accel.ssidsize.and_then(|written| written.value.fixed());
            driver = driver
                .with("accel", "on")
                .with_switch("cmdqv", accel.cmdqv.and_then(|written| written.value.fixed()))
                .with_switch("ats", accel.ats.and_then(|written| written.value.fixed()))
                .with_switch("ril", accel.ril.and_then(|written| written.value.fixed()));
            driver = if self.profile() == LibvirtProfile::Nvidia {
                driver.with_switch("pasid", ssidsize.map(|bits| bits > 0))
            } else {
                driver.with_some("ssidsize", ssidsize)
            };
            let oas = accel.oas.and_then(|written| written.value.fixed());
            driver = driver.with_some("oas", oas);
        }
        Element::new("iommu")
            .with("model", "smmuv3")
            .containing([driver])
            .containing(alias(vsmmu.alias.as_ref()))
    }

    /// The index of the controller whose bus the vSMMU translates for.
    pub(in crate::lower) fn pci_bus(&self, vsmmu: &Vsmmu) -> u8 {
        self.checked.bus_index(match vsmmu.root_complex {
            RootComplex::Root => Parent::Root,
            RootComplex::Pxb(pxb) => Parent::Controller(pxb),
        })
    }
}
