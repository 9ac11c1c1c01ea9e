//! NUMA cells of a whole command line.

use super::super::argument::Argument;
use super::super::guest::Cell;
use super::{Lowering, object};
use crate::topology::{NumberSet, Size};

impl Lowering<'_, '_> {
    /// Each cell's RAM and the cell itself, then the distances.
    pub(super) fn numa(&self) -> Vec<Argument> {
        let cells = &self.guest.cells;
        let mut arguments: Vec<_> = cells.iter().flat_map(|cell| self.cell(cell)).collect();
        let distances = &self.guest.distances;
        if distances.differ_from_default() {
            for from in cells {
                arguments.extend(cells.iter().map(|to| {
                    let value = distances.between(from.id, to.id);
                    let dist = format!("dist,src={},dst={},val={value}", from.id, to.id);
                    Argument::new("-numa", dist)
                }));
            }
        }
        arguments
    }

    fn cell(&self, cell: &Cell) -> impl Iterator<Item = Argument> {
        let id = format!("ram-node{}", cell.id);
        let ram = (cell.memory != Size(0)).then(|| object(self.ram(&id, cell.memory, false)));
        let cpus = cell.cpus.as_ref().map_or(String::new(), cpus);
        let memory = if ram.is_some() { format!(",memdev={id}") } else { String::new() };
        let node = format!("node,nodeid={}{cpus}{memory}", cell.id);
        ram.into_iter().chain([Argument::new("-numa", node)])
    }
}

/// `,cpus=` once a range.
fn cpus(cpus: &NumberSet) -> String {
    let range = |&(first, last): &(u32, u32)| {
        if first == last { format!(",cpus={first}") } else { format!(",cpus={first}-{last}") }
    };
    cpus.ranges().iter().map(range).collect()
}
