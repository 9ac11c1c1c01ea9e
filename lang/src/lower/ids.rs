//! Ids of everything that has one: libvirt's automatic ones, by position, unless another is written.

use std::collections::BTreeSet;

use crate::check::{Checked, PlacedController};
use crate::span::Written;
use crate::target::{LibvirtProfile, QemuProfile};
use crate::topology::{ControllerId, Parent, automatic_numbers, libvirt_keeps};

/// Who takes the ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taker {
    /// QEMU: every `alias` is an id.
    Qemu,
    /// libvirt: keeps an `alias` only when it begins with `ua-` (`virDomainDeviceAliasParse`).
    Libvirt,
}

/// The ids of one vm, by the positions of their elements.
pub(crate) struct Ids {
    root_bus: &'static str,
    controllers: Vec<String>,
    hostdevs: Vec<String>,
    devices: Vec<String>,
    iommus: Vec<String>,
    iommufds: Vec<String>,
}

/// The iommufds that something uses, by their positions. libvirt makes the object for host devices
/// only; in the RFCs an IOMMU names one too.
pub(super) fn iommufds_in_use(checked: &Checked<'_>, taker: Taker) -> BTreeSet<usize> {
    let mut used: BTreeSet<usize> =
        checked.hostdevs.iter().filter_map(|placed| placed.iommufd).collect();
    if taker.names_iommufds(checked) {
        let vm = checked.vm;
        let of_iommus = vm.iommus.iter().filter_map(|iommu| iommu.iommufd.as_ref());
        let of_vsmmus = vm.vsmmus.iter().filter_map(|vsmmu| vsmmu.iommufd.as_ref());
        let named: BTreeSet<&str> =
            of_iommus.chain(of_vsmmus).map(|name| name.value.as_str()).collect();
        let positions = vm.iommufds.iter().enumerate();
        used.extend(
            positions
                .filter(|(_, iommufd)| named.contains(iommufd.name.value.as_str()))
                .map(|(position, _)| position),
        );
    }
    used
}

impl Ids {
    /// The ids of `checked`, for `taker`.
    pub(crate) fn of(checked: &Checked<'_>, taker: Taker) -> Self {
        let vm = checked.vm;
        let controllers = checked.controllers.iter().map(|placed| {
            let PlacedController { controller, index, .. } = placed;
            taker.id(controller.alias.as_ref(), || format!("pci.{index}"))
        });
        let hostdevs = numbered(vm.hostdevs.iter().map(|h| h.alias.as_ref()), taker, "hostdev");
        let devices = numbered(vm.devices.iter().map(|d| d.alias.as_ref()), taker, "device");
        let iommus = vm
            .iommus
            .iter()
            .map(|iommu| iommu.alias.as_ref())
            .chain(vm.vsmmus.iter().map(|vsmmu| vsmmu.alias.as_ref()))
            .enumerate()
            .map(|(position, alias)| taker.id(alias, || format!("iommu{position}")));
        Self {
            root_bus: checked.machine.board.root_bus(),
            controllers: controllers.collect(),
            hostdevs,
            devices,
            iommus: iommus.collect(),
            iommufds: iommufds(checked, taker),
        }
    }

    /// The name of the bus that what is plugged into `parent` sits on.
    pub(crate) fn bus(&self, parent: Parent) -> &str {
        match parent {
            Parent::Root => self.root_bus,
            Parent::Controller(id) => self.controller(id),
        }
    }

    /// A controller's id.
    pub(super) fn controller(&self, id: ControllerId) -> &str {
        &self.controllers[id.0 as usize]
    }

    /// A host device's id.
    pub(super) fn hostdev(&self, position: usize) -> &str {
        &self.hostdevs[position]
    }

    /// An emulated device's id.
    pub(super) fn device(&self, position: usize) -> &str {
        &self.devices[position]
    }

    /// The id of the machine-wide IOMMU.
    pub(super) fn iommu(&self) -> &str {
        &self.iommus[0]
    }

    /// A vSMMU's id. libvirt counts the machine-wide IOMMU and the vSMMUs together; a checked vm
    /// has only one kind.
    pub(super) fn vsmmu(&self, position: usize) -> &str {
        &self.iommus[position]
    }

    /// An iommufd's id.
    pub(super) fn iommufd(&self, position: usize) -> &str {
        &self.iommufds[position]
    }
}

impl Taker {
    /// Whether an iommufd goes by its own name, not by libvirt's automatic id: in the RFCs, whose
    /// XML carries it.
    fn names_iommufds(self, checked: &Checked<'_>) -> bool {
        match self {
            Self::Qemu => matches!(
                checked.target.qemu.profile,
                QemuProfile::RfcNested | QemuProfile::RfcAccel
            ),
            Self::Libvirt => matches!(
                checked.target.libvirt.profile,
                LibvirtProfile::RfcNested | LibvirtProfile::RfcSmmuv3Dev
            ),
        }
    }

    fn id(self, alias: Option<&Written<String>>, automatic: impl FnOnce() -> String) -> String {
        match alias {
            Some(alias) if self == Self::Qemu || libvirt_keeps(&alias.value) => alias.value.clone(),
            _ => automatic(),
        }
    }
}

/// `PREFIX0`, `PREFIX1`…
fn numbered<'a>(
    aliases: impl Iterator<Item = Option<&'a Written<String>>>,
    taker: Taker,
    prefix: &str,
) -> Vec<String> {
    automatic_numbers(aliases)
        .map(|(alias, number)| taker.id(alias, || format!("{prefix}{number}")))
        .collect()
}

/// Releases: `iommufd0`, `iommufd1`… over those in use, as libvirt's only object is `iommufd0`.
fn iommufds(checked: &Checked<'_>, taker: Taker) -> Vec<String> {
    let by_name = taker.names_iommufds(checked);
    let used = iommufds_in_use(checked, taker);
    let mut next = 0;
    let mut ids = Vec::with_capacity(checked.vm.iommufds.len());
    for (position, iommufd) in checked.vm.iommufds.iter().enumerate() {
        let automatic =
            || if by_name { iommufd.name.value.clone() } else { format!("iommufd{next}") };
        ids.push(taker.id(iommufd.alias.as_ref(), automatic));
        next += u32::from(used.contains(&position));
    }
    ids
}
