//! `<cpu>` with the NUMA cells.

use super::super::guest::{Cell, Cpu};
use super::super::xml::Element;
use super::Lowering;

impl Lowering<'_, '_> {
    pub(super) fn cpu(&self) -> Element {
        let cpu = Element::new("cpu");
        let cpu = match self.guest.cpu {
            Cpu::Host if !self.stand_in => cpu.with("mode", "host-passthrough"),
            Cpu::Host | Cpu::Max => cpu.with("mode", "maximum"),
            Cpu::Named(name) => {
                let model = Element::text("model", name).with("fallback", "forbid");
                cpu.with("mode", "custom").with("match", "exact").containing([model])
            }
        };
        let cells = &self.guest.cells;
        let numa = Element::new("numa").containing(cells.iter().map(|cell| self.cell(cell)));
        cpu.containing((!numa.is_empty()).then_some(numa))
    }

    /// Memory is written even when there is none: libvirt wants the attribute, and takes no empty
    /// `cpus`.
    fn cell(&self, cell: &Cell) -> Element {
        let distances = &self.guest.distances;
        let siblings = Element::new("distances").containing(self.guest.cells.iter().map(|other| {
            Element::new("sibling")
                .with("id", other.id)
                .with("value", distances.between(cell.id, other.id))
        }));
        Element::new("cell")
            .with("id", cell.id)
            .with_some("cpus", cell.cpus.as_ref())
            .with("memory", cell.memory.kib())
            .with("unit", "KiB")
            .containing((!distances.is_empty()).then_some(siblings))
    }
}
