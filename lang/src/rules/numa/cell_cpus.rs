//! `numa/cell-cpus`

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::language::InEach;
use crate::rules::{Check, Context, declare_rule};
use crate::span::Origin;
use crate::topology::{Cell, Vm};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that no vCPU is in two NUMA cells, and none in a cell that is beyond `vcpus`.
    ///
    /// ## Why
    ///
    /// Both programs refuse such a vm.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     numa {
    ///         cell 0 cpus="0-4" memory="8GiB"
    ///         cell 1 cpus="4-7" memory="8GiB"
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
    ///         cell 1 cpus="4-7" memory="8GiB"
    ///     }
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt refuses it: `NUMA cells 1 and 0 have overlapping vCPU ids`
    ///
    /// ```xml
    /// <domain type='qemu'>
    ///   <name>probe</name>
    ///   <memory unit='GiB'>1</memory>
    ///   <vcpu>4</vcpu>
    ///   <os firmware='efi'><type arch='aarch64' machine='virt'>hvm</type></os>
    ///   <features><acpi/><gic version='3'/></features>
    ///   <cpu>
    ///     <numa>
    ///       <cell id='0' cpus='0-1' memory='512' unit='MiB'/>
    ///       <cell id='1' cpus='1-3' memory='512' unit='MiB'/>
    ///     </numa>
    ///   </cpu>
    /// </domain>
    /// ```
    ///
    /// libvirt refuses it: `Number of CPUs in <numa> exceeds the <vcpu> count`
    ///
    /// ```xml
    /// <domain type='qemu'>
    ///   <name>probe</name>
    ///   <memory unit='GiB'>1</memory>
    ///   <vcpu>2</vcpu>
    ///   <os firmware='efi'><type arch='aarch64' machine='virt'>hvm</type></os>
    ///   <features><acpi/><gic version='3'/></features>
    ///   <cpu><numa><cell id='0' cpus='0-3' memory='1' unit='GiB'/></numa></cpu>
    /// </domain>
    /// ```
    ///
    /// QEMU refuses it: `CPU is already assigned to node-id: 0`
    ///
    /// ```args
    /// -smp 4
    /// -object memory-backend-ram,id=m0,size=512M -numa node,nodeid=0,memdev=m0,cpus=0-1
    /// -object memory-backend-ram,id=m1,size=512M -numa node,nodeid=1,memdev=m1,cpus=1-3
    /// ```
    ///
    /// QEMU refuses it: `CPU index (2) should be smaller than maxcpus (2)`
    ///
    /// ```args
    /// -smp 2
    /// -object memory-backend-ram,id=m0,size=1G -numa node,nodeid=0,memdev=m0,cpus=2
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `src/conf/numa_conf.c`, `src/conf/domain_validate.c`
    /// - QEMU, `hw/core/numa.c`
    pub(super) static CELL_CPUS = {
        name: "numa/cell-cpus",
        summary: "every vCPU of a NUMA cell exists, and is in no other",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    shared(context.vm, findings);
    findings.extend(beyond(context));
}

/// How many runs of shared vCPUs are named of one cell.
const MOST_NAMED: usize = 8;

/// The cells with vCPUs of cells before them.
fn shared(vm: &Vm, findings: &mut Vec<Finding>) {
    // Runs of vCPUs, disjoint: the first of each, its last, and where its cell names it.
    let mut taken: BTreeMap<u32, (u32, &Cell)> = BTreeMap::new();
    let cells = vm.numa.iter().flat_map(|numa| &numa.cells);
    for cell in cells {
        let Some(cpus) = &cell.cpus else { continue };
        let runs = cpus.value.ranges();
        let taken_in = |&(first, last): &(u32, u32)| {
            let before = taken.range(..first).next_back();
            let overlapping = before.into_iter().chain(taken.range(first..=last));
            overlapping
                .filter(move |&(_, &(end, _))| end >= first)
                .map(move |(&start, &(end, owner))| (start.max(first), end.min(last), owner))
        };
        let both: Vec<_> = runs.iter().flat_map(taken_in).take(MOST_NAMED + 1).collect();
        if both.is_empty() {
            taken.extend(runs.iter().map(|&(first, last)| (first, (last, cell))));
        } else {
            findings.push(shared_in(cpus.origin, &both));
        }
    }
}

/// `both`: the first and last of each run of vCPUs, and which cell has them too.
fn shared_in(cell: Origin, both: &[(u32, u32, &Cell)]) -> Finding {
    let headline = match both {
        [(cpu, last, _)] if cpu == last => format!("vCPU {cpu} is in two NUMA cells"),
        _ => {
            let run = |&(first, last, _): &(u32, u32, &Cell)| match last {
                _ if last == first => first.to_string(),
                _ => format!("{first}–{last}"),
            };
            let named: Vec<String> = both.iter().take(MOST_NAMED).map(run).collect();
            let others = if both.len() > MOST_NAMED { " and others" } else { "" };
            format!("vCPUs {}{others} are in two NUMA cells", named.join(", "))
        }
    };
    let owners = both.iter().filter_map(|(.., owner)| Some(owner.cpus.as_ref()?.origin));
    let mut owners: Vec<Origin> = owners.collect();
    owners.sort_unstable();
    owners.dedup();
    let finding = CELL_CPUS
        .at(cell, headline)
        .with_notes(both.first().and_then(|(.., first)| {
            Some(format!("QEMU: CPU is already assigned to node-id: {}", first.id?.value))
        }))
        .with_help("leave each vCPU in one cell");
    owners.into_iter().fold(finding, |finding, owner| finding.with_label(owner, "here too"))
}

/// The first cell in the file with a vCPU that the vm does not have.
fn beyond(context: &Context<'_>) -> Option<Finding> {
    let vcpus = context.vm.vcpus?;
    let mut cells = context.vm.numa.iter().flat_map(|numa| &numa.cells);
    let cpus = cells.find_map(|cell| {
        let cpus = cell.cpus.as_ref()?;
        (i64::from(cpus.value.last()) >= vcpus.value).then_some(cpus)
    })?;
    let finding = CELL_CPUS
        .at(cpus.origin, format!("there is no vCPU {}", cpus.value.last()))
        .with_label(vcpus.origin, "so many there are, numbered from 0")
        .with_notes(context.libvirt_says("Number of CPUs in <numa> exceeds the <vcpu> count"))
        .with_notes(first_beyond(cpus.value.ranges(), vcpus.value).and_then(|cpu| {
            let most = vcpus.value;
            context.qemu_alone_says(format!(
                "CPU index ({cpu}) should be smaller than maxcpus ({most})"
            ))
        }))
        .with_help(format!(
            "name none above {}, or raise `{}`",
            vcpus.value.saturating_sub(1),
            context.say(InEach { kdl: "vcpus", libvirt: "<vcpu>", qemu: "-smp" })
        ));
    Some(finding)
}

/// The first vCPU of `runs` that is not one of so many.
fn first_beyond(runs: &[(u32, u32)], vcpus: i64) -> Option<i64> {
    let &(first, _) = runs.iter().find(|(_, last)| i64::from(*last) >= vcpus)?;
    Some(vcpus.max(i64::from(first)))
}
