//! The machine-wide `<iommu>`.

use super::super::xml::Element;
use super::{Lowering, alias};
use crate::target::LibvirtProfile;
use crate::topology::{Granule, Iommufd, MachineIommu, Parent};

impl Lowering<'_, '_> {
    /// The machine-wide IOMMU, if there is one.
    pub(in crate::lower) fn machine_iommu(&self) -> Option<Element> {
        let placed = self.checked.iommu?;
        let iommu = placed.iommu;
        let driver = self.iommu_driver(iommu);
        let address = placed.position.map(|position| self.address(Parent::Root, position));
        Some(
            Element::new("iommu")
                .with("model", iommu.model.value.name())
                .containing((!driver.is_empty()).then_some(driver))
                .containing(self.rfc_iommufd_of(iommu.iommufd.as_ref().map(|w| w.value.as_str())))
                .containing(alias(iommu.alias.as_ref()))
                .containing(address),
        )
    }

    fn iommu_driver(&self, iommu: &MachineIommu) -> Element {
        let switch = |written: Option<crate::span::Written<bool>>| written.map(|w| w.value);
        Element::new("driver")
            .with_switch("intremap", self.interrupts.intremap)
            .with_switch("caching_mode", switch(iommu.caching_mode))
            .with_switch("eim", self.interrupts.eim)
            .with_switch("iotlb", switch(iommu.iotlb))
            .with_some("aw_bits", iommu.aw_bits.map(|bits| bits.value))
            .with_switch("dma_translation", switch(iommu.dma_translation))
            .with_switch("xtsup", self.interrupts.xtsup)
            .with_switch("passthrough", switch(iommu.passthrough))
            .containing(iommu.granule.map(|granule| match granule.value {
                Granule::Host => Element::new("granule").with("mode", "host"),
                Granule::Size(size) => {
                    Element::new("granule").with("size", size.kib()).with("unit", "KiB")
                }
            }))
    }

    /// `<iommufd><id/><fd/></iommufd>` of the second RFC.
    pub(super) fn rfc_iommufd_of(&self, name: Option<&str>) -> Option<Element> {
        if self.profile() != LibvirtProfile::RfcSmmuv3Dev {
            return None;
        }
        let named = |iommufd: &&Iommufd| Some(iommufd.name.value.as_str()) == name;
        let position = self.checked.vm.iommufds.iter().position(|iommufd| named(&iommufd))?;
        let fd = self.checked.iommufd(position).fd;
        Some(
            Element::new("iommufd")
                .containing([Element::text("id", self.ids.iommufd(position))])
                .containing(fd.map(|fd| Element::text("fd", fd.value))),
        )
    }
}
