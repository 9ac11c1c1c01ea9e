//! PCI controllers: expander bridges, ports and switches.

use super::super::argument::Argument;
use super::super::json_object::JsonObject;
use super::{Lowering, device};
use crate::check::{PlacedController, PlacedKind, PlacedPort};
use crate::topology::Bridge;

impl Lowering<'_, '_> {
    /// By index, so that a bus stands before what is plugged into it.
    pub(super) fn controllers(&self) -> impl Iterator<Item = Argument> {
        let mut controllers: Vec<_> = self.checked.controllers.iter().collect();
        controllers.sort_by_key(|placed| placed.index);
        controllers.into_iter().map(|placed| device(self.controller(placed)))
    }

    fn controller(&self, placed: &PlacedController<'_>) -> JsonObject {
        let id = self.ids.controller(placed.id);
        let place = |object| self.place(object, placed.controller.parent, placed.position);
        match placed.kind {
            PlacedKind::Pxb { bus_nr, numa_node } => {
                let numa_node = numa_node.filter(|_| self.names_cells());
                let pxb = JsonObject::driver("pxb-pcie")
                    .number("bus_nr", bus_nr.get())
                    .string("id", id)
                    .with(numa_node, |pxb, node| pxb.number("numa_node", node));
                place(pxb)
            }
            PlacedKind::RootPort(port) => {
                let object = numbered("pcie-root-port", port, id);
                reserves(place(object), port)
            }
            PlacedKind::SwitchUpstream => {
                place(JsonObject::driver("x3130-upstream").string("id", id))
            }
            PlacedKind::SwitchDownstream(port) => place(numbered("xio3130-downstream", port, id)),
            PlacedKind::Bridge(bridge) => {
                let chassis = (bridge == Bridge::Pci).then(|| placed.index.get());
                let object = JsonObject::driver(bridge.driver());
                place(
                    object
                        .with(chassis, |o, chassis| o.number("chassis_nr", chassis))
                        .string("id", id),
                )
            }
        }
    }
}

fn numbered(driver: &str, port: PlacedPort<'_>, id: &str) -> JsonObject {
    JsonObject::driver(driver)
        .number("port", port.number.get())
        .number("chassis", port.chassis.get())
        .string("id", id)
}

/// At the end, where libvirt puts what comes from `<qemu:override>`.
fn reserves(object: JsonObject, port: PlacedPort<'_>) -> JsonObject {
    object
        .with(port.port.io_reserve, |object, size| object.number("io-reserve", size.value.0))
        .with(port.port.pref64_reserve, |object, size| {
            object.number("pref64-reserve", size.value.0)
        })
}
