//! `numa/pxb-node`

use crate::finding::Finding;
use crate::rules::{Check, Context, declare_rule};
use crate::topology::{Board, ControllerKind};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that every PXB has a `numa-node` when more than one NUMA cell of the vm has CPUs or memory.
    ///
    /// ## Why
    ///
    /// libvirt and QEMU start it without a word. The guest's firmware then gives the PXB no proximity
    /// domain (`_PXM`), so that the guest does not know which of its cells the devices are near, and
    /// spreads their interrupts and buffers over all of them.
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
    ///         pxb bus-nr=252
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
    ///         pxb bus-nr=252 numa-node=1
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// QEMU accepts it.
    ///
    /// ```args
    /// -smp 2 -m 512M
    /// -object memory-backend-ram,id=m0,size=256M -object memory-backend-ram,id=m1,size=256M
    /// -numa node,nodeid=0,cpus=0,memdev=m0 -numa node,nodeid=1,cpus=1,memdev=m1
    /// -device pxb-pcie,id=pci.1,bus=pcie.0,addr=1,bus_nr=252
    /// ```
    ///
    /// ## References
    ///
    /// - ACPI, `_PXM` (Proximity)
    /// - QEMU, `hw/pci-bridge/pci_expander_bridge.c`
    pub(super) static PXB_NODE = {
        name: "numa/pxb-node",
        summary: "in a vm of several NUMA cells, every PXB says which it is near",
        severity: Warning,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let vm = context.vm;
    // On `pc` the PXB itself is the mistake.
    if !context.whole || !matches!(vm.board(), Some(Board::Virt | Board::Q35)) {
        return;
    }
    let cells = vm.numa.iter().flat_map(|numa| &numa.cells);
    // Cells of generic initiators have neither, and are near their own device.
    let mut near = cells.filter(|cell| cell.cpus.is_some() || cell.memory.is_some());
    let (Some(_), Some(second)) = (near.next(), near.next()) else { return };
    for controller in &vm.controllers {
        let ControllerKind::Pxb { numa_node: None, .. } = controller.kind else { continue };
        let place = match controller.vsmmu.map(|id| vm.vsmmu(id)) {
            Some(vsmmu) => format!("the PXB of vSMMU `{}`", vsmmu.name.value),
            None => "the PXB".to_owned(),
        };
        findings.push(
            PXB_NODE
                .at(controller.origin, format!("{place} names no NUMA cell"))
                .with_label(second.origin, "the vm has more than one cell")
                .with_note(
                    "libvirt and QEMU start this without a word; the guest does not know which cell the devices are near",
                )
                .with_help(if controller.implied {
                    "add `pxb numa-node=` with the cell its devices are near to the group"
                } else {
                    "add `numa-node=` with the cell its devices are near"
                }),
        );
    }
}
