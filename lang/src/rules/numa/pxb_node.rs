//! `numa/pxb-node`

use crate::finding::Finding;
use crate::language::InEach;
use crate::rules::{Check, Context, declare_rule};
use crate::topology::{Board, ControllerKind, IommuModel, Size};

declare_rule! {
    /// ## What it does
    ///
    /// Warns of a PXB without a `numa-node` in a vm with more than one NUMA cell that has CPUs or memory.
    ///
    /// ## Why
    ///
    /// The guest does not know then to which cell the devices behind the PXB are near, and takes memory
    /// and CPUs for them from anywhere.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     numa {
    ///         cell 0 cpus="0-3" memory="8GiB"
    ///         cell 1 cpus="4-7" memory="8GiB"
    ///     }
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
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
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         pxb numa-node=1
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt accepts it.
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
    ///       <cell id='1' cpus='1' memory='512' unit='MiB'/>
    ///     </numa>
    ///   </cpu>
    ///   <devices>
    ///     <controller type='pci' index='1' model='pcie-expander-bus'><target busNr='252'/></controller>
    ///   </devices>
    /// </domain>
    /// ```
    ///
    /// QEMU accepts it.
    ///
    /// ```args
    /// -smp 2
    /// -object memory-backend-ram,id=m0,size=512M -numa node,nodeid=0,memdev=m0,cpus=0
    /// -object memory-backend-ram,id=m1,size=512M -numa node,nodeid=1,memdev=m1,cpus=1
    /// -device pxb-pcie,id=pci.1,bus=pcie.0,addr=1,bus_nr=252
    /// ```
    ///
    /// ## References
    ///
    /// - ACPI Specification 6.5, 6.2.14 (`_PXM`)
    pub(super) static PXB_NODE = {
        name: "numa/pxb-node",
        summary: "a PXB of a vm with several NUMA cells belongs to one",
        severity: Warning,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let vm = context.vm;
    // Where there cannot be a PXB, or the vSMMU it is for, that is the mistake.
    if !context.whole || vm.board() == Some(Board::Pc) {
        return;
    }
    let cells = vm.numa.iter().flat_map(|numa| &numa.cells);
    let mut cells = cells.filter(|cell| {
        cell.cpus.is_some() || cell.memory.is_some_and(|memory| memory.value != Size(0))
    });
    let (Some(first), Some(second)) = (cells.next(), cells.next()) else { return };
    let can_translate = vm.can_have(IommuModel::Smmuv3);
    for controller in vm.controllers.iter().filter(|pxb| pxb.vsmmu.is_none() || can_translate) {
        if let ControllerKind::Pxb { numa_node: None, .. } = controller.kind {
            findings.push(
                PXB_NODE
                    .at(controller.origin, "a PXB that belongs to no NUMA cell")
                    .with_label(first.origin, "the vm has this one")
                    .with_label(second.origin, "and this one")
                    .with_help(format!(
                        "add {}: the cell its devices are near to",
                        context.say(InEach {
                            kdl: "`numa-node=` to its `pxb`",
                            libvirt: "`<node>` to its `<target>`",
                            qemu: "`numa_node=`",
                        })
                    )),
            );
        }
    }
}
