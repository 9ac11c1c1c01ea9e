//! `numa/unknown-cell`

use crate::hash::HashMap;
use std::collections::BTreeMap;

use super::cells::{MOST, of_initiators, written};
use crate::finding::{Applicability, Finding};
use crate::language::InEach;
use crate::rules::{Check, Context, Value, declare_rule};
use crate::span::{Origin, Written};
use crate::topology::{ControllerKind, Vm};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that the `numa-node` of a PXB and the cells of a distance exist, that cells are numbered from
    /// 0 without gaps, generic initiators included, each once, and that there are at most 128.
    ///
    /// ## Why
    ///
    /// libvirt and QEMU refuse gaps, and PXBs of cells that do not exist.
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
    ///         pxb numa-node=9
    ///         hostdev "gpu0" host="0009:01:00.0" {
    ///             generic-initiator nodes="1-8"
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
    /// libvirt refuses it: `pcie-expander-bus with index 1 is configured for a NUMA node (7) not present in the domain's <cpu><numa> array`
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-expander-bus'>
    ///   <target busNr='252'><node>7</node></target>
    /// </controller>
    /// ```
    ///
    /// libvirt refuses it: `Duplicate NUMA cell info for cell id '0'`
    ///
    /// ```xml
    /// <domain type='qemu'>
    ///   <name>probe</name>
    ///   <memory unit='GiB'>1</memory>
    ///   <vcpu>2</vcpu>
    ///   <os firmware='efi'><type arch='aarch64' machine='virt'>hvm</type></os>
    ///   <features><acpi/><gic version='3'/></features>
    ///   <cpu>
    ///     <numa>
    ///       <cell id='0' cpus='0' memory='512' unit='MiB'/>
    ///       <cell id='0' cpus='1' memory='512' unit='MiB'/>
    ///     </numa>
    ///   </cpu>
    /// </domain>
    /// ```
    ///
    /// QEMU refuses it: `Illegal numa node 3`
    ///
    /// ```args
    /// -device pxb-pcie,id=pci.1,bus=pcie.0,addr=1,bus_nr=252,numa_node=3
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `src/conf/domain_validate.c`
    /// - QEMU, `hw/core/numa.c`, `hw/pci-bridge/pci_expander_bridge.c`
    pub(crate) static UNKNOWN_CELL = {
        name: "numa/unknown-cell",
        summary: "NUMA cells that are named exist, and their numbers leave no gap",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachWholeVm(check),
    }
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let vm = context.vm;
    let mut cells = written(vm);
    for (cell, origin) in of_initiators(vm) {
        cells.entry(cell).or_insert(origin);
    }
    beyond(vm, findings);
    let before = findings.len();
    twice(context, &cells, findings);
    // The first number that is missing below the highest one: one mistake, however wide the gap.
    // A number that is there twice may be the one that is missing.
    let gap = (0..).zip(&cells).find(|&(expected, (&cell, _))| cell != expected);
    if let Some((missing, (cell, &origin))) = gap.filter(|_| findings.len() == before) {
        findings.push(
            UNKNOWN_CELL
                .at(origin, format!("there is a NUMA cell {cell}, but no cell {missing}"))
                .with_notes(context.libvirt_says(
                    "Exactly one 'cell' element per guest NUMA cell allowed, non-contiguous ranges or \
                     ranges not starting from 0 are not allowed",
                ))
                .with_help("number the cells from 0 without gaps"),
        );
    }
    // One that is missing below the others is said to be, or may be the one that is there twice.
    let lines = vm.numa.as_ref().map_or(0, |numa| numa.cells.len());
    let highest = cells.keys().last().map_or(0, |&last| last as usize + 1);
    let known = |cell: i64| usize::try_from(cell).is_ok_and(|cell| cell < lines.max(highest));
    let named = vm.controllers.iter().filter_map(|controller| match controller.kind {
        ControllerKind::Pxb { numa_node, .. } => numa_node,
        _ => None,
    });
    let unknown = |cell: Written<i64>| {
        UNKNOWN_CELL.at(cell.origin, format!("there is no NUMA cell {}", cell.value)).with_help(
            if cells.is_empty() {
                let none = InEach {
                    kdl: "the vm has no `numa`",
                    libvirt: "the domain has no `<numa>`",
                    qemu: "there is no `-numa node`",
                };
                context.say(none).to_owned()
            } else {
                format!("the cells are 0 to {}", cells.len() - 1)
            },
        )
    };
    for node in named.filter(|node| !known(node.value)) {
        let property =
            InEach { kdl: Some("numa-node"), libvirt: Some("<node>"), qemu: Some("numa_node=") };
        findings.push(context.leaving_out(unknown(node), property, node.origin));
    }
    let distances = vm.numa.iter().flat_map(|numa| &numa.distances);
    let ends = distances.flat_map(|distance| [distance.from, distance.to]).flatten();
    for cell in ends.filter(|cell| !known(cell.value)) {
        findings.push(unknown(cell).with_edits(
            "remove the distance",
            Applicability::Unsafe,
            [context.source.without_element(cell.origin)],
        ));
    }
}

/// Lines of one cell.
fn twice(context: &Context<'_>, known: &BTreeMap<u32, Origin>, findings: &mut Vec<Finding>) {
    let mut free = (0..MOST).filter(|number| !known.contains_key(number));
    let mut firsts = HashMap::default();
    let cells = context.vm.numa.iter().flat_map(|numa| &numa.cells);
    for id in cells.filter_map(|cell| cell.id) {
        let first = *firsts.entry(id.value).or_insert(id.origin);
        if first != id.origin {
            findings.push(
                UNKNOWN_CELL
                    .at(
                        id.origin,
                        format!(
                            "NUMA cell {} has two {}",
                            id.value,
                            context.say(InEach {
                                kdl: "lines",
                                libvirt: "`<cell>` elements",
                                qemu: "`-numa node` options",
                            })
                        ),
                    )
                    .with_label(first, "the first")
                    .with_notes(context.libvirt_says(format!(
                        "Duplicate NUMA cell info for cell id '{}'",
                        id.value
                    )))
                    .with_note(format!("QEMU: Duplicate NUMA nodeid: {}", id.value))
                    .with_help("number the cells from 0 without gaps")
                    .with_edits(
                        "give it the next free number",
                        Applicability::Unsafe,
                        free.next().map(|number| {
                            context.with_setting(
                                "nodeid",
                                id.origin,
                                Value::Number(i64::from(number)),
                            )
                        }),
                    ),
            );
        }
    }
}

/// Cells of initiators that no guest can have.
fn beyond(vm: &Vm, findings: &mut Vec<Finding>) {
    for set in vm.hostdevs.iter().filter_map(|hostdev| hostdev.generic_initiator.as_ref()) {
        let highest = set.value.last();
        if highest >= MOST {
            findings.push(
                UNKNOWN_CELL
                    .at(set.origin, format!("there is no NUMA cell {highest}"))
                    .with_help(format!("a guest has at most {MOST} cells, numbered from 0")),
            );
        }
    }
}

/// A generic initiator's cell on a command line that does not make it. `next` is the number of a cell that can be made
/// for it, and `empty` a cell that is there for no other device.
pub(crate) fn not_made(node: Written<i64>, next: u32, empty: Option<u32>) -> Finding {
    let number = node.value;
    let make = if number == i64::from(next) {
        format!("add `-numa node,nodeid={next}`")
    } else {
        format!("add `-numa node,nodeid={next}`, and name cell {next}")
    };
    UNKNOWN_CELL
        .at(node.origin, format!("NUMA cell {number} is not made"))
        .with_note(format!("QEMU: acpi-generic-initiator: Specified node {number} is invalid."))
        .with_help(match empty {
            Some(empty) => {
                format!("{make}; or name cell {empty}, which is empty and no other device's")
            }
            None => make,
        })
}
