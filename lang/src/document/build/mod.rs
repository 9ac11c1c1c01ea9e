//! From document to model: names what stands in what, and adds the controllers that are implied.

mod endpoints;
mod hierarchy;
mod iommus;
mod machine;
mod names;
#[cfg(test)]
mod tests;

use crate::hash::HashMap;

use self::names::{Double, NameSpace};
use super::element::{Document, Element, ElementId};
use super::vocabulary::NodeKind;
use crate::finding::Finding;
use crate::rules::Source;
use crate::span::Origin;
use crate::topology::{ControllerId, HostdevId, Parent, TargetNode, Topology, Vm, VsmmuId};

/// The model of everything in `document`, which was read from `source`.
#[must_use]
pub fn build(document: &Document, source: &dyn Source) -> (Topology, Vec<Finding>) {
    let mut builder = Builder {
        document,
        source,
        groups: hierarchy::groups(document),
        built: Vec::with_capacity(document.elements.len()),
        topology: Topology::default(),
        names: HashMap::default(),
        doubles: Vec::new(),
        occupants: HashMap::default(),
        spare_in_vm: 0,
        spare_in_file: 0,
        findings: Vec::new(),
    };
    for (id, element) in (0..).map(ElementId).zip(&document.elements) {
        let built = builder.element(id, element);
        builder.built.push(built);
    }
    builder.rename_doubles();
    (builder.topology, builder.findings)
}

struct Builder<'a> {
    document: &'a Document,
    source: &'a dyn Source,
    /// The `pxb` and the `on-root-bus` of each vSMMU group.
    groups: HashMap<ElementId, hierarchy::Group>,
    /// What has been made of each element so far.
    built: Vec<Built>,
    topology: Topology,
    /// Names in use.
    names: HashMap<(NameSpace, &'a str), Origin>,
    /// The findings of names that were taken, by their positions, and where each stands.
    doubles: Vec<Double<'a>>,
    /// The first thing in each port of the vm being built: whether it is a switch, and where it is written.
    occupants: HashMap<ControllerId, (bool, Origin)>,
    /// How many spare ports the vm being built has so far.
    spare_in_vm: i64,
    /// How many spare ports the file has so far.
    spare_in_file: i64,
    findings: Vec<Finding>,
}

/// What has been made of an element.
#[derive(Clone, Copy, Debug)]
enum Built {
    /// A vm, by its position.
    Vm,
    /// A machine-wide IOMMU, by its position.
    Iommu(usize),
    /// A vSMMU group; what is plugged into it goes to this bus.
    Vsmmu(VsmmuId, Parent),
    /// A controller.
    Controller(ControllerId),
    /// A host device.
    Hostdev(HostdevId),
    /// Something that nothing refers to.
    Other,
}

impl<'a> Builder<'a> {
    fn element(&mut self, id: ElementId, element: &'a Element) -> Built {
        use NodeKind as Kind;
        match element.kind {
            Kind::Target => self.target(element),
            Kind::Vm => self.vm(element),
            Kind::Memory
            | Kind::Vcpus
            | Kind::Cpu
            | Kind::Firmware
            | Kind::Accelerator
            | Kind::Gic
            | Kind::MemoryBacking
            | Kind::MmioWindow
            | Kind::Numa
            | Kind::Cell
            | Kind::Distance => self.machine_setting(element),
            Kind::Iommufd => self.iommufd(element),
            Kind::Iommu => self.iommu(element),
            Kind::Intremap
            | Kind::CachingMode
            | Kind::Eim
            | Kind::Iotlb
            | Kind::DmaTranslation
            | Kind::Xtsup
            | Kind::Passthrough
            | Kind::DmaRemap
            | Kind::AwBits
            | Kind::Granule => self.iommu_option(element),
            Kind::Vsmmu => self.vsmmu(id, element),
            Kind::Accel => self.acceleration(element),
            // Both were taken with their group.
            Kind::GroupPxb | Kind::OnRootBus => Built::Other,
            Kind::SparePorts => self.spare_ports(element),
            Kind::Switch => {
                self.occupy(element);
                self.controller(element)
            }
            Kind::Pxb | Kind::RootPort | Kind::DownstreamPort => self.controller(element),
            Kind::Hostdev => self.hostdev(element),
            Kind::GenericInitiator => self.generic_initiator(element),
            Kind::Device => self.device(element),
        }
    }

    fn target(&mut self, element: &Element) -> Built {
        self.topology.target = Some(TargetNode {
            libvirt: element.get("libvirt"),
            qemu: element.get("qemu"),
            origin: element.origin,
        });
        Built::Other
    }

    /// What was made of the element this one stands in.
    fn parent(&self, element: &Element) -> Built {
        element.parent.map_or(Built::Other, |id| self.built[id.0 as usize])
    }

    /// The vm being built: elements of a vm come before the next vm.
    fn current(&mut self) -> Option<&mut Vm> {
        self.topology.vms.last_mut()
    }
}
