//! `numa/initiator-count`

use super::cells::{MOST, of_initiators, written};
use super::initiator_cell::with_cells;
use super::{initiator_cell, unknown_cell};
use crate::finding::{Applicability, Finding};
use crate::language::InEach;
use crate::rules::coverage::Coverage;
use crate::rules::{Check, Context, declare_rule};
use crate::topology::{Hostdev, NumberSet, Vm};

declare_rule! {
    /// ## What it does
    ///
    /// Says that a GPU which looks like one of an NVIDIA Grace server has another number of NUMA cells than 8. It looks
    /// like one when it is behind an accelerated vSMMU and has more than one cell: no other device does.
    ///
    /// ## Why
    ///
    /// The memory of such a GPU is memory of the guest. The GPU can be partitioned (MIG) while the guest runs,
    /// into up to 8 parts with a NUMA cell each, but Linux cannot make cells while it runs: they have to be
    /// there from the start. With fewer than 8, some partitions cannot be made, and the driver may not bring up
    /// the memory at all; more are of no use.
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
    ///         hostdev "gpu0" host="0009:01:00.0" {
    ///             generic-initiator nodes="1-7"
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
    ///         hostdev "gpu0" host="0009:01:00.0" {
    ///             generic-initiator nodes="1-8"
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// QEMU accepts it, whatever the number.
    ///
    /// ```args
    /// -object memory-backend-ram,id=m0,size=1G -numa node,nodeid=0,memdev=m0,cpus=0
    /// -numa node,nodeid=1 -numa node,nodeid=2
    /// -device pcie-root-port,id=pci.1,bus=pcie.0,addr=1,chassis=1
    /// -device virtio-rng-pci,id=d0,bus=pci.1
    /// -object acpi-generic-initiator,id=gi0,pci-dev=d0,node=1
    /// -object acpi-generic-initiator,id=gi1,pci-dev=d0,node=2
    /// ```
    ///
    /// ## References
    ///
    /// - Linux, `drivers/vfio/pci/nvgrace-gpu/main.c`: what of the GPU is memory
    /// - QEMU, `hw/acpi/pci.c`; `qapi/qom.json`, `acpi-generic-initiator`
    pub(super) static INITIATOR_COUNT = {
        name: "numa/initiator-count",
        summary: "a Grace GPU has 8 NUMA cells",
        severity: Note,
        needs: File,
        since: "0.1.0",
        check: Check::EachWholeVm(check),
    }
}

/// What the driver of a Grace GPU looks for: one cell for each of seven partitions, and one for the whole.
const CELLS: u32 = 8;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let vm = context.vm;
    let coverage = Coverage::of(vm);
    let is_accelerated = |hostdev: &&Hostdev| {
        coverage.over(hostdev.parent).is_some_and(|(_, vsmmu)| vsmmu.acceleration.enabled)
    };
    let sets = vm
        .hostdevs
        .iter()
        .filter(is_accelerated)
        .filter_map(|hostdev| Some((hostdev, hostdev.generic_initiator.as_ref()?)))
        .filter(|(_, set)| set.value.len() > 1 && set.value.len() != u64::from(CELLS));
    let mut sets = sets.peekable();
    if sets.peek().is_none() || is_misnumbered(context) {
        return;
    }
    for (hostdev, set) in sets {
        let count = set.value.len();
        findings.push(
            INITIATOR_COUNT
                .at(
                    set.origin,
                    format!(
                        "host device `{}` has {count} NUMA cells, a Grace GPU has {CELLS}",
                        hostdev.name.value
                    ),
                )
                .with_label(hostdev.name.origin, "a device with several cells")
                .with_help(match eight(vm, &set.value) {
                    Some((first, last)) => context.say(InEach {
                        kdl: format!("if it is one, write `nodes=\"{first}-{last}\"`"),
                        libvirt: match first_missing(vm, first, last) {
                            None => format!("if it is one, write `nodeset='{first}-{last}'`"),
                            Some(missing) => format!(
                                "if it is one, add the cells {missing} to {last}, without CPUs and with `memory='0'`, and \
                                 write `nodeset='{first}-{last}'`"
                            ),
                        },
                        qemu: format!(
                            "if it is one, give it the cells {first} to {last}, each by an `acpi-generic-initiator`; else \
                             nothing is to be done"
                        ),
                    }),
                    None => format!("if it is one, give it {CELLS}, and renumber those that follow"),
                })
                .with_edits(
                    format!("give it {CELLS}"),
                    Applicability::Unsafe,
                    eight(vm, &set.value)
                        .filter(|&(first, last)| {
                            // In a domain a cell has to be written to be there.
                            let missing = first_missing(vm, first, last);
                            let is_short = InEach { kdl: false, libvirt: missing.is_some(), qemu: false };
                            !context.say(is_short)
                        })
                        .map(|cells| {
                            with_cells(context, set, &NumberSet::of_ranges(vec![cells])?)
                        }),
                ),
        );
    }
}

/// Whether cells overlap or have gaps: then a wrong count may be the same mistake.
fn is_misnumbered(context: &Context<'_>) -> bool {
    let mut findings = Vec::new();
    initiator_cell::check(context, &mut findings);
    unknown_cell::check(context, &mut findings);
    !findings.is_empty()
}

/// Eight cells in a row that begin where `set` does, if no other has one of them and none would be
/// left out behind them.
fn eight(vm: &Vm, set: &NumberSet) -> Option<(u32, u32)> {
    let &[(first, last)] = set.ranges() else { return None };
    let lines = written(vm);
    let initiators = of_initiators(vm);
    let is_last =
        lines.range(last + 1..).next().is_none() && initiators.range(last + 1..).next().is_none();
    let until = first + CELLS - 1;
    (is_last && until < MOST).then_some((first, until))
}

/// The first of these cells without a line of its own.
fn first_missing(vm: &Vm, first: u32, last: u32) -> Option<u32> {
    let lines = written(vm);
    (first..=last).find(|cell| !lines.contains_key(cell))
}
