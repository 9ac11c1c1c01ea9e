//! `<hostdev type='pci'>`, and `<interface type='hostdev'>`, which is one too.

use super::alias::alias;
use super::iommufds::DomainIommufd;
use super::number_set::number_set;
use super::reader::Reader;
use crate::rules::schema::{MALFORMED_VALUE, UNKNOWN_VALUE};
use crate::span::{Origin, Written};
use crate::topology::{Hostdev, NumberSet, Parent, Placement, Vm};
use crate::xml::Element;

impl Reader {
    /// Reads a host device that sits on `parent` into `vm`.
    pub(super) fn hostdev(
        &mut self,
        element: Element<'_>,
        (parent, placement): (Parent, Placement),
        domain: Option<DomainIommufd<'_>>,
        vm: &mut Vm,
    ) {
        let host = self.host_address(element);
        let alias = alias(element);
        let name = match (&alias, &host) {
            (Some(alias), _) => alias.value.clone(),
            (None, Some(host)) => host.value.clone(),
            (None, None) => element.name().to_owned(),
        };
        let iommufd = self.iommufd_of(element, domain, vm);
        let driver = element.child("driver").and_then(|driver| driver.attribute("name"));
        if let Some(driver) = driver.filter(|driver| driver.value() != "vfio") {
            let finding = UNKNOWN_VALUE
                .at(driver.origin(), format!("`{}` is no driver that QEMU has", driver.value()))
                .with_note(format!(
                    "libvirt: QEMU does not support device assignment mode '{}'",
                    driver.value()
                ))
                .with_help("write `vfio`");
            self.wrong(element, finding);
        }
        let fd = element.child("iommufdFd").and_then(Element::content);
        let rombar = element.child("rom").and_then(|rom| self.switch(rom, "bar"));
        let hostdev = Hostdev {
            name: Written::new(name, element.origin()),
            alias,
            host,
            parent,
            placement,
            iommufd,
            fd: fd.and_then(|fd| Some(Written::new(fd.value.parse().ok()?, fd.origin))),
            // That it is not is what is meant where nothing is said.
            managed: self.yes_no(element, "managed").filter(|managed| managed.value),
            rombar,
            vpasid_cap_offset: None,
            generic_initiator: self.generic_initiator(element, vm),
            cells: Vec::new(),
            origin: element.origin(),
        };
        vm.hostdevs.push(hostdev);
    }

    /// The address on the host, in the usual spelling.
    fn host_address(&mut self, element: Element<'_>) -> Option<Written<String>> {
        let address = element.child("source")?.child("address")?;
        let origin = Origin::new(address.origin().file, address.span());
        let mut part = |name| match address.attribute(name) {
            Some(_) => self.integer(address, name).map(|number| number.value),
            None => Some(0),
        };
        let (domain, bus) = (part("domain")?, part("bus")?);
        let (slot, function) = (part("slot")?, part("function")?);
        Some(Written::new(format!("{domain:04x}:{bus:02x}:{slot:02x}.{function:x}"), origin))
    }

    /// The iommufd it is opened through: as it says itself, else as the domain says.
    fn iommufd_of(
        &mut self,
        element: Element<'_>,
        domain: Option<DomainIommufd<'_>>,
        vm: &mut Vm,
    ) -> Option<Written<String>> {
        if let Some(id) = element.child("iommufdId") {
            return id.content().map(|id| id.map(str::to_owned));
        }
        let driver = element.child("driver").filter(|driver| driver.attribute("iommufd").is_some());
        let own = match driver {
            Some(driver) => Some(self.yes_no(driver, "iommufd")?),
            None => None,
        };
        let enabled = own.map_or(domain.is_some_and(|domain| domain.enabled), |own| own.value);
        let origin = own.map_or(element.origin(), |own| own.origin);
        enabled.then(|| Self::use_iommufd(vm, domain, origin))
    }

    /// `<acpi nodeset=>`; a cell that is not there is said here: libvirt does not look.
    fn generic_initiator(&mut self, element: Element<'_>, vm: &Vm) -> Option<Written<NumberSet>> {
        let nodes = element.child("acpi")?.attribute("nodeset")?;
        let Some(set) = number_set(nodes.value()) else {
            let headline = format!("`nodeset` is `{}`, not numbers of cells", nodes.value());
            self.unreadable(element, MALFORMED_VALUE.at(nodes.origin(), headline));
            return None;
        };
        let cells = Written::new(set, nodes.origin());
        if let Some(finding) = self.unknown_cells(&cells, vm) {
            self.wrong(element, finding);
        }
        Some(cells)
    }
}
