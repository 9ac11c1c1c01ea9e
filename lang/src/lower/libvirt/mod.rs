//! libvirt XML: the elements below `<devices>`, or a whole domain.
//!
//! Element and attribute order and quotes are libvirt's own (`virDomainDefFormat`), so that
//! `virsh dumpxml` gives back what was written.

mod address;
mod controller;
mod cpu;
mod domain;
mod hostdev;
mod iommu;
mod qemu_only;
mod vsmmu;

use super::guest::{Guest, InterruptRemapping};
use super::ids::{Ids, Taker, iommufds_in_use, libvirt_keeps};
use super::slots::Slots;
use super::xml::Element;
use crate::check::Checked;
use crate::span::Written;
use crate::target::{Feature, LibvirtProfile};

/// The `<devices>` element with the controllers, host devices and IOMMUs of `checked`; before it
/// the `<iommufd>` that names an fd group, after it what properties only QEMU has need.
///
/// Emulated devices ([`Vm::devices`](crate::topology::Vm::devices)) belong to the domain this goes
/// into, and are left out.
#[must_use]
pub fn devices(checked: &Checked<'_>) -> String {
    let lowering = Lowering::new(checked);
    let group = lowering.fdgroup().and_then(|_| lowering.iommufd());
    let devices = Element::new("devices").containing(lowering.devices());
    let mut text = String::new();
    for element in group.into_iter().chain([devices]).chain(lowering.qemu_only()) {
        element.write(&mut text, "");
    }
    text
}

/// A whole domain, without emulated devices. What is not stated is filled in: KVM, UEFI, GIC 3, the
/// host's CPU, 4 GiB.
#[must_use]
pub fn domain(checked: &Checked<'_>) -> String {
    let mut text = String::new();
    Lowering::new(checked).domain().write(&mut text, "");
    text
}

/// One vm being lowered.
struct Lowering<'a, 'c> {
    checked: &'c Checked<'a>,
    guest: Guest<'a>,
    interrupts: InterruptRemapping,
    ids: Ids,
    slots: Slots,
}

impl<'a, 'c> Lowering<'a, 'c> {
    fn new(checked: &'c Checked<'a>) -> Self {
        Self {
            checked,
            guest: Guest::of(checked),
            interrupts: InterruptRemapping::of(checked),
            ids: Ids::of(checked, Taker::Libvirt),
            slots: Slots::of(checked),
        }
    }

    fn profile(&self) -> LibvirtProfile {
        self.checked.target.libvirt.profile
    }

    fn has(&self, feature: Feature) -> bool {
        self.checked.target.libvirt.has(feature)
    }

    /// The elements below `<devices>`, in libvirt's order.
    fn devices(&self) -> Vec<Element> {
        let mut elements: Vec<_> = self.controllers().collect();
        elements.extend(self.hostdevs());
        elements.extend(self.iommus());
        elements
    }

    fn iommus(&self) -> impl Iterator<Item = Element> {
        self.machine_iommu().into_iter().chain(self.vsmmus())
    }

    /// Whether a host device uses an iommufd.
    fn uses_iommufd(&self) -> bool {
        !iommufds_in_use(self.checked, Taker::Libvirt).is_empty()
    }
}

/// `<alias name=…/>`, if libvirt would keep it.
fn alias(alias: Option<&Written<String>>) -> Option<Element> {
    let alias = alias.map(|written| &written.value).filter(|alias| libvirt_keeps(alias))?;
    Some(Element::new("alias").with("name", alias))
}
