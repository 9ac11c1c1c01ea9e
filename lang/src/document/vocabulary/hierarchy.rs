//! `pxb`, `root-port`, `switch`, `downstream-port`.

use super::{NodeKind, NodeSpec, Occurs, PropertySpec, property};
use crate::document::ValueType;
use crate::target::Feature;

const IN_VM: &[Option<NodeKind>] = &[Some(NodeKind::Vm)];
const IN_VSMMU: &[Option<NodeKind>] = &[Some(NodeKind::Vsmmu)];
const IN_ROOT_PORT: &[Option<NodeKind>] = &[Some(NodeKind::RootPort)];
const IN_SWITCH: &[Option<NodeKind>] = &[Some(NodeKind::Switch)];

const INDEX: PropertySpec = property(
    "index",
    ValueType::ANY_INTEGER,
    "the lowest free index above that of the bus it sits on",
    "libvirt's controller index, 1 to 255; the id in the output is `pci.INDEX`.",
);
const CHASSIS: PropertySpec = property(
    "chassis",
    ValueType::ANY_INTEGER,
    "the index",
    "Chassis number, 0 to 255, unique in the vm.",
);
const PORT: PropertySpec =
    property("port", ValueType::ANY_INTEGER, "slot × 8 + function", "Port number, 0 to 255.");
const IO_RESERVE: PropertySpec = property(
    "io-reserve",
    ValueType::Size,
    "the firmware's choice",
    "I/O space kept free behind the port; QEMU only.",
)
.needs(Feature::QemuOnlyProperty);
const PREF64_RESERVE: PropertySpec = property(
    "pref64-reserve",
    ValueType::Size,
    "the firmware's choice",
    "64-bit prefetchable memory kept free behind the port; QEMU only.",
)
.needs(Feature::QemuOnlyProperty);
const SLOT: PropertySpec = super::endpoints::SLOT;
const FUNCTION: PropertySpec = super::endpoints::FUNCTION;
const ALIAS: PropertySpec = super::endpoints::ALIAS;

const PXB_PROPERTIES: &[PropertySpec] = &[
    INDEX,
    property(
        "bus-nr",
        ValueType::ANY_INTEGER,
        "the highest that leaves room, in file order",
        "Number of its root bus, 1 to 254. The numbers up to the next PXB's are its window.",
    ),
    SLOT,
    FUNCTION,
    property(
        "numa-node",
        ValueType::Integer { min: 0, max: 127 },
        "none",
        "The guest NUMA cell it belongs to.",
    ),
    ALIAS,
];
const PORT_PROPERTIES: &[PropertySpec] =
    &[INDEX, CHASSIS, PORT, SLOT, FUNCTION, IO_RESERVE, PREF64_RESERVE, ALIAS];

pub(super) const NODES: &[NodeSpec] = &[
    NodeSpec {
        kind: NodeKind::GroupPxb,
        name: "pxb",
        parents: IN_VSMMU,
        occurs: Occurs::Once,
        arguments: &[],
        properties: PXB_PROPERTIES,
        open: false,
        derived: &[],
        feature: None,
        documentation: "The PCI expander bridge of the group; allocated when absent.",
    },
    NodeSpec {
        kind: NodeKind::Pxb,
        name: "pxb",
        parents: IN_VM,
        occurs: Occurs::Often,
        arguments: &[],
        properties: PXB_PROPERTIES,
        open: false,
        derived: &[],
        feature: None,
        documentation: "A PCI expander bridge outside every vSMMU.",
    },
    NodeSpec {
        kind: NodeKind::RootPort,
        name: "root-port",
        parents: &[Some(NodeKind::Vm), Some(NodeKind::Vsmmu), Some(NodeKind::Pxb)],
        occurs: Occurs::Often,
        arguments: &[],
        properties: PORT_PROPERTIES,
        open: false,
        derived: &[],
        feature: None,
        documentation: "A PCIe root port: empty, with the functions of one device, or with a switch.",
    },
    NodeSpec {
        kind: NodeKind::Switch,
        name: "switch",
        parents: IN_ROOT_PORT,
        occurs: Occurs::Once,
        arguments: &[],
        properties: &[INDEX, ALIAS],
        open: false,
        derived: &[],
        feature: None,
        documentation: "A PCIe switch: its upstream port sits in the root port.",
    },
    NodeSpec {
        kind: NodeKind::DownstreamPort,
        name: "downstream-port",
        parents: IN_SWITCH,
        occurs: Occurs::Often,
        arguments: &[],
        properties: PORT_PROPERTIES,
        open: false,
        derived: &[],
        feature: None,
        documentation: "A downstream port of a switch: empty, or with the functions of one device.",
    },
];
