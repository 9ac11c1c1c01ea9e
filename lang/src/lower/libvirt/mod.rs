//! libvirt XML: the elements below `<devices>`, or a whole domain.
//!
//! Element and attribute order and quotes are libvirt's own (`virDomainDefFormat`), so that
//! `virsh dumpxml` gives back what was written.

mod address;
pub(super) mod controller;
mod cpu;
mod domain;
mod hostdev;
mod iommu;
pub(crate) mod qemu_only;
mod vsmmu;

use super::guest::{Guest, InterruptRemapping};
use super::ids::{Ids, Taker, iommufds_in_use};
use super::slots::Slots;
use super::xml::{Element, Indentation};
use crate::check::Checked;
use crate::span::Written;
use crate::target::{Feature, LibvirtProfile};
use crate::topology::libvirt_keeps;

/// The `<devices>` element with the controllers, host devices and IOMMUs of `checked`; before it
/// the `<iommufd>` that names an fd group, after it what properties only QEMU has need.
///
/// Emulated devices ([`Vm::devices`](crate::topology::Vm::devices)) belong to the domain this goes
/// into, and are left out.
#[must_use]
pub fn devices(checked: &Checked<'_>) -> String {
    Lowering::new(checked).fragment()
}

/// A whole domain, without emulated devices. What is not stated is filled in: KVM, UEFI, GIC 3, the
/// host's CPU, 4 GiB.
#[must_use]
pub fn domain(checked: &Checked<'_>) -> String {
    document([Lowering::new(checked).domain()])
}

/// What [`devices`] gives, or with `whole` what [`domain`] does, with an emulated device in place of
/// each host device, no acceleration, no KVM and plain memory: the same topology for a machine without
/// the hardware, in the syntax of releases.
#[must_use]
pub fn stand_in(checked: &Checked<'_>, whole: bool) -> String {
    let lowering = Lowering { stand_in: true, ..Lowering::new(checked) };
    if whole { document([lowering.domain()]) } else { lowering.fragment() }
}

/// The names of the emulated devices that neither [`devices`] nor [`domain`] writes.
pub fn left_out<'a>(checked: &Checked<'a>) -> impl Iterator<Item = &'a str> {
    checked.vm.devices.iter().map(|device| device.name.value.as_str())
}

fn document(elements: impl IntoIterator<Item = Element>) -> String {
    let mut text = String::new();
    for element in elements {
        element.write(&mut text, Indentation::LIBVIRT);
        text.push('\n');
    }
    text
}

/// One vm being lowered.
pub(super) struct Lowering<'a, 'c> {
    pub(super) checked: &'c Checked<'a>,
    guest: Guest<'a>,
    interrupts: InterruptRemapping,
    pub(super) ids: Ids,
    slots: Slots,
    /// Whether an emulated device stands for each host device.
    stand_in: bool,
}

impl<'a, 'c> Lowering<'a, 'c> {
    pub(super) fn new(checked: &'c Checked<'a>) -> Self {
        Self {
            checked,
            guest: Guest::of(checked),
            interrupts: InterruptRemapping::of(checked),
            ids: Ids::of(checked, Taker::Libvirt),
            slots: Slots::of(checked),
            stand_in: false,
        }
    }

    pub(super) fn profile(&self) -> LibvirtProfile {
        if self.stand_in { LibvirtProfile::Release } else { self.checked.target.libvirt.profile }
    }

    fn has(&self, feature: Feature) -> bool {
        self.checked.target.libvirt.has(feature)
    }

    /// `<devices>`, and what stands beside it.
    fn fragment(&self) -> String {
        let group = self.fdgroup().and_then(|_| self.iommufd());
        let devices = Element::new("devices").containing(self.devices());
        document(group.into_iter().chain([devices]).chain(self.qemu_only()))
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
        !self.stand_in && !iommufds_in_use(self.checked, Taker::Libvirt).is_empty()
    }
}

/// `<alias name=…/>`, if libvirt would keep it.
fn alias(alias: Option<&Written<String>>) -> Option<Element> {
    let alias = alias.map(|written| &written.value).filter(|alias| libvirt_keeps(alias))?;
    Some(Element::new("alias").with("name", alias))
}
