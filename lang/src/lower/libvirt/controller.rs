//! `<controller type='pci'>`.

use super::super::xml::Element;
use super::{Lowering, alias};
use crate::check::{PlacedController, PlacedKind, PlacedPort};
use crate::target::LibvirtProfile;
use crate::topology::Board;

impl Lowering<'_, '_> {
    /// The root, if there is something to say of it, and the others by index.
    pub(super) fn controllers(&self) -> impl Iterator<Item = Element> {
        let mut controllers: Vec<_> = self.checked.controllers.iter().collect();
        controllers.sort_by_key(|placed| placed.index);
        let others = controllers.into_iter().map(|placed| self.controller(placed));
        self.root_with_window().into_iter().chain(others)
    }

    /// The root with the 64-bit window, when one is stated.
    pub(in crate::lower) fn root_with_window(&self) -> Option<Element> {
        let window = self.checked.vm.mmio_window?.value;
        let window = Element::text("pcihole64", window.kib()).with("unit", "KiB");
        Some(self.root_controller().containing([window]))
    }

    /// The controller that every machine has.
    pub(super) fn root_controller(&self) -> Element {
        pci_controller(
            0,
            match self.checked.machine.board {
                Board::Virt | Board::Q35 => "pcie-root",
                Board::Pc => "pci-root",
            },
        )
    }

    pub(in crate::lower) fn controller(&self, placed: &PlacedController<'_>) -> Element {
        let name = match placed.kind {
            PlacedKind::Pxb { .. } => "pxb-pcie",
            PlacedKind::RootPort(_) => "pcie-root-port",
            PlacedKind::SwitchUpstream => "x3130-upstream",
            PlacedKind::SwitchDownstream(_) => "xio3130-downstream",
            PlacedKind::Bridge(bridge) => bridge.driver(),
        };
        let target = match placed.kind {
            PlacedKind::Pxb { bus_nr, numa_node } => Some(
                Element::new("target")
                    .with("busNr", bus_nr)
                    .containing(numa_node.map(|node| Element::text("node", node))),
            ),
            PlacedKind::RootPort(port) | PlacedKind::SwitchDownstream(port) => {
                Some(port_target(port))
            }
            PlacedKind::SwitchUpstream | PlacedKind::Bridge(_) => None,
        };
        pci_controller(placed.index.get(), model(placed.kind))
            .containing([Element::new("model").with("name", name)])
            .containing(target)
            .containing(self.nested_smmu(placed))
            .containing(alias(placed.controller.alias.as_ref()))
            .containing([self.address(placed.controller.parent, placed.position)])
    }

    /// In the first RFC the expander bridge names the host's SMMU.
    fn nested_smmu(&self, placed: &PlacedController<'_>) -> Option<Element> {
        if self.profile() != LibvirtProfile::RfcNested {
            return None;
        }
        let vsmmu = self.checked.vm.vsmmu(placed.controller.vsmmu?);
        Some(Element::text("nestedSmmuv3", &vsmmu.host.as_ref()?.value))
    }
}

/// libvirt's name of a kind of controller.
pub(in crate::lower) const fn model(kind: PlacedKind<'_>) -> &'static str {
    match kind {
        PlacedKind::Pxb { .. } => "pcie-expander-bus",
        PlacedKind::RootPort(_) => "pcie-root-port",
        PlacedKind::SwitchUpstream => "pcie-switch-upstream-port",
        PlacedKind::SwitchDownstream(_) => "pcie-switch-downstream-port",
        PlacedKind::Bridge(bridge) => bridge.model(),
    }
}

fn pci_controller(index: u8, model: &str) -> Element {
    Element::new("controller").with("type", "pci").with("index", index).with("model", model)
}

fn port_target(port: PlacedPort<'_>) -> Element {
    Element::new("target")
        .with("chassis", port.chassis)
        .with("port", format_args!("{:#x}", port.number.get()))
}
