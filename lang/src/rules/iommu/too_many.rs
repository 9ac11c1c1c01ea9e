//! `iommu/too-many`

use crate::finding::Finding;
use crate::language::InEach;
use crate::rules::{Check, Context, declare_rule};
use crate::topology::Board;

declare_rule! {
    /// ## What it does
    ///
    /// Checks that there are at most 16 vSMMUs.
    ///
    /// ## Why
    ///
    /// A vSMMUv3 takes four interrupt lines of the platform bus, which has 64.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" { hostdev "nic0" host="00:00.0"; }
    ///     vsmmu "smmu1" iommufd="iommufd0" { hostdev "nic1" host="00:01.0"; }
    ///     vsmmu "smmu2" iommufd="iommufd0" { hostdev "nic2" host="00:02.0"; }
    ///     vsmmu "smmu3" iommufd="iommufd0" { hostdev "nic3" host="00:03.0"; }
    ///     vsmmu "smmu4" iommufd="iommufd0" { hostdev "nic4" host="00:04.0"; }
    ///     vsmmu "smmu5" iommufd="iommufd0" { hostdev "nic5" host="00:05.0"; }
    ///     vsmmu "smmu6" iommufd="iommufd0" { hostdev "nic6" host="00:06.0"; }
    ///     vsmmu "smmu7" iommufd="iommufd0" { hostdev "nic7" host="00:07.0"; }
    ///     vsmmu "smmu8" iommufd="iommufd0" { hostdev "nic8" host="00:08.0"; }
    ///     vsmmu "smmu9" iommufd="iommufd0" { hostdev "nic9" host="00:09.0"; }
    ///     vsmmu "smmu10" iommufd="iommufd0" { hostdev "nic10" host="00:0a.0"; }
    ///     vsmmu "smmu11" iommufd="iommufd0" { hostdev "nic11" host="00:0b.0"; }
    ///     vsmmu "smmu12" iommufd="iommufd0" { hostdev "nic12" host="00:0c.0"; }
    ///     vsmmu "smmu13" iommufd="iommufd0" { hostdev "nic13" host="00:0d.0"; }
    ///     vsmmu "smmu14" iommufd="iommufd0" { hostdev "nic14" host="00:0e.0"; }
    ///     vsmmu "smmu15" iommufd="iommufd0" { hostdev "nic15" host="00:0f.0"; }
    ///     vsmmu "smmu16" iommufd="iommufd0" { hostdev "nic16" host="00:10.0"; }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" { hostdev "nic0" host="00:00.0"; }
    ///     vsmmu "smmu1" iommufd="iommufd0" { hostdev "nic1" host="00:01.0"; }
    ///     vsmmu "smmu2" iommufd="iommufd0" { hostdev "nic2" host="00:02.0"; }
    ///     vsmmu "smmu3" iommufd="iommufd0" { hostdev "nic3" host="00:03.0"; }
    ///     vsmmu "smmu4" iommufd="iommufd0" { hostdev "nic4" host="00:04.0"; }
    ///     vsmmu "smmu5" iommufd="iommufd0" { hostdev "nic5" host="00:05.0"; }
    ///     vsmmu "smmu6" iommufd="iommufd0" { hostdev "nic6" host="00:06.0"; }
    ///     vsmmu "smmu7" iommufd="iommufd0" { hostdev "nic7" host="00:07.0"; }
    ///     vsmmu "smmu8" iommufd="iommufd0" { hostdev "nic8" host="00:08.0"; }
    ///     vsmmu "smmu9" iommufd="iommufd0" { hostdev "nic9" host="00:09.0"; }
    ///     vsmmu "smmu10" iommufd="iommufd0" { hostdev "nic10" host="00:0a.0"; }
    ///     vsmmu "smmu11" iommufd="iommufd0" { hostdev "nic11" host="00:0b.0"; }
    ///     vsmmu "smmu12" iommufd="iommufd0" { hostdev "nic12" host="00:0c.0"; }
    ///     vsmmu "smmu13" iommufd="iommufd0" { hostdev "nic13" host="00:0d.0"; }
    ///     vsmmu "smmu14" iommufd="iommufd0" { hostdev "nic14" host="00:0e.0"; }
    ///     vsmmu "smmu15" iommufd="iommufd0" { hostdev "nic15" host="00:0f.0"; }
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// QEMU refuses it: `Platform Bus: Can not fit IRQ line`
    ///
    /// ```args
    /// -device pxb-pcie,id=p0,bus=pcie.0,addr=1,bus_nr=4 -device arm-smmuv3,primary-bus=p0
    /// -device pxb-pcie,id=p1,bus=pcie.0,addr=2,bus_nr=8 -device arm-smmuv3,primary-bus=p1
    /// -device pxb-pcie,id=p2,bus=pcie.0,addr=3,bus_nr=12 -device arm-smmuv3,primary-bus=p2
    /// -device pxb-pcie,id=p3,bus=pcie.0,addr=4,bus_nr=16 -device arm-smmuv3,primary-bus=p3
    /// -device pxb-pcie,id=p4,bus=pcie.0,addr=5,bus_nr=20 -device arm-smmuv3,primary-bus=p4
    /// -device pxb-pcie,id=p5,bus=pcie.0,addr=6,bus_nr=24 -device arm-smmuv3,primary-bus=p5
    /// -device pxb-pcie,id=p6,bus=pcie.0,addr=7,bus_nr=28 -device arm-smmuv3,primary-bus=p6
    /// -device pxb-pcie,id=p7,bus=pcie.0,addr=8,bus_nr=32 -device arm-smmuv3,primary-bus=p7
    /// -device pxb-pcie,id=p8,bus=pcie.0,addr=9,bus_nr=36 -device arm-smmuv3,primary-bus=p8
    /// -device pxb-pcie,id=p9,bus=pcie.0,addr=a,bus_nr=40 -device arm-smmuv3,primary-bus=p9
    /// -device pxb-pcie,id=p10,bus=pcie.0,addr=b,bus_nr=44 -device arm-smmuv3,primary-bus=p10
    /// -device pxb-pcie,id=p11,bus=pcie.0,addr=c,bus_nr=48 -device arm-smmuv3,primary-bus=p11
    /// -device pxb-pcie,id=p12,bus=pcie.0,addr=d,bus_nr=52 -device arm-smmuv3,primary-bus=p12
    /// -device pxb-pcie,id=p13,bus=pcie.0,addr=e,bus_nr=56 -device arm-smmuv3,primary-bus=p13
    /// -device pxb-pcie,id=p14,bus=pcie.0,addr=f,bus_nr=60 -device arm-smmuv3,primary-bus=p14
    /// -device pxb-pcie,id=p15,bus=pcie.0,addr=10,bus_nr=64 -device arm-smmuv3,primary-bus=p15
    /// -device pxb-pcie,id=p16,bus=pcie.0,addr=11,bus_nr=68 -device arm-smmuv3,primary-bus=p16
    /// ```
    ///
    /// ## References
    ///
    /// - QEMU, `hw/core/platform-bus.c`, `hw/arm/virt.c` (`PLATFORM_BUS_NUM_IRQS`)
    pub(super) static TOO_MANY = {
        name: "iommu/too-many",
        summary: "a vm has at most 16 vSMMUs",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

/// How many interrupt lines QEMU's `virt` has for its platform bus, and how many a vSMMUv3 takes.
const MOST: usize = 64 / 4;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let vm = context.vm;
    if let Some(vsmmu) = vm.vsmmus.get(MOST).filter(|_| vm.board() == Some(Board::Virt)) {
        findings.push(
            TOO_MANY
                .at(
                    vsmmu.name.origin,
                    format!("{} vSMMUs, but there is room for {MOST}", vm.vsmmus.len()),
                )
                .with_text("the first one too many")
                .with_note("QEMU: Platform Bus: Can not fit IRQ line")
                .with_note("each takes 4 of the 64 interrupt lines of QEMU's platform bus")
                .with_help(context.say(InEach {
                    kdl: "write host devices of one physical SMMU inside one `vsmmu`, and remove the others",
                    libvirt: BEHIND_ONE,
                    qemu: BEHIND_ONE,
                })),
        );
    }
}

/// What to do where a vSMMU has no block of its own.
const BEHIND_ONE: &str =
    "put host devices of one physical SMMU behind one vSMMU, and remove the others";
