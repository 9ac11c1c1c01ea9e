//! Rules named `iommu/…`.

mod accel_property;
mod amd;
pub(crate) mod bypass;
mod dropped_instance;
mod empty_group;
mod emulated_endpoint;
mod gic;
mod intel;
mod lost_acceleration;
mod machine_mismatch;
mod migration;
mod multiplicity;
mod needs_acpi;
mod needs_hugepages;
mod needs_kvm;
mod not_accelerated;
mod pci_bus;
pub(crate) mod primary_bus;
mod shared_bus;
mod too_many;
mod uncovered_device;
mod virtio;
mod virtio_bypass;
mod virtio_device;
mod virtio_transitional;
mod x2apic;

pub(crate) use accel_property::ACCEL_PROPERTY;
pub(crate) use dropped_instance::DROPPED_INSTANCE;
pub(crate) use intel::INTEL;
pub(crate) use lost_acceleration::LOST_ACCELERATION;
pub(crate) use machine_mismatch::MACHINE_MISMATCH;
pub(crate) use pci_bus::PCI_BUS;
pub(crate) use virtio::VIRTIO;

use super::{Context, Rule, Value};
use crate::finding::{Applicability, Finding};
use crate::language::InEach;
use crate::span::Written;
use crate::topology::{IommuModel, MachineIommu, Vm};

/// In the order of the rule book.
pub(super) static RULES: &[&Rule] = &[
    &multiplicity::MULTIPLICITY,
    &dropped_instance::DROPPED_INSTANCE,
    &lost_acceleration::LOST_ACCELERATION,
    &machine_mismatch::MACHINE_MISMATCH,
    &pci_bus::PCI_BUS,
    &accel_property::ACCEL_PROPERTY,
    &not_accelerated::NOT_ACCELERATED,
    &emulated_endpoint::EMULATED_ENDPOINT,
    &shared_bus::SHARED_BUS,
    &primary_bus::PRIMARY_BUS,
    &bypass::BYPASS,
    &too_many::TOO_MANY,
    &empty_group::EMPTY_GROUP,
    &uncovered_device::UNCOVERED_DEVICE,
    &virtio_bypass::VIRTIO_BYPASS,
    &virtio_transitional::VIRTIO_TRANSITIONAL,
    &intel::INTEL,
    &amd::AMD,
    &virtio::VIRTIO,
    &needs_acpi::NEEDS_ACPI,
    &needs_kvm::NEEDS_KVM,
    &gic::GIC,
    &x2apic::X2APIC,
    &needs_hugepages::NEEDS_HUGEPAGES,
    &migration::MIGRATION,
];

/// What the width of an IOMMU's addresses is called.
const AW_BITS: InEach<&str> = InEach { kdl: "aw-bits", libvirt: "aw_bits", qemu: "aw-bits" };

/// Offers to turn on what is written off.
fn with_turned_on(
    context: &Context<'_>,
    finding: Finding,
    switch: Option<Written<bool>>,
) -> Finding {
    let off = switch.filter(|switch| !switch.value);
    let on = off.map(|off| context.source.with_value(off.origin, Value::Switch(true)));
    finding.with_edits("turn it on", Applicability::Unsafe, on)
}

/// `name`, a boolean option of an IOMMU, written on.
fn turned_on(context: &Context<'_>, name: &str) -> String {
    context.say(InEach {
        kdl: format!("{name} #true"),
        libvirt: format!("{}='on'", name.replace('-', "_")),
        qemu: format!("{name}=on"),
    })
}

/// Offers to give `iommu` an option that it must have: written off it may be meant.
fn with_option(
    context: &Context<'_>,
    finding: Finding,
    iommu: &MachineIommu,
    name: &str,
    written: Option<Written<bool>>,
) -> Finding {
    match written {
        Some(_) => with_turned_on(context, finding, written),
        None => finding.with_edits(
            format!("add `{}`", turned_on(context, name)),
            Applicability::Safe,
            [context.source.with_child(iommu.origin, name, Value::Switch(true))],
        ),
    }
}

/// The machine-wide IOMMU, if it is of this model, exists on the machine, and has no other beside it.
fn machine_wide(vm: &Vm, model: IommuModel) -> Option<&MachineIommu> {
    match &vm.iommus[..] {
        [iommu] if iommu.model.value == model && vm.can_have(model) && vm.vsmmus.is_empty() => {
            Some(iommu)
        }
        _ => None,
    }
}

/// An IOMMU that only ACPI tables tell the guest of, on a machine without them. `name`: for people.
fn unseen_without_acpi(
    context: &Context<'_>,
    rule: &Rule,
    iommu: &MachineIommu,
    name: &str,
) -> Option<Finding> {
    let acpi = context.vm.acpi.filter(|acpi| !acpi.value)?;
    let finding = rule
        .at(iommu.model.origin, format!("the guest finds the {name} IOMMU by ACPI only"))
        .with_label(acpi.origin, "no ACPI")
        .with_help(context.say(ADD_ACPI));
    Some(finding)
}

/// What turns ACPI on.
const ADD_ACPI: InEach<&str> = InEach {
    kdl: "turn ACPI on",
    libvirt: "add `<acpi/>` to `<features>`",
    qemu: "leave `acpi=off` out",
};

/// What is said where neither program says anything.
const STARTS_UNSEEN: &str = "libvirt and QEMU start this without a word; the guest has no IOMMU";
