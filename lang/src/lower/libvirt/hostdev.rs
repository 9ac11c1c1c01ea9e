//! `<hostdev>`.

use super::super::xml::Element;
use super::address::host_address;
use super::{Lowering, alias};
use crate::check::PlacedHostdev;
use crate::target::{Feature, LibvirtProfile};

impl Lowering<'_, '_> {
    /// In file order.
    pub(super) fn hostdevs(&self) -> impl Iterator<Item = Element> {
        self.checked
            .hostdevs
            .iter()
            .map(|placed| if self.stand_in { self.emulated(placed) } else { self.hostdev(placed) })
    }

    /// What stands for a host device: a random number generator, which needs nothing of the host.
    fn emulated(&self, placed: &PlacedHostdev<'_>) -> Element {
        let hostdev = placed.hostdev;
        Element::new("rng")
            .with("model", "virtio-non-transitional")
            .containing([
                Element::text("backend", "/dev/urandom").with("model", "random"),
                Element::new("driver").with("iommu", "on"),
            ])
            .containing(alias(hostdev.alias.as_ref()))
            .containing([self.address(hostdev.parent, placed.position)])
    }

    pub(in crate::lower) fn hostdev(&self, placed: &PlacedHostdev<'_>) -> Element {
        let hostdev = placed.hostdev;
        let managed = hostdev.managed.is_some_and(|written| written.value);
        let nodes = hostdev.generic_initiator.as_ref();
        Element::new("hostdev")
            .with("mode", "subsystem")
            .with("type", "pci")
            .with("managed", if managed { "yes" } else { "no" })
            .containing(self.driver(placed))
            .containing([Element::new("source").containing([host_address(placed.host)])])
            .containing(self.rfc_iommufd(placed))
            .containing(alias(hostdev.alias.as_ref()))
            .containing(nodes.map(|nodes| Element::new("acpi").with("nodeset", &nodes.value)))
            .containing(
                hostdev
                    .rombar
                    .map(|rombar| Element::new("rom").with_switch("bar", Some(rombar.value))),
            )
            .containing([self.address(hostdev.parent, placed.position)])
    }

    /// `<driver iommufd=…/>`. Written even when the answer is no, as the domain's default may be
    /// yes. The second RFC names the driver where it hands over an open device.
    fn driver(&self, placed: &PlacedHostdev<'_>) -> Option<Element> {
        match self.profile() {
            LibvirtProfile::RfcNested => None,
            LibvirtProfile::RfcSmmuv3Dev => {
                placed.hostdev.fd.map(|_| Element::new("driver").with("name", "vfio"))
            }
            LibvirtProfile::Nvidia | LibvirtProfile::Release => {
                let says = self.has(Feature::Iommufd) && self.uses_iommufd();
                let answer = if placed.iommufd.is_some() { "yes" } else { "no" };
                says.then(|| Element::new("driver").with("iommufd", answer))
            }
        }
    }

    /// `<iommufdId>` and `<iommufdFd>` of the second RFC.
    fn rfc_iommufd(&self, placed: &PlacedHostdev<'_>) -> Vec<Element> {
        if self.profile() != LibvirtProfile::RfcSmmuv3Dev {
            return Vec::new();
        }
        let id = placed.iommufd.map(|at| Element::text("iommufdId", self.ids.iommufd(at)));
        let fd = placed.hostdev.fd.map(|fd| Element::text("iommufdFd", fd.value));
        id.into_iter().chain(fd).collect()
    }
}
