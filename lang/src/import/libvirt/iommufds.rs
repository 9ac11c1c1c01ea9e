//! `<iommufd>`: whether host devices are opened through an iommufd.

use super::reader::Reader;
use crate::rules::FD_NOT_EXPRESSIBLE;
use crate::rules::schema::{DUPLICATE_NODE, MISSING};
use crate::span::{Origin, Written};
use crate::topology::{Iommufd, Vm};
use crate::xml::Element;

/// The id that libvirt gives the one iommufd of a domain.
const ID: &str = "iommufd0";

/// What the domain says of all its host devices.
#[derive(Clone, Copy, Debug)]
pub(super) struct DomainIommufd<'t> {
    element: Element<'t>,
    /// Whether host devices that say nothing themselves have one.
    pub(super) enabled: bool,
}

impl Reader {
    /// Reads `<iommufd>` of the domain.
    pub(super) fn domain_iommufd<'t>(&mut self, domain: Element<'t>) -> Option<DomainIommufd<'t>> {
        let mut elements = domain.children_named("iommufd");
        let element = elements.next()?;
        if let Some(second) = elements.next() {
            let finding = DUPLICATE_NODE
                .at(second.origin(), "a second `<iommufd>`")
                .with_label(element.origin(), "the first one")
                .with_note("libvirt: only one 'iommufd' element is supported")
                .with_help("remove one of them");
            self.unreadable(domain, finding);
            return None;
        }
        if element.attribute("enabled").is_none() {
            let finding = MISSING
                .at(element.origin(), "an `<iommufd>` without `enabled`")
                .with_note("libvirt: Missing required attribute 'enabled' in element 'iommufd'")
                .with_help("add `enabled='yes'`");
            self.unreadable(domain, finding);
            return None;
        }
        let enabled = self.yes_no(element, "enabled")?.value;
        if let Some(group) = element.attribute("fdgroup").filter(|_| !enabled) {
            let finding = FD_NOT_EXPRESSIBLE
                .at(group.origin(), "a group of open files for an iommufd that is not enabled")
                .with_note(
                    "libvirt: Setting 'fdgroup' when 'iommufd' is disabled is not supported.",
                )
                .with_help("write `enabled='yes'`, or remove `fdgroup`");
            self.wrong(element, finding);
        }
        Some(DomainIommufd { element, enabled })
    }

    /// Adds the domain's one iommufd to `vm`, and gives its name as written at `origin`.
    pub(super) fn use_iommufd(
        vm: &mut Vm,
        domain: Option<DomainIommufd<'_>>,
        origin: Origin,
    ) -> Written<String> {
        if vm.iommufds.is_empty() {
            let element = domain.map(|domain| domain.element);
            let at = element.map_or(origin, Element::origin);
            let fdgroup = element.and_then(|element| element.attribute("fdgroup"));
            vm.iommufds.push(Iommufd {
                name: Written::new(ID.to_owned(), at),
                alias: None,
                fd: None,
                fdgroup: fdgroup
                    .filter(|group| !group.value().is_empty())
                    .map(|group| group.written().map(str::to_owned)),
                origin: at,
            });
        }
        Written::new(ID.to_owned(), origin)
    }

    /// Adds an iommufd of the RFCs, unless one of that name is there.
    pub(super) fn declare_iommufd(
        vm: &mut Vm,
        id: &Written<String>,
        fd: Option<Written<&str>>,
        origin: Origin,
    ) {
        if vm.iommufds.iter().all(|iommufd| iommufd.name.value != id.value) {
            let fd = fd.and_then(|fd| Some(Written::new(fd.value.parse().ok()?, fd.origin)));
            vm.iommufds.push(Iommufd { name: id.clone(), alias: None, fd, fdgroup: None, origin });
        }
    }
}
