//! `numa/initiator-cell`

use crate::hash::HashMap;
use std::cell::LazyCell;
use std::collections::BTreeMap;

use super::EmptyCells;
use super::cells::{MOST, are_numbered, of_initiators, written};
use crate::finding::{Applicability, Edit, Finding};
use crate::language::InEach;
use crate::rules::{Check, Context, Value, declare_rule};
use crate::span::{Origin, Written};
use crate::topology::{Hostdev, NumberSet, Size, Vm};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that a cell which a generic initiator names has neither CPUs nor memory, that no two host
    /// devices name it, and that its number is above those of the cells with CPUs. In a vm without such
    /// cells all CPUs and memory are in cell 0.
    ///
    /// ## Why
    ///
    /// A generic initiator is a device with NUMA cells of its own, such as a GPU whose memory the guest uses as
    /// its own. The cells stand for that memory; the guest's driver finds none for it when they are taken. QEMU
    /// and libvirt say nothing.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     numa {
    ///         cell 0 cpus="0-3" memory="8GiB"
    ///     }
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         pxb numa-node=0
    ///         hostdev "gpu0" host="0009:01:00.0" {
    ///             generic-initiator nodes="0-7"
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     numa {
    ///         cell 0 cpus="0-3" memory="8GiB"
    ///     }
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         pxb numa-node=0
    ///         hostdev "gpu0" host="0009:01:00.0" {
    ///             generic-initiator nodes="1-8"
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// QEMU accepts it.
    ///
    /// ```args
    /// -object memory-backend-ram,id=m0,size=1G -numa node,nodeid=0,memdev=m0,cpus=0
    /// -device pcie-root-port,id=pci.1,bus=pcie.0,addr=1,chassis=1
    /// -device virtio-rng-pci,id=d0,bus=pci.1
    /// -object acpi-generic-initiator,id=gi0,pci-dev=d0,node=0
    /// ```
    ///
    /// ## References
    ///
    /// - Linux, `Documentation/ABI/stable/sysfs-devices-node`
    /// - QEMU, `hw/acpi/pci.c`
    pub(super) static INITIATOR_CELL = {
        name: "numa/initiator-cell",
        summary: "a generic initiator's cells are its own, empty, and after the CPU cells",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let vm = context.vm;
    let any = vm.hostdevs.iter().any(|hostdev| hostdev.generic_initiator.is_some());
    if !any || !are_numbered(vm) {
        return;
    }
    let lines = written(vm);
    let occupied: HashMap<u32, Origin> = vm
        .numa
        .iter()
        .flat_map(|numa| &numa.cells)
        .filter(|cell| {
            cell.cpus.is_some() || cell.memory.is_some_and(|memory| memory.value != Size(0))
        })
        .filter_map(|cell| Some((u32::try_from(cell.id?.value).ok()?, cell.origin)))
        .collect();
    let highest = occupied.keys().max().copied();
    let behind = LazyCell::new(|| first_behind(vm, &lines));
    let mut owners: HashMap<u32, (&Hostdev, Origin)> = HashMap::default();
    let mut free = None;
    let mut empty = None;
    let is_made_apart = context.say(InEach { kdl: false, libvirt: false, qemu: true });
    for hostdev in &vm.hostdevs {
        let Some(set) = &hostdev.generic_initiator else { continue };
        let mut finding = None;
        // The place of the cell that is to be another, where each has one.
        let mut wrong = None;
        for cell in set.value.iter().take_while(|&cell| cell < MOST) {
            let origin = hostdev.cell_origin(cell).unwrap_or(set.origin);
            let at = |text: String| INITIATOR_CELL.at(origin, text);
            let owner = *owners.entry(cell).or_insert((hostdev, origin));
            if finding.is_some() {
                continue;
            }
            finding = if let Some(&line) = occupied.get(&cell) {
                wrong = Some(origin);
                Some(
                    at(format!("NUMA cell {cell} has CPUs or memory of the guest"))
                        .with_label(line, "the cell")
                        .with_help(format!("give the device cells of its own{}", *behind)),
                )
            } else if occupied.is_empty() && cell == 0 {
                Some(at("NUMA cell 0 has all CPUs and memory of the guest".to_owned()).with_help(
                    context.say(InEach {
                        kdl: "declare that cell in `numa`, and begin at 1",
                        libvirt: "declare that `<cell>` in `<numa>`, and begin at 1",
                        qemu: "declare that cell with `-numa node`, and begin at 1",
                    }),
                ))
            } else if !std::ptr::eq(owner.0, hostdev) {
                wrong = Some(origin);
                Some(
                    at(format!("NUMA cell {cell} belongs to `{}` already", owner.0.name.value))
                        .with_label(owner.1, "named here first")
                        .with_help(format!("give each device cells of its own{}", *behind)),
                )
            } else if let Some(highest) = highest.filter(|&highest| cell < highest) {
                let line = lines.get(&highest).copied();
                let finding = at(format!(
                    "NUMA cell {cell} comes before cell {highest}, which has CPUs or memory"
                ));
                let finding = finding.with_help("number the cells with CPUs and memory first");
                Some(match line {
                    Some(line) => finding.with_label(line, "number this one lower"),
                    None => finding,
                })
            } else {
                None
            };
        }
        // Where no cell has a line, one has to be declared first.
        let first = highest.map(|highest| highest + 1);
        findings.extend(finding.map(|finding| {
            if is_made_apart {
                return match wrong {
                    Some(wrong) => {
                        let empty = empty.get_or_insert_with(|| EmptyCells::of(vm));
                        another(context, finding, wrong, empty)
                    }
                    None => finding,
                };
            }
            let cells = free.get_or_insert_with(|| FreeCells::of(vm));
            let those = context.say(InEach { kdl: None, libvirt: Some(&lines), qemu: None });
            let free = first.and_then(|first| cells.take(first, &set.value, those));
            let finding = match those.filter(|_| wrong.is_some()) {
                Some(lines) => finding.with_help(match free.as_ref() {
                    Some(free) => {
                        format!("give the device empty cells of its own: write `nodeset='{free}'`")
                    }
                    None => new_cell(cells.take_behind(lines)),
                }),
                None => finding,
            };
            finding.with_edits(
                "give it the next free cells",
                Applicability::Unsafe,
                free.map(|cells| with_cells(context, set, &cells)),
            )
        }));
    }
}

/// Offers another cell in the place of a `wrong` one, on a command line.
fn another(
    context: &Context<'_>,
    finding: Finding,
    wrong: Origin,
    empty: &mut EmptyCells,
) -> Finding {
    let Some(cell) = empty.take() else {
        let cell = empty.make();
        return finding.with_help(format!("add `-numa node,nodeid={cell}`, and name cell {cell}"));
    };
    finding.with_help(format!("name cell {cell}, which is empty and no other device's")).with_edits(
        format!("name cell {cell}"),
        Applicability::Unsafe,
        [context.source.with_value(wrong, Value::Number(i64::from(cell)))],
    )
}

/// Gives the device these cells. On a command line each cell is an object of its own.
pub(super) fn with_cells(
    context: &Context<'_>,
    set: &Written<NumberSet>,
    cells: &NumberSet,
) -> Option<Edit> {
    let one_place = InEach { kdl: true, libvirt: true, qemu: cells.len() == 1 };
    context
        .say(one_place)
        .then(|| context.source.with_value(set.origin, Value::Text(&cells.to_string())))?
}

/// Which cell is behind all there are, so that every device finds as many in a row as it needs; in
/// words that end a sentence.
fn first_behind(vm: &Vm, lines: &BTreeMap<u32, Origin>) -> String {
    let last = lines.keys().chain(of_initiators(vm).keys()).max().copied();
    let behind = last.map_or(0, |last| last + 1);
    if behind < MOST { format!(": {behind} is the first free one") } else { String::new() }
}

/// How many generic initiators have each cell, and what their findings are offered.
struct FreeCells([u32; MOST as usize]);

impl FreeCells {
    fn of(vm: &Vm) -> Self {
        let mut owners = [0; MOST as usize];
        let sets = vm.hostdevs.iter().filter_map(|hostdev| hostdev.generic_initiator.as_ref());
        for cell in sets.flat_map(|set| set.value.iter().take_while(|&cell| cell < MOST)) {
            owners[cell as usize] += 1;
        }
        Self(owners)
    }

    /// Takes as many cells as `set` has, in a row from `first` on or behind, that no other has. Where `those` are all
    /// there are, fewer may do.
    fn take(
        &mut self,
        first: u32,
        set: &NumberSet,
        those: Option<&BTreeMap<u32, Origin>>,
    ) -> Option<NumberSet> {
        let width = u32::try_from(set.len()).ok().filter(|&width| width <= MOST)?;
        let is_own = |cell: u32| set.contains(cell);
        let is_there = |cell: u32| those.is_none_or(|those| those.contains_key(&cell));
        let is_free =
            |cell: u32| is_there(cell) && self.0[cell as usize] <= u32::from(is_own(cell));
        let row = |start: u32| (start..MOST).take_while(|&cell| is_free(cell)).take(width as usize);
        let least = if those.is_some() { 1 } else { width as usize };
        let start = (first..MOST).find(|&start| row(start).count() >= least)?;
        let cells: Vec<u32> = row(start).collect();
        for &cell in &cells {
            self.0[cell as usize] += 1;
        }
        NumberSet::of_ranges(cells.into_iter().map(|cell| (cell, cell)).collect())
    }

    /// Takes the first cell behind `lines` that no other has.
    fn take_behind(&mut self, lines: &BTreeMap<u32, Origin>) -> Option<u32> {
        let behind = lines.keys().last().map_or(0, |last| last + 1);
        let cell = (behind..MOST).find(|&cell| self.0[cell as usize] == 0)?;
        self.0[cell as usize] += 1;
        Some(cell)
    }
}

/// What to do in a domain that has no cell left for the device.
fn new_cell(cell: Option<u32>) -> String {
    cell.map_or_else(
        || format!("a guest has at most {MOST} cells: give the others fewer"),
        |cell| {
            format!(
                "add a `<cell id='{cell}'>` without CPUs and with `memory='0'`, and write `nodeset='{cell}'`"
            )
        },
    )
}
