//! `iommu/needs-hugepages`

use crate::finding::Finding;
use crate::language::InEach;
use crate::rules::{Check, Context, declare_rule};
use crate::topology::{IommuModel, OnOffAuto};

declare_rule! {
    /// ## What it does
    ///
    /// Warns of `cmdqv` turned on in a vm whose `memory-backing` has no `hugepages`. A vm without
    /// `memory-backing` is not judged: its memory is described elsewhere.
    ///
    /// ## Why
    ///
    /// The hardware reads the guest's command queues by host physical address, so that each must lie in
    /// one piece of the host's memory. QEMU therefore cuts them to the size of a page: 256 entries in
    /// pages of 4 KiB.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     memory-backing locked=#true
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         accel cmdqv=#true
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     memory-backing locked=#true hugepages="1GiB"
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         accel cmdqv=#true
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
    /// <controller type='pci' index='1' model='pcie-expander-bus'><target busNr='252'/></controller>
    /// <iommu model='smmuv3'><driver pciBus='1' accel='on' cmdqv='on'/></iommu>
    /// ```
    ///
    /// QEMU would start it (not reproduced: needs the hardware), with short queues.
    ///
    /// ## References
    ///
    /// - QEMU, `hw/arm/tegra241-cmdqv.c`
    /// - Linux, `drivers/iommu/arm/arm-smmu-v3/tegra241-cmdqv.c`
    pub(super) static NEEDS_HUGEPAGES = {
        name: "iommu/needs-hugepages",
        summary: "a vm with CMDQV has its memory on huge pages",
        severity: Warning,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let vm = context.vm;
    if !context.whole || !vm.can_have(IommuModel::Smmuv3) {
        return;
    }
    let Some(backing) = vm.memory_backing.filter(|backing| backing.hugepages.is_none()) else {
        return;
    };
    let accelerations = vm.vsmmus.iter().map(|vsmmu| vsmmu.acceleration);
    let mut on = accelerations.filter(|acceleration| acceleration.enabled);
    let cmdqv = on.find_map(|acceleration| acceleration.cmdqv.filter(|c| c.value == OnOffAuto::On));
    if let Some(cmdqv) = cmdqv {
        findings.push(
            NEEDS_HUGEPAGES
                .at(backing.origin, "`cmdqv` is on, but the guest's memory is not on huge pages")
                .with_text("small pages")
                .with_label(cmdqv.origin, "on here")
                .with_note(
                    "libvirt and QEMU start this without a word; a command queue has to be in one piece of \
                     the host's memory, and small pages make it a short one",
                )
                .with_help(context.say(InEach {
                    kdl: "add `hugepages=`, such as `hugepages=\"1GiB\"`",
                    libvirt: "add `<hugepages>`, such as `<hugepages><page size='1' unit='GiB'/></hugepages>`",
                    qemu: "use `memory-backend-file` on hugetlbfs, or `memory-backend-memfd` with \
                           `hugetlb=on`",
                })),
        );
    }
}
