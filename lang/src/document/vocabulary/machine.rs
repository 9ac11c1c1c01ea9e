//! `target`, `vm`, and what describes the machine.

use super::{NodeKind, NodeSpec, Occurs, property, required};
use crate::document::ValueType;
use crate::target::Feature;

const TOP: &[Option<NodeKind>] = &[None];
const IN_VM: &[Option<NodeKind>] = &[Some(NodeKind::Vm)];
const IN_NUMA: &[Option<NodeKind>] = &[Some(NodeKind::Numa)];

/// A node of a vm with one argument, at most once.
const fn setting(
    kind: NodeKind,
    name: &'static str,
    arguments: &'static [super::ArgumentSpec],
    documentation: &'static str,
) -> NodeSpec {
    NodeSpec {
        kind,
        name,
        parents: IN_VM,
        occurs: Occurs::Once,
        arguments,
        properties: &[],
        open: false,
        derived: &[],
        feature: None,
        documentation,
    }
}

/// What a NUMA cell's number may be: QEMU's `MAX_NODES` is 128.
const CELL: ValueType = ValueType::Integer { min: 0, max: 127 };

pub(super) const NODES: &[NodeSpec] = &[
    NodeSpec {
        kind: NodeKind::Target,
        name: "target",
        parents: TOP,
        occurs: Occurs::Once,
        arguments: &[],
        properties: &[
            property(
                "libvirt",
                ValueType::LibvirtTarget,
                "the newest release, not judged when only `qemu` is given",
                "A libvirt release such as `\"12.8\"`, or `\"rfc-nested\"`, `\"rfc-smmuv3dev\"`, `\"11.9+nvidia\"`.",
            ),
            property(
                "qemu",
                ValueType::QemuTarget,
                "the newest release, not judged when only `libvirt` is given",
                "A QEMU release such as `\"11.1\"`, or `\"rfc-nested\"`, `\"rfc-accel\"`, `\"10.1+nvidia\"`.",
            ),
        ],
        open: false,
        derived: &[],
        feature: None,
        documentation: "Which releases the output is for: decides the syntax and what exists.",
    },
    NodeSpec {
        kind: NodeKind::Vm,
        name: "vm",
        parents: TOP,
        occurs: Occurs::Often,
        arguments: &[required("name", ValueType::Text)],
        properties: &[
            super::PropertySpec {
                name: "machine",
                value: ValueType::Machine,
                required: true,
                default: "",
                feature: None,
                documentation: "`\"virt\"`, `\"q35\"`, `\"pc\"`, or a versioned form such as `\"virt-11.1\"`.",
            },
            property(
                "arch",
                ValueType::Arch,
                "that of the machine",
                "`\"aarch64\"` or `\"x86_64\"`.",
            ),
        ],
        open: false,
        derived: &[],
        feature: None,
        documentation: "One virtual machine.",
    },
    setting(
        NodeKind::Memory,
        "memory",
        &[required("size", ValueType::Size)],
        "Guest RAM; needed for a whole domain or command line.",
    ),
    setting(
        NodeKind::Vcpus,
        "vcpus",
        &[required("count", ValueType::Integer { min: 1, max: 4096 })],
        "How many virtual CPUs; needed for a whole domain or command line.",
    ),
    setting(
        NodeKind::Cpu,
        "cpu",
        &[required("model", ValueType::Text)],
        "QEMU's CPU model; `\"host\"` and `\"max\"` are the host's own.",
    ),
    setting(
        NodeKind::Firmware,
        "firmware",
        &[required("kind", ValueType::OneOf(&["efi", "bios", "none"]))],
        "`\"efi\"`, `\"bios\"` or `\"none\"`; whole output uses UEFI when it is not stated.",
    ),
    setting(
        NodeKind::Accelerator,
        "accelerator",
        &[required("kind", ValueType::OneOf(&["kvm", "tcg"]))],
        "`\"kvm\"` or `\"tcg\"`; whole output uses KVM when it is not stated.",
    ),
    setting(
        NodeKind::Gic,
        "gic",
        &[required("version", ValueType::Integer { min: 2, max: 4 })],
        "Version of the Arm interrupt controller, 2 to 4 (libvirt has no 4); whole output uses 3 when it is not stated.",
    ),
    NodeSpec {
        kind: NodeKind::MemoryBacking,
        name: "memory-backing",
        parents: IN_VM,
        occurs: Occurs::Once,
        arguments: &[],
        properties: &[
            property(
                "hugepages",
                ValueType::Size,
                "none",
                "Size of the huge pages under guest RAM.",
            ),
            property("locked", ValueType::Boolean, "#false", "Whether guest RAM is locked."),
            property("shared", ValueType::Boolean, "#false", "Whether guest RAM is shared."),
        ],
        open: false,
        derived: &[],
        feature: None,
        documentation: "What is under guest RAM.",
    },
    setting(
        NodeKind::MmioWindow,
        "mmio-window",
        &[required("size", ValueType::Size)],
        "The 64-bit PCI window: libvirt's `pcihole64`, QEMU's `highmem-mmio-size`. A power of two.",
    ),
    setting(NodeKind::Numa, "numa", &[], "Guest NUMA cells and their distances."),
    NodeSpec {
        kind: NodeKind::Cell,
        name: "cell",
        parents: IN_NUMA,
        occurs: Occurs::Often,
        arguments: &[required("id", CELL)],
        properties: &[
            property(
                "cpus",
                ValueType::NumberSet,
                "none",
                "The cell's virtual CPUs, such as `\"0-3\"`.",
            ),
            property("memory", ValueType::Size, "none", "The cell's memory."),
        ],
        open: false,
        derived: &[],
        feature: None,
        documentation: "A NUMA cell. One that only a generic initiator names needs no line.",
    },
    NodeSpec {
        kind: NodeKind::Distance,
        name: "distance",
        parents: IN_NUMA,
        occurs: Occurs::Often,
        arguments: &[
            required("first cell", CELL),
            required("second cell", CELL),
            required("value", ValueType::ANY_INTEGER),
        ],
        properties: &[],
        open: false,
        derived: &[],
        feature: None,
        documentation: "How far two cells are apart: 10 (a cell from itself) to 255, as in ACPI's SLIT.",
    },
    NodeSpec {
        kind: NodeKind::Iommufd,
        name: "iommufd",
        parents: IN_VM,
        occurs: Occurs::Often,
        arguments: &[required("id", ValueType::Text)],
        properties: &[
            property(
                "fd",
                ValueType::FD,
                "QEMU or libvirt opens it",
                "An already open `/dev/iommu`.",
            )
            .needs(Feature::IommufdFd),
            property(
                "fdgroup",
                ValueType::Text,
                "none",
                "libvirt's name of the group that holds the fd.",
            )
            .needs(Feature::IommufdFdgroup),
            super::endpoints::ALIAS,
        ],
        open: false,
        derived: &[],
        feature: Some(Feature::Iommufd),
        documentation: "An iommufd object: what accelerated vSMMUs and host devices work through.",
    },
];
