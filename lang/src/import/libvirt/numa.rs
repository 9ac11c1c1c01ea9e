//! Guest NUMA cells.

use super::number_set::number_set;
use super::reader::Reader;
use crate::finding::Finding;
use crate::rules::{MOST_CELLS, UNKNOWN_CELL};
use crate::span::Written;
use crate::topology::{Cell, Distance, Numa, NumberSet, Size, Vm};
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

    /// Says which of the cells that a generic initiator names are not there. What no guest can have is said elsewhere.
    pub(super) fn unknown_cells(&self, named: &Written<NumberSet>, vm: &Vm) -> Option<Finding> {
        if named.value.last() >= MOST_CELLS {
            return None;
        }
        let is_there = |cell: &u32| self.cells.contains(&i64::from(*cell));
        let missing = set_of(named.value.iter().filter(|cell| !is_there(cell)))?;
        let headline = match missing.len() {
            1 => format!("there is no NUMA cell {missing}"),
            _ => format!("there are no NUMA cells {missing}"),
        };
        let note =
            "neither libvirt nor QEMU looks: the guest is told of a cell that does not exist";
        let finding = UNKNOWN_CELL.at(named.origin, headline).with_note(note);
        if self.cells.is_empty() {
            return Some(finding.with_help(
                "add `<numa>` to `<cpu>`: cell 0 with the guest's CPUs and memory, and behind it those of the device, \
                 without CPUs and with `memory='0'`",
            ));
        }
        // The numbers of cells leave no gap.
        let added = set_of((0..=named.value.last()).filter(|cell| !is_there(cell)))?;
        let add = match added.len() {
            1 => format!("add a `<cell id='{added}'>` without CPUs and with `memory='0'`"),
            _ => format!("add the cells {added}, each without CPUs and with `memory='0'`"),
        };
        let behind = occupied(vm).max().map_or(0, |highest| highest + 1);
        let empty = |cell: &u32| is_there(cell) && i64::from(*cell) >= behind;
        Some(finding.with_help(match set_of(named.value.iter().filter(empty)) {
            Some(rest) => format!("{add}, or write `nodeset='{rest}'`"),
            None => add,
        }))
    }
}

fn set_of(cells: impl Iterator<Item = u32>) -> Option<NumberSet> {
    NumberSet::of_ranges(cells.map(|cell| (cell, cell)).collect())
}

/// The cells with CPUs or memory.
fn occupied(vm: &Vm) -> impl Iterator<Item = i64> {
    let cells = vm.numa.iter().flat_map(|numa| &numa.cells);
    let cells = cells.filter(|cell| cell.cpus.is_some() || cell.memory.is_some());
    cells.filter_map(|cell| cell.id.map(|id| id.value))
}

fn memory(cell: Element<'_>) -> Option<Written<Size>> {
    let memory = cell.attribute("memory")?;
    let unit = cell.value("unit").map_or(Some(1 << 10), unit_bytes)?;
    let bytes = memory.value().parse::<u64>().ok()?.checked_mul(unit)?;
    // A cell without memory is one that nothing is said of.
    (bytes > 0).then(|| Written::new(Size(bytes), memory.origin()))
}
