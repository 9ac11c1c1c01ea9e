//! What the vm brings into the domain, and what of it the domain has already.

use std::collections::{BTreeMap, HashSet};

use roxmltree::{Node, NodeId};

use super::super::libvirt::Lowering;
use super::super::libvirt::controller::model;
use super::super::xml::Element;
use super::base::{Base, PciAddress, child, number, pci_address};
use crate::check::{PlacedController, PlacedKind};
use crate::span::Origin;
use crate::target::LibvirtProfile;
use crate::topology::{HostAddress, Parent, SlotFunction, libvirt_keeps};

/// One element for `<devices>`.
pub(super) struct Part {
    /// What it is.
    pub(super) kind: Kind,
    /// By what it is known again.
    identity: Identity,
    /// Its alias, if libvirt keeps it.
    pub(super) alias: Option<String>,
    /// What is to be written.
    pub(super) element: Element,
    /// Its PCI address in the guest, if it has one.
    pub(super) address: Option<PciAddress>,
    /// Of a controller: its index, libvirt's model, bus number and chassis.
    pub(super) controller: Option<ControllerPart>,
    /// Where the vm says it.
    pub(super) origin: Origin,
}

/// What two controllers cannot have in common.
#[derive(Clone, Copy)]
pub(super) struct ControllerPart {
    pub(super) model: &'static str,
    pub(super) bus_nr: Option<u8>,
    pub(super) chassis: Option<u8>,
}

/// The kinds of element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Controller,
    Hostdev,
    Iommu,
}

/// By what an element is known again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Identity {
    /// A PCI controller's index.
    Controller(u64),
    /// A host device's address on the host: domain, bus, slot, function.
    Hostdev(u64, u64, u64, u64),
    /// The bus a vSMMU translates for, by the index of its controller.
    Vsmmu(u64),
    /// The model of a machine-wide IOMMU.
    MachineIommu(String),
}

impl Kind {
    /// The element's name.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Controller => "controller",
            Self::Hostdev => "hostdev",
            Self::Iommu => "iommu",
        }
    }

    /// The elements within that are the language's to say, written or not.
    pub(super) const fn owned(self) -> &'static [&'static str] {
        match self {
            Self::Controller => {
                &["model", "target", "pcihole64", "nestedSmmuv3", "alias", "address"]
            }
            Self::Hostdev => {
                &["driver", "source", "iommufdId", "iommufdFd", "alias", "acpi", "address"]
            }
            Self::Iommu => &["driver", "iommufd", "alias", "address"],
        }
    }
}

/// Every element of the vm: controllers, host devices, IOMMUs; each in the order they are written.
pub(super) fn parts(lowering: &Lowering<'_, '_>) -> Vec<Part> {
    let mut parts: Vec<Part> = root(lowering).into_iter().collect();
    parts.extend(controllers(lowering));
    parts.extend(hostdevs(lowering));
    parts.extend(iommus(lowering));
    parts
}

fn root(lowering: &Lowering<'_, '_>) -> Option<Part> {
    Some(Part {
        kind: Kind::Controller,
        identity: Identity::Controller(0),
        alias: None,
        element: lowering.root_with_window()?,
        address: None,
        controller: None,
        origin: lowering.checked.vm.mmio_window?.origin,
    })
}

fn controllers(lowering: &Lowering<'_, '_>) -> Vec<Part> {
    let mut controllers: Vec<_> = lowering.checked.controllers.iter().collect();
    controllers.sort_by_key(|placed| placed.index);
    let part = |placed: &PlacedController<'_>| Part {
        kind: Kind::Controller,
        identity: Identity::Controller(placed.index.get().into()),
        alias: kept(placed.controller.alias.as_ref().map(|written| &written.value)),
        element: lowering.controller(placed),
        address: Some(address(lowering, placed.controller.parent, placed.position)),
        controller: Some(ControllerPart {
            model: model(placed.kind),
            bus_nr: match placed.kind {
                PlacedKind::Pxb { bus_nr, .. } => Some(bus_nr.get()),
                _ => None,
            },
            chassis: match placed.kind {
                PlacedKind::RootPort(port) | PlacedKind::SwitchDownstream(port) => {
                    Some(port.chassis.get())
                }
                _ => None,
            },
        }),
        origin: placed.controller.origin,
    };
    controllers.into_iter().map(part).collect()
}

fn hostdevs<'p>(lowering: &'p Lowering<'_, '_>) -> impl Iterator<Item = Part> + 'p {
    lowering.checked.hostdevs.iter().map(|placed| {
        let HostAddress { domain, bus, slot, function } = placed.host;
        Part {
            kind: Kind::Hostdev,
            identity: Identity::Hostdev(
                domain.into(),
                bus.into(),
                slot.get().into(),
                function.get().into(),
            ),
            alias: kept(placed.hostdev.alias.as_ref().map(|written| &written.value)),
            element: lowering.hostdev(placed),
            address: Some(address(lowering, placed.hostdev.parent, placed.position)),
            controller: None,
            origin: placed.hostdev.origin,
        }
    })
}

fn iommus(lowering: &Lowering<'_, '_>) -> Vec<Part> {
    let checked = lowering.checked;
    let machine = checked.iommu.zip(lowering.machine_iommu()).map(|(placed, element)| Part {
        kind: Kind::Iommu,
        identity: Identity::MachineIommu(placed.iommu.model.value.name().to_owned()),
        alias: None,
        element,
        address: placed.position.map(|position| address(lowering, Parent::Root, position)),
        controller: None,
        origin: placed.iommu.origin,
    });
    // In the first RFC one element stands for all vSMMUs.
    let vsmmus = checked.vm.vsmmus.iter().zip(lowering.vsmmus()).map(|(vsmmu, element)| Part {
        kind: Kind::Iommu,
        identity: if lowering.profile() == LibvirtProfile::RfcNested {
            Identity::MachineIommu("nestedSmmuv3".to_owned())
        } else {
            Identity::Vsmmu(lowering.pci_bus(vsmmu).into())
        },
        alias: None,
        element,
        address: lowering.vsmmu_address(vsmmu).map(|(bus, position)| guest_address(bus, position)),
        controller: None,
        origin: vsmmu.origin,
    });
    machine.into_iter().chain(vsmmus).collect()
}

fn kept(alias: Option<&String>) -> Option<String> {
    alias.filter(|alias| libvirt_keeps(alias)).cloned()
}

fn address(lowering: &Lowering<'_, '_>, parent: Parent, position: SlotFunction) -> PciAddress {
    guest_address(lowering.checked.bus_index(parent), position)
}

fn guest_address(bus_index: u8, position: SlotFunction) -> PciAddress {
    (bus_index.into(), position.slot.get().into(), position.function.get().into())
}

/// For each part the element of the domain that it replaces, if there is one.
pub(super) fn matched<'x>(parts: &[Part], base: &Base<'x>) -> Vec<Option<Node<'x, 'x>>> {
    let mut by_identity = BTreeMap::new();
    let mut by_alias = BTreeMap::new();
    for node in base.device_elements() {
        if let Some(identity) = identity(node) {
            by_identity.entry(identity).or_insert(node);
        }
        if node.has_tag_name(Kind::Hostdev.name())
            && let Some(alias) = alias(node)
        {
            by_alias.entry(alias).or_insert(node);
        }
    }
    let mut used: HashSet<NodeId> = HashSet::new();
    let mut matched: Vec<_> = parts
        .iter()
        .map(|part| by_identity.get(&part.identity).copied().filter(|node| used.insert(node.id())))
        .collect();
    for (part, matched) in parts.iter().zip(&mut matched) {
        if matched.is_none() && part.kind == Kind::Hostdev {
            let same_alias = part.alias.as_deref().and_then(|alias| by_alias.get(alias));
            *matched = same_alias.copied().filter(|node| used.insert(node.id()));
        }
    }
    matched
}

/// The alias of an element, if libvirt keeps it.
pub(super) fn alias<'x>(node: Node<'x, 'x>) -> Option<&'x str> {
    child(node, "alias")?.attribute("name").filter(|alias| libvirt_keeps(alias))
}

fn identity(node: Node<'_, '_>) -> Option<Identity> {
    match node.tag_name().name() {
        "controller" if node.attribute("type") == Some("pci") => {
            Some(Identity::Controller(number(node, "index")?))
        }
        "hostdev" if node.attribute("type") == Some("pci") => {
            let host = child(child(node, "source")?, "address")?;
            let part = |name| number(host, name).unwrap_or(0);
            Some(Identity::Hostdev(part("domain"), part("bus"), part("slot"), part("function")))
        }
        "iommu" => {
            let driver = child(node, "driver");
            let pci_bus = driver.and_then(|driver| number(driver, "pciBus"));
            let model = node.attribute("model")?;
            let bus = match model {
                "smmuv3" => pci_bus,
                "smmuv3Dev" => Some(pci_address(node)?.1.0),
                _ => None,
            };
            Some(bus.map_or_else(|| Identity::MachineIommu(model.to_owned()), Identity::Vsmmu))
        }
        _ => None,
    }
}
