//! `numa/distance`

use crate::hash::{HashMap, HashSet};

use crate::finding::{Applicability, Finding};
use crate::language::InEach;
use crate::rules::{Check, Context, Value, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that a distance is 10 to 255, that 10 is given for a cell from itself, and for libvirt only
    /// there, and that no pair of cells is given two distances in the same direction.
    ///
    /// ## Why
    ///
    /// ACPI's SLIT has one byte for a distance; 10 means no distance at all.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     numa {
    ///         cell 0 cpus="0-3" memory="8GiB"
    ///         distance 0 1 9
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
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     numa {
    ///         cell 0 cpus="0-3" memory="8GiB"
    ///         distance 0 1 20
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
    /// libvirt refuses it: `'value 10' is invalid for 'sibling id 1' under NUMA 'cell id 0'`
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
    ///       <cell id='0' cpus='0' memory='512' unit='MiB'>
    ///         <distances><sibling id='1' value='10'/></distances>
    ///       </cell>
    ///       <cell id='1' cpus='1' memory='512' unit='MiB'/>
    ///     </numa>
    ///   </cpu>
    /// </domain>
    /// ```
    ///
    /// QEMU refuses it: `NUMA distance (9) is invalid, it shouldn't be less than 10.`
    ///
    /// ```args
    /// -object memory-backend-ram,id=m0,size=1G -numa node,nodeid=0,memdev=m0,cpus=0
    /// -numa node,nodeid=1
    /// -numa dist,src=0,dst=1,val=9
    /// ```
    ///
    /// QEMU refuses it: `Local distance of node 0 should be 10.`
    ///
    /// ```args
    /// -object memory-backend-ram,id=m0,size=1G -numa node,nodeid=0,memdev=m0,cpus=0
    /// -numa dist,src=0,dst=0,val=20
    /// ```
    ///
    /// ## References
    ///
    /// - ACPI Specification 6.5, 5.2.17 (SLIT)
    /// - QEMU, `hw/core/numa.c`
    pub(super) static DISTANCE = {
        name: "numa/distance",
        summary: "NUMA distances are legal, and each is given once",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

/// The distance of a cell from itself.
const LOCAL: i64 = 10;

/// What to write.
const BETWEEN_CELLS: &str = "use 11 to 255 between cells; 20 is usual";

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut firsts = HashMap::default();
    // Of a number that several cells have: `numa/unknown-cell`.
    let mut seen = HashSet::default();
    let cells = context.vm.numa.iter().flat_map(|numa| &numa.cells);
    let numbers = cells.filter_map(|cell| cell.id.map(|id| id.value));
    let doubled: HashSet<i64> = numbers.filter(|number| !seen.insert(*number)).collect();
    for distance in context.vm.numa.iter().flat_map(|numa| &numa.distances) {
        let (Some(from), Some(to), Some(value)) = (distance.from, distance.to, distance.value)
        else {
            continue;
        };
        if doubled.contains(&from.value) {
            continue;
        }
        let at = |headline: String| DISTANCE.at(value.origin, headline);
        let is_local = from.value == to.value;
        let libvirt = context.libvirt_says(format!(
            "'value {}' is invalid for 'sibling id {}' under NUMA 'cell id {}'",
            value.value, to.value, from.value
        ));
        if is_local && value.value != LOCAL {
            findings.push(
                at(format!("a cell is {} from itself, not {LOCAL}", value.value))
                    .with_note(format!("QEMU: Local distance of node {} should be 10.", from.value))
                    .with_notes(libvirt)
                    .with_help(context.say(InEach {
                        kdl: "leave the line out: it cannot be another",
                        libvirt: "leave the `<sibling>` out: it cannot be another",
                        qemu: "leave the `-numa dist` out: it cannot be another",
                    }))
                    .with_edits(
                        format!("write {LOCAL}"),
                        Applicability::Unsafe,
                        [context.source.with_value(value.origin, Value::Number(LOCAL))],
                    ),
            );
        } else if !(LOCAL..=255).contains(&value.value) {
            findings.push(
                at(format!("a distance between cells is {}, not 11 to 255", value.value))
                    .with_notes(libvirt)
                    .with_notes(of_qemu(context, value.value))
                    .with_help(BETWEEN_CELLS),
            );
        } else if !is_local && value.value == LOCAL && context.target.judge_libvirt {
            findings.push(
                at("10 is the distance of a cell from itself".to_owned())
                    .with_notes(libvirt)
                    .with_help(BETWEEN_CELLS)
                    .with_edits(
                        "write 20",
                        Applicability::Unsafe,
                        [context.source.with_value(value.origin, Value::Number(20))],
                    ),
            );
        }
        let first = *firsts.entry((from.value, to.value)).or_insert(distance.origin);
        if first != distance.origin {
            findings.push(
                DISTANCE
                    .at(
                        distance.origin,
                        format!("the distance from {} to {} is given twice", from.value, to.value),
                    )
                    .with_label(first, "the first time")
                    .with_help(context.say(InEach {
                        kdl: "remove one of the lines",
                        libvirt: "remove one `<sibling>` of the two",
                        qemu: "remove one `-numa dist` of the two",
                    }))
                    .with_edits(
                        "remove the second one",
                        Applicability::Unsafe,
                        [context.source.without_element(distance.origin)],
                    ),
            );
        }
    }
}

/// What QEMU says of a distance that is none.
fn of_qemu(context: &Context<'_>, value: i64) -> Option<String> {
    context.qemu_alone_says(match u8::try_from(value) {
        Ok(_) => {
            format!("NUMA distance ({value}) is invalid, it shouldn't be less than {LOCAL}.")
        }
        Err(_) if value < 0 => "Parameter 'val' expects a uint64 value".to_owned(),
        Err(_) => "Parameter 'val' expects uint8_t".to_owned(),
    })
}
