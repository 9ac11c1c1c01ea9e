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
        let window = self.checked.vm.mmio_window;
        let root = window.map(|window| {
            let window = Element::text("pcihole64", window.value.kib()).with("unit", "KiB");
            self.root_controller().containing([window])
        });
        root.into_iter().chain(controllers.into_iter().map(|placed| self.controller(placed)))
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

    fn controller(&self, placed: &PlacedController<'_>) -> Element {
        let (model, name) = match placed.kind {
            PlacedKind::Pxb { .. } => ("pcie-expander-bus", "pxb-pcie"),
            PlacedKind::RootPort(_) => ("pcie-root-port", "pcie-root-port"),
            PlacedKind::SwitchUpstream => ("pcie-switch-upstream-port", "x3130-upstream"),
            PlacedKind::SwitchDownstream(_) => {
                ("pcie-switch-downstream-port", "xio3130-downstream")
            }
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
            PlacedKind::SwitchUpstream => None,
        };
        pci_controller(placed.index.get(), model)
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

fn pci_controller(index: u8, model: &str) -> Element {
    Element::new("controller").with("type", "pci").with("index", index).with("model", model)
}

fn port_target(port: PlacedPort<'_>) -> Element {
    Element::new("target")
        .with("chassis", port.chassis)
        .with("port", format_args!("{:#x}", port.number.get()))
}
