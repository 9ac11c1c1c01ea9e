//! `iommu/shared-bus`

use crate::hash::map_of;

use crate::finding::{Applicability, Finding};
use crate::language::InEach;
use crate::rules::{Check, Context, declare_rule};
use crate::topology::RootComplex;

declare_rule! {
    /// ## What it does
    ///
    /// Checks that no two vSMMUs translate for the root bus.
    ///
    /// ## Why
    ///
    /// A root complex is the root bus with its ports, or a PXB with everything below it, and has one IOMMU. Two
    /// vSMMUs with `on-root-bus` want the same one: libvirt defines the domain, and QEMU does not start.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         on-root-bus
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    ///     vsmmu "smmu1" iommufd="iommufd0" {
    ///         on-root-bus
    ///         hostdev "gpu1" host="0019:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         on-root-bus
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    ///     vsmmu "smmu1" iommufd="iommufd0" {
    ///         hostdev "gpu1" host="0019:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt accepts it.
    ///
    /// ```xml
    /// <iommu model='smmuv3'><driver pciBus='0'/></iommu>
    /// <iommu model='smmuv3'><driver pciBus='0'/></iommu>
    /// ```
    ///
    /// QEMU refuses it: `An iommu is already attached to this bus`
    ///
    /// ```args
    /// -device arm-smmuv3,primary-bus=pcie.0
    /// -device arm-smmuv3,primary-bus=pcie.0
    /// ```
    ///
    /// ## References
    ///
    /// - QEMU, `hw/arm/smmu-common.c`
    pub(super) static SHARED_BUS = {
        name: "iommu/shared-bus",
        summary: "a root complex has one vSMMU",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut firsts = map_of(context.vm.vsmmus.len());
    for (id, vsmmu) in context.vm.vsmmus() {
        let named = vsmmu.on_root_bus.or(vsmmu.bus);
        let (first, first_named) = *firsts.entry(vsmmu.root_complex).or_insert((id, named));
        if first == id {
            continue;
        }
        // Both may be named by one variable.
        let named = named.filter(|named| first_named != Some(*named));
        let origin = named.unwrap_or(vsmmu.name.origin);
        let first = context.vm.vsmmu(first);
        let first_origin = first_named.unwrap_or(first.name.origin);
        let first = &first.name.value;
        let bus = match vsmmu.root_complex {
            RootComplex::Root => "the root bus",
            RootComplex::Pxb(_) => "this PXB",
        };
        let (help, left_out) = context.say(InEach {
            kdl: ("leave it out: the vSMMU then gets a PXB of its own", vsmmu.on_root_bus),
            libvirt: ("give it a PXB of its own: the `index` of that as `pciBus`", None),
            qemu: ("give it a PXB of its own: the `id` of that as `primary-bus=`", None),
        });
        findings.push(
            SHARED_BUS
                .at(origin, format!("{bus} has a vSMMU already"))
                .with_label(first_origin, format!("`{first}` translates for it"))
                .with_note("QEMU: An iommu is already attached to this bus")
                .with_help(help)
                .with_edits(
                    "leave `on-root-bus` out",
                    Applicability::Unsafe,
                    left_out.map(|on_root| context.source.without_element(on_root)),
                ),
        );
    }
}
