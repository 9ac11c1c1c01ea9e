//! `iommu/intel`

use super::x2apic::has_many_vcpus;
use crate::finding::{Applicability, Finding};
use crate::language::InEach;
use crate::rules::{Check, Context, Value, declare_rule};
use crate::span::Written;
use crate::topology::IommuModel;

declare_rule! {
    /// ## What it does
    ///
    /// Checks that `caching-mode` is on when there are host devices, that `eim` is not on without
    /// `intremap`, and that `aw-bits` is 39 or 48.
    ///
    /// ## Why
    ///
    /// Without caching mode the guest does not tell the IOMMU of new mappings, so VFIO could not follow
    /// them. libvirt checks only the second.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="q35" {
    ///     iommufd "iommufd0"
    ///     iommu "intel" {
    ///         intremap #true
    ///     }
    ///     hostdev "nic0" host="06:12.2" iommufd="iommufd0"
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="q35" {
    ///     iommufd "iommufd0"
    ///     iommu "intel" {
    ///         intremap #true
    ///         caching-mode #true
    ///     }
    ///     hostdev "nic0" host="06:12.2" iommufd="iommufd0"
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt accepts it.
    ///
    /// ```xml q35
    /// <iommu model='intel'><driver aw_bits='57'/></iommu>
    /// ```
    ///
    /// libvirt refuses it: `IOMMU eim requires interrupt remapping to be enabled`
    ///
    /// ```xml q35
    /// <iommu model='intel'><driver eim='on'/></iommu>
    /// ```
    ///
    /// QEMU refuses it: `supported values for aw-bits are: 39, 48`
    ///
    /// ```args q35
    /// -device intel-iommu,aw-bits=57
    /// ```
    ///
    /// QEMU would refuse a host device without caching mode (not reproduced: needs a host device): `Device assignment is
    /// not allowed without enabling caching-mode=on for Intel IOMMU.`
    ///
    /// ## References
    ///
    /// - QEMU, `hw/i386/intel_iommu.c`
    pub(crate) static INTEL = {
        name: "iommu/intel",
        summary: "the Intel IOMMU has what its devices need",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let vm = context.vm;
    let Some(iommu) = super::machine_wide(vm, IommuModel::Intel) else { return };
    let is_on = |written: Option<Written<bool>>| written.is_some_and(|on| on.value);
    if let Some(hostdev) =
        vm.hostdevs.first().filter(|_| context.whole && !is_on(iommu.caching_mode))
    {
        let origin = iommu.caching_mode.map_or(iommu.model.origin, |written| written.origin);
        let finding = INTEL
            .at(origin, "host devices need the Intel IOMMU in caching mode")
            .with_label(hostdev.name.origin, "a host device")
            .with_note(
                "QEMU: Device assignment is not allowed without enabling caching-mode=on for Intel IOMMU.",
            )
            .with_help(format!("add `{}`", super::turned_on(context, "caching-mode")));
        findings.push(super::with_option(
            context,
            finding,
            iommu,
            "caching-mode",
            iommu.caching_mode,
        ));
    }
    let unseen = super::unseen_without_acpi(context, &INTEL, iommu, "Intel");
    findings.extend(unseen.map(|finding| finding.with_note(super::STARTS_UNSEEN)));
    // For many vCPUs remapping is on where it is left out.
    let remaps = iommu.intremap.map_or_else(|| has_many_vcpus(vm), |on| on.value);
    // QEMU itself turns it on unless the I/O APIC is KVM's, which is not modelled.
    let is_known =
        iommu.intremap.is_some() || context.say(InEach { kdl: true, libvirt: true, qemu: false });
    let is_alone = context.whole && is_known && !remaps;
    if let Some(eim) = iommu.eim.filter(|eim| eim.value && is_alone) {
        let remapping = super::turned_on(context, "intremap");
        let finding = INTEL
            .at(eim.origin, "`eim` needs interrupt remapping")
            .with_notes(
                context.libvirt_says("IOMMU eim requires interrupt remapping to be enabled"),
            )
            .with_note("QEMU: eim=on cannot be selected without intremap=on");
        findings.push(match iommu.intremap {
            Some(intremap) => {
                let finding = finding
                    .with_label(intremap.origin, "off")
                    .with_help(format!("write `{remapping}`"));
                super::with_turned_on(context, finding, iommu.intremap)
            }
            None => finding.with_help(format!("add `{remapping}`")).with_edits(
                format!("add `{remapping}`"),
                Applicability::Unsafe,
                [context.source.with_child(iommu.origin, "intremap", Value::Switch(true))],
            ),
        });
    }
    if let Some(bits) = iommu.aw_bits.filter(|bits| ![39, 48].contains(&bits.value)) {
        // The fewest that reach as far.
        let enough = if bits.value < 39 { 39 } else { 48 };
        let name = context.say(super::AW_BITS);
        findings.push(
            INTEL
                .at(bits.origin, format!("`{name}` is {}, not 39 or 48", bits.value))
                .with_note("QEMU: Legacy mode: supported values for aw-bits are: 39, 48")
                .with_help("48 reaches all memory a guest can have; 39 reaches 512 GiB")
                .with_edits(
                    format!("write {enough}"),
                    Applicability::Unsafe,
                    [context.source.with_value(bits.origin, Value::Number(enough))],
                ),
        );
    }
}
