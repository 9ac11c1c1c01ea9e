//! Host devices, and the generic initiators that belong to them.

use super::super::argument::Argument;
use super::super::guest::initiator_cells;
use super::super::json_object::JsonObject;
use super::{Lowering, device, object};
use crate::check::PlacedHostdev;
use crate::target::QemuProfile;

impl Lowering<'_, '_> {
    /// In file order, each followed by its generic initiators.
    pub(super) fn hostdevs(&self) -> Vec<Argument> {
        let mut arguments = Vec::new();
        let mut initiators = 0..;
        for (position, placed) in self.checked.hostdevs.iter().enumerate() {
            let id = self.ids.hostdev(position);
            arguments.push(device(if self.options.stand_in {
                self.stand_in(placed, id)
            } else {
                self.vfio_pci(placed, id)
            }));
            let nodes = placed.hostdev.generic_initiator.iter().filter(|_| self.names_cells());
            let nodes = nodes.flat_map(|nodes| initiator_cells(&nodes.value));
            arguments.extend(nodes.zip(&mut initiators).map(|(node, number)| {
                let initiator =
                    JsonObject::object("acpi-generic-initiator", &format!("gi{number}"));
                object(initiator.string("pci-dev", id).number("node", node))
            }));
        }
        arguments
    }

    fn vfio_pci(&self, placed: &PlacedHostdev<'_>, id: &str) -> JsonObject {
        let hostdev = placed.hostdev;
        let rfc = matches!(self.profile, QemuProfile::RfcNested | QemuProfile::RfcAccel);
        // An open device needs no address; the RFCs give it all the same.
        let host = (hostdev.fd.is_none() || rfc).then(|| placed.host.to_string());
        let iommufd = placed.iommufd.map(|position| self.ids.iommufd(position));
        let fd = hostdev.fd.map(|fd| fd.value.to_string());
        let vfio = JsonObject::driver("vfio-pci")
            .with(host, |vfio, host| vfio.string("host", &host))
            .string("id", id)
            .with(iommufd, |vfio, iommufd| vfio.string("iommufd", iommufd))
            .with(fd, |vfio, fd| vfio.string("fd", &fd));
        self.place(vfio, hostdev.parent, placed.position)
            .with(hostdev.rombar, |vfio, rombar| vfio.number("rombar", u8::from(rombar.value)))
            .with(hostdev.vpasid_cap_offset, |vfio, offset| {
                vfio.number("x-vpasid-cap-offset", offset.value)
            })
    }

    /// An emulated endpoint which does DMA through the IOMMU over it.
    fn stand_in(&self, placed: &PlacedHostdev<'_>, id: &str) -> JsonObject {
        let endpoint = JsonObject::driver("virtio-rng-pci")
            .string("id", id)
            .on_off("disable-legacy", true)
            .boolean("iommu_platform", true);
        self.place(endpoint, placed.hostdev.parent, placed.position)
    }
}
