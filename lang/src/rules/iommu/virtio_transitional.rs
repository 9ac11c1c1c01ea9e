//! `iommu/virtio-transitional`

use super::virtio_device::{
    how_to_modernise, iommu_platform, is_transitional, modern_turned_off, modernised,
    place_of_iommu_platform,
};
use crate::finding::{Applicability, Finding};
use crate::language::InEach;
use crate::rules::coverage::Coverage;
use crate::rules::{Check, Context, declare_rule};
use crate::topology::{Device, Parent};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that a virtio device with `iommu_platform` on is not a transitional one, nor with `disable-modern` a
    /// legacy one. By default it is transitional directly on the root bus, and modern behind a root port.
    ///
    /// ## Why
    ///
    /// A transitional device also speaks the old protocol, which knows nothing of IOMMUs. QEMU does not
    /// start.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommu "smmuv3"
    ///     device "net0" driver="virtio-net-pci" slot=1 iommu_platform=#true
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommu "smmuv3"
    ///     device "net0" driver="virtio-net-pci" slot=1 iommu_platform=#true disable-legacy="on"
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt accepts it.
    ///
    /// ```xml
    /// <rng model='virtio'>
    ///   <driver iommu='on'/>
    ///   <backend model='random'>/dev/urandom</backend>
    ///   <address type='pci' bus='0' slot='5'/>
    /// </rng>
    /// ```
    ///
    /// QEMU refuses it: `VIRTIO_F_IOMMU_PLATFORM was supported by neither legacy nor transitional device`
    ///
    /// ```args
    /// -device virtio-rng-pci,bus=pcie.0,iommu_platform=on
    /// ```
    ///
    /// QEMU refuses it: `VIRTIO_F_IOMMU_PLATFORM was supported by neither legacy nor transitional device`
    ///
    /// ```args
    /// -device pcie-root-port,id=pci.1,bus=pcie.0,chassis=1
    /// -device virtio-rng-pci-transitional,bus=pci.1,iommu_platform=on
    /// ```
    ///
    /// QEMU refuses it: `device cannot work as neither modern nor legacy mode is enabled`
    ///
    /// ```args
    /// -device pcie-root-port,id=pci.1,bus=pcie.0,chassis=1
    /// -device virtio-rng-pci,bus=pci.1,iommu_platform=on,disable-modern=on
    /// ```
    ///
    /// Devices that never were transitional can be anywhere:
    ///
    /// QEMU accepts it.
    ///
    /// ```args
    /// -device virtio-keyboard-pci,bus=pcie.0,iommu_platform=on
    /// ```
    ///
    /// ## References
    ///
    /// - QEMU, `hw/virtio/virtio-pci.c`, `virtio_pci_device_plugged`
    /// - Virtual I/O Device 1.3, 1.3 (legacy interface)
    pub(super) static VIRTIO_TRANSITIONAL = {
        name: "iommu/virtio-transitional",
        summary: "a virtio device behind an IOMMU is not a transitional one",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let coverage = Coverage::of(context.vm);
    for device in context.vm.devices.iter().filter(|device| iommu_platform(device) == Some(true)) {
        // It has to leave for a root port anyway (`iommu/emulated-endpoint`), where it is a modern one.
        if coverage.over(device.parent).is_some_and(|(_, vsmmu)| vsmmu.acceleration.enabled) {
            continue;
        }
        let finding = legacy_only(context, device).or_else(|| transitional(context, device));
        findings.extend(finding.map(|finding| match place_of_iommu_platform(device) {
            Some(origin) => finding.with_label(origin, "for modern devices"),
            None => finding,
        }));
    }
}

fn legacy_only(context: &Context<'_>, device: &Device) -> Option<Finding> {
    let name = &device.name.value;
    let disable_modern = modern_turned_off(device)?;
    let platform = context.say(IOMMU_PLATFORM);
    let mut edits = modernised(context, device, None);
    edits.push(context.source.without_property(disable_modern));
    let finding = VIRTIO_TRANSITIONAL
        .at(
            disable_modern,
            format!("virtio device `{name}` is a legacy one, and cannot have `{platform}`"),
        )
        .with_help(context.say(InEach {
            kdl: "remove `disable-modern`, and write `disable-legacy=\"on\"`",
            libvirt: "make it a modern one, `virtio-non-transitional`",
            qemu: "remove `disable-modern`, and write `disable-legacy=on`",
        }))
        .with_edits("make it a modern device", Applicability::Unsafe, edits);
    Some(if is_transitional(device) {
        finding.with_note(REFUSAL)
    } else {
        finding.with_note("QEMU: device cannot work as neither modern nor legacy mode is enabled")
    })
}

fn transitional(context: &Context<'_>, device: &Device) -> Option<Finding> {
    let name = &device.name;
    let place = match device.parent {
        Parent::Root => " on the root bus",
        Parent::Controller(_) => "",
    };
    is_transitional(device).then(|| {
        VIRTIO_TRANSITIONAL
            .at(
                name.origin,
                format!(
                    "virtio device `{}`{place} is transitional, and cannot have `{}`",
                    name.value,
                    context.say(IOMMU_PLATFORM)
                ),
            )
            .with_note(REFUSAL)
            .with_help(how_to_modernise(context, device))
            .with_edits(
                "make it a modern device",
                Applicability::Unsafe,
                modernised(context, device, None),
            )
    })
}

/// What has a virtio device go through the IOMMU.
const IOMMU_PLATFORM: InEach<&str> =
    InEach { kdl: "iommu_platform", libvirt: "iommu='on'", qemu: "iommu_platform" };

/// What QEMU says (`hw/virtio/virtio-pci.c`).
const REFUSAL: &str =
    "QEMU: VIRTIO_F_IOMMU_PLATFORM was supported by neither legacy nor transitional device";
