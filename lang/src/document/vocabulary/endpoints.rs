//! `hostdev`, `generic-initiator`, `device`.

use super::{NodeKind, NodeSpec, Occurs, PropertySpec, property, required};
use crate::document::ValueType;
use crate::target::Feature;

pub(super) const ALIAS: PropertySpec = property(
    "alias",
    ValueType::Text,
    "libvirt's automatic id",
    "Its id in the output. libvirt keeps only one that begins with `ua-`.",
);
pub(super) const SLOT: PropertySpec = property(
    "slot",
    ValueType::ANY_INTEGER,
    "the lowest free slot of its bus",
    "Slot on the bus it sits on, 0 to 31; behind a port only 0.",
);
pub(super) const FUNCTION: PropertySpec =
    property("function", ValueType::ANY_INTEGER, "0", "Function of the slot, 0 to 7.");

pub(super) const NODES: &[NodeSpec] = &[
    NodeSpec {
        kind: NodeKind::Hostdev,
        name: "hostdev",
        parents: &[
            Some(NodeKind::Vm),
            Some(NodeKind::Vsmmu),
            Some(NodeKind::RootPort),
            Some(NodeKind::DownstreamPort),
        ],
        occurs: Occurs::Often,
        arguments: &[required("id", ValueType::Text)],
        properties: &[
            PropertySpec {
                name: "host",
                value: ValueType::Text,
                required: true,
                default: "",
                feature: None,
                documentation: "Its address on the host, `\"DDDD:BB:SS.F\"` in hexadecimal; `\"BB:SS.F\"` is in domain 0.",
            },
            property(
                "iommufd",
                ValueType::Text,
                "that of the vSMMU it is behind",
                "Name of the iommufd it works through.",
            )
            .needs(Feature::Iommufd),
            property(
                "fd",
                ValueType::FD,
                "QEMU or libvirt opens it",
                "An already open VFIO character device.",
            )
            .needs(Feature::HostdevFd),
            property(
                "managed",
                ValueType::Boolean,
                "#false",
                "Whether libvirt binds and unbinds the VFIO driver.",
            ),
            SLOT,
            FUNCTION,
            property(
                "rombar",
                ValueType::Boolean,
                "the device's own",
                "Whether the guest sees the option ROM.",
            ),
            property(
                "vpasid-cap-offset",
                ValueType::Integer { min: 0, max: 0xfff },
                "QEMU's choice",
                "Where in extended configuration space the PASID capability goes; QEMU only.",
            )
            .needs(Feature::VpasidCapOffset),
            ALIAS,
        ],
        open: false,
        derived: &[],
        feature: None,
        documentation: "A PCI device of the host. In a `vsmmu` or a `vm` it gets a root port of its own; in a `vm` \
                        with a `slot` it sits on the root bus.",
    },
    NodeSpec {
        kind: NodeKind::GenericInitiator,
        name: "generic-initiator",
        parents: &[Some(NodeKind::Hostdev)],
        occurs: Occurs::Once,
        arguments: &[],
        properties: &[PropertySpec {
            name: "nodes",
            value: ValueType::NumberSet,
            required: true,
            default: "",
            feature: Some(Feature::GenericInitiator),
            documentation: "The NUMA cells of the device's own memory, such as `\"2-9\"`.",
        }],
        open: false,
        derived: &[],
        feature: None,
        documentation: "The device has memory of its own, seen as NUMA cells without CPUs.",
    },
    NodeSpec {
        kind: NodeKind::Device,
        name: "device",
        parents: &[
            Some(NodeKind::Vm),
            Some(NodeKind::Vsmmu),
            Some(NodeKind::RootPort),
            Some(NodeKind::DownstreamPort),
        ],
        occurs: Occurs::Often,
        arguments: &[required("id", ValueType::Text)],
        properties: &[
            PropertySpec {
                name: "driver",
                value: ValueType::Text,
                required: true,
                default: "",
                feature: None,
                documentation: "QEMU's driver name, such as `\"virtio-net-pci\"`.",
            },
            SLOT,
            FUNCTION,
            ALIAS,
        ],
        open: true,
        derived: &[
            ("id", "`alias`"),
            ("bus", "where it stands"),
            ("addr", "`slot` and `function`"),
            ("multifunction", "the functions that are written"),
        ],
        feature: None,
        documentation: "An emulated device which takes a PCI address; its further properties go to QEMU unchanged.",
    },
];
