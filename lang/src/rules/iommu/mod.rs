//! Rules named `iommu/…`.

mod accel_property;
mod amd;
pub(crate) mod bypass;
mod empty_group;
mod emulated_endpoint;
mod gic;
mod intel;
mod machine_mismatch;
mod migration;
mod multiplicity;
mod needs_acpi;
mod needs_hugepages;
mod needs_kvm;
mod not_accelerated;
pub(crate) mod primary_bus;
mod shared_bus;
mod too_many;
mod uncovered_device;
mod virtio;
mod virtio_bypass;
mod virtio_device;
mod virtio_transitional;
mod x2apic;

use super::{Context, Rule, Value};
use crate::finding::{Applicability, Finding};
use crate::span::Written;
use crate::topology::{IommuModel, MachineIommu, Vm};

/// In the order of the rule book.
pub(super) static RULES: &[&Rule] = &[
    &multiplicity::MULTIPLICITY,
    &machine_mismatch::MACHINE_MISMATCH,
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

/// Offers to turn on what is written off.
fn with_turned_on(finding: Finding, switch: Option<Written<bool>>) -> Finding {
    match switch {
        Some(switch) if !switch.value => {
            finding.with_replacement("turn it on", Applicability::Unsafe, switch.origin, "#true")
        }
        _ => finding,
    }
}

/// Offers to give `iommu` an option that it must have: written off it may be meant.
fn with_option(
    context: &Context<'_>,
    finding: Finding,
    iommu: &MachineIommu,
    name: &str,
    written: Option<Written<bool>>,
) -> Finding {
    let option = format!("{name} #true");
    match written {
        Some(_) => with_turned_on(finding, written),
        None => finding.with_edits(
            format!("add `{option}`"),
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
