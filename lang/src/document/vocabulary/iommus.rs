//! `iommu`, `vsmmu`, and what they hold.

use super::{ArgumentSpec, NodeKind, NodeSpec, Occurs, PropertySpec, optional, property, required};
use crate::document::ValueType;
use crate::target::Feature;

const IN_VM: &[Option<NodeKind>] = &[Some(NodeKind::Vm)];
const IN_IOMMU: &[Option<NodeKind>] = &[Some(NodeKind::Iommu)];
const IN_VSMMU: &[Option<NodeKind>] = &[Some(NodeKind::Vsmmu)];

const IOMMUFD: PropertySpec = property(
    "iommufd",
    ValueType::Text,
    "none",
    "Name of the iommufd that the host devices behind it use.",
);

/// On unless it says otherwise.
const ON: &[ArgumentSpec] = &[optional("value", ValueType::Boolean)];

/// A boolean option of the machine-wide IOMMU.
const fn switch(kind: NodeKind, name: &'static str, documentation: &'static str) -> NodeSpec {
    option(kind, name, ON, documentation)
}

/// An option of the machine-wide IOMMU.
const fn option(
    kind: NodeKind,
    name: &'static str,
    arguments: &'static [ArgumentSpec],
    documentation: &'static str,
) -> NodeSpec {
    NodeSpec {
        kind,
        name,
        parents: IN_IOMMU,
        occurs: Occurs::Once,
        arguments,
        properties: &[],
        open: false,
        derived: &[],
        feature: None,
        documentation,
    }
}

pub(super) const NODES: &[NodeSpec] = &[
    NodeSpec {
        kind: NodeKind::Iommu,
        name: "iommu",
        parents: IN_VM,
        occurs: Occurs::Often,
        arguments: &[required("model", ValueType::OneOf(&["intel", "amd", "virtio", "smmuv3"]))],
        properties: &[
            IOMMUFD,
            super::endpoints::ALIAS,
            property(
                "slot",
                ValueType::ANY_INTEGER,
                "the lowest free slot",
                "amd, virtio: its slot on the root bus, 1 to 31.",
            ),
        ],
        open: false,
        derived: &[],
        feature: None,
        documentation: "The one machine-wide IOMMU: `intel` and `amd` on q35, `smmuv3` on virt, `virtio` on both.",
    },
    switch(NodeKind::Intremap, "intremap", "Interrupt remapping (intel, amd)."),
    switch(NodeKind::CachingMode, "caching-mode", "Caching mode, needed for host devices (intel)."),
    switch(
        NodeKind::Eim,
        "eim",
        "Extended interrupt mode: x2APIC, for more than 255 vCPUs (intel).",
    ),
    switch(NodeKind::Iotlb, "iotlb", "Device IOTLB (intel, amd)."),
    switch(
        NodeKind::DmaTranslation,
        "dma-translation",
        "DMA translation; on unless written off (intel).",
    )
    .needs(Feature::IntelDmaTranslation),
    switch(NodeKind::Xtsup, "xtsup", "x2APIC support, for more than 255 vCPUs (amd).")
        .needs(Feature::AmdXtsup),
    switch(
        NodeKind::Passthrough,
        "passthrough",
        "libvirt's `passthrough`, which QEMU does not have (amd).",
    )
    .needs(Feature::AmdPassthrough),
    switch(NodeKind::DmaRemap, "dma-remap", "Needed for host devices; QEMU only (amd).")
        .needs(Feature::AmdDmaRemap),
    option(
        NodeKind::AwBits,
        "aw-bits",
        &[required("bits", ValueType::ANY_INTEGER)],
        "Address width in bits: 39 or 48 (intel), 32 to 64 (virtio).",
    ),
    option(
        NodeKind::Granule,
        "granule",
        &[required("size", ValueType::Granule)],
        "Page granule: `\"4KiB\"`, `\"8KiB\"`, `\"16KiB\"`, `\"64KiB\"` or `\"host\"` (virtio).",
    )
    .needs(Feature::VirtioGranule),
    NodeSpec {
        kind: NodeKind::Vsmmu,
        name: "vsmmu",
        parents: IN_VM,
        occurs: Occurs::Often,
        arguments: &[required("id", ValueType::Text)],
        properties: &[
            IOMMUFD,
            property(
                "host",
                ValueType::Text,
                "none",
                "The physical SMMUv3, as in `/sys/class/iommu`: `\"smmu3.0x…\"`.",
            ),
            super::endpoints::ALIAS,
        ],
        open: false,
        derived: &[],
        feature: Some(Feature::VsmmuPerBus),
        documentation: "A vSMMU group: one vSMMUv3, the PCI expander bridge it translates for, the ports below \
                        and the host devices in them.",
    },
    NodeSpec {
        kind: NodeKind::Accel,
        name: "accel",
        parents: IN_VSMMU,
        occurs: Occurs::Once,
        arguments: ON,
        properties: &[
            property("ats", ValueType::OnOffAuto, "\"auto\"", "Address Translation Services.")
                .needs(Feature::AccelAts),
            property("ril", ValueType::OnOffAuto, "\"auto\"", "Range invalidation.")
                .needs(Feature::AccelRil),
            property(
                "ssidsize",
                ValueType::NumberOrAuto,
                "\"auto\"",
                "Width of the substream id in bits, 0 to 20.",
            )
            .needs(Feature::AccelSsidsize),
            property(
                "oas",
                ValueType::NumberOrAuto,
                "\"auto\"",
                "Output address size in bits, 44 or 48.",
            )
            .needs(Feature::AccelOas),
            property(
                "cmdqv",
                ValueType::OnOffAuto,
                "\"auto\"",
                "Tegra241 command queue virtualisation.",
            )
            .needs(Feature::AccelCmdqv),
        ],
        open: false,
        derived: &[],
        feature: Some(Feature::Accel),
        documentation: "Nested translation by the host's SMMU; on when the node is absent.",
    },
    NodeSpec {
        kind: NodeKind::OnRootBus,
        name: "on-root-bus",
        parents: IN_VSMMU,
        occurs: Occurs::Once,
        arguments: ON,
        properties: &[],
        open: false,
        derived: &[],
        feature: Some(Feature::VsmmuOnRootBus),
        documentation: "Instead of a `pxb`: the vSMMU translates for `pcie.0`, and the group's ports sit there.",
    },
    NodeSpec {
        kind: NodeKind::SparePorts,
        name: "spare-ports",
        parents: IN_VSMMU,
        occurs: Occurs::Often,
        arguments: &[required("count", ValueType::Integer { min: 0, max: 255 })],
        properties: &[],
        open: false,
        derived: &[],
        feature: None,
        documentation: "So many empty root ports for hot-plug: ports cannot be added while the guest runs.",
    },
];
