//! Guest NUMA cells.

use super::number_set::number_set;
use super::reader::Reader;
use crate::span::Written;
use crate::topology::{Cell, Distance, Numa, Size};
use crate::xml::{Element, unit_bytes};

impl Reader {
    /// `<numa>` of `<cpu>`: cells in file order, their distances behind them.
    pub(super) fn numa(&mut self, domain: Element<'_>) -> Option<Numa> {
        let numa = domain.child("cpu")?.child("numa")?;
        let mut read = Numa::default();
        for (position, cell) in (0..).zip(numa.children_named("cell")) {
            // Without an id it has that of its position.
            let id = self.decimal(cell, "id").unwrap_or(Written::new(position, cell.origin()));
            self.cells.insert(id.value);
            read.cells.push(Cell {
                id: Some(id),
                cpus: cell
                    .attribute("cpus")
                    .and_then(|cpus| Some(Written::new(number_set(cpus.value())?, cpus.origin()))),
                memory: memory(cell),
                origin: cell.origin(),
            });
            let siblings = cell
                .child("distances")
                .into_iter()
                .flat_map(|d| d.children_named("sibling").collect::<Vec<_>>());
            for sibling in siblings {
                read.distances.push(Distance {
                    from: Some(id),
                    to: self.decimal(sibling, "id"),
                    value: self.decimal(sibling, "value"),
                    origin: sibling.origin(),
                });
            }
        }
        Some(read)
    }
}

fn memory(cell: Element<'_>) -> Option<Written<Size>> {
    let memory = cell.attribute("memory")?;
    let unit = cell.value("unit").map_or(Some(1 << 10), unit_bytes)?;
    let bytes = memory.value().parse::<u64>().ok()?.checked_mul(unit)?;
    // A cell without memory is one that nothing is said of.
    (bytes > 0).then(|| Written::new(Size(bytes), memory.origin()))
}
