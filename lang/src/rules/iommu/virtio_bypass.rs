//! `iommu/virtio-bypass`

use super::virtio_device::{
    how_to_modernise, iommu_platform, is_transitional, is_virtio, modernised,
};
use crate::finding::{Applicability, Finding};
use crate::language::InEach;
use crate::rules::coverage::Coverage;
use crate::rules::{Check, Context, Value, declare_rule};
use crate::topology::{Device, Vsmmu};

declare_rule! {
    /// ## What it does
    ///
    /// Warns of an emulated virtio device behind a vSMMU without acceleration that does not say
    /// whether the vSMMU translates for it: `iommu_platform`.
    ///
    /// ## Why
    ///
    /// A virtio device uses guest physical addresses unless it is told otherwise. It works, and goes
    /// past the vSMMU it was put behind. Where that is meant, write `iommu_platform=#false`.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     vsmmu "smmu0" {
    ///         accel #false
    ///         root-port {
    ///             device "net0" driver="virtio-net-pci"
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     vsmmu "smmu0" {
    ///         accel #false
    ///         root-port {
    ///             device "net0" driver="virtio-net-pci" iommu_platform=#true
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt accepts it. Its name for the property is `<driver iommu='on'/>`.
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-expander-bus'><target busNr='252'/></controller>
    /// <controller type='pci' index='2' model='pcie-root-port'><address type='pci' bus='1' slot='0'/></controller>
    /// <rng model='virtio'><backend model='random'>/dev/urandom</backend><address type='pci' bus='2' slot='0'/></rng>
    /// <iommu model='smmuv3'><driver pciBus='1'/></iommu>
    /// ```
    ///
    /// QEMU accepts it.
    ///
    /// ```args
    /// -device pxb-pcie,id=pci.1,bus=pcie.0,addr=1,bus_nr=252
    /// -device pcie-root-port,id=pci.2,bus=pci.1,chassis=2
    /// -device arm-smmuv3,primary-bus=pci.1
    /// -device virtio-rng-pci,bus=pci.2
    /// ```
    ///
    /// ## References
    ///
    /// - Virtual I/O Device 1.3, 6, `VIRTIO_F_ACCESS_PLATFORM`
    /// - libvirt, `docs/formatdomain.rst`, virtio-related options
    pub(super) static VIRTIO_BYPASS = {
        name: "iommu/virtio-bypass",
        summary: "virtio devices behind a vSMMU are translated for",
        severity: Warning,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if !context.whole {
        return;
    }
    let coverage = Coverage::of(context.vm);
    for device in context.vm.devices.iter().filter(|device| is_virtio(device)) {
        let Some((_, vsmmu)) = coverage.over(device.parent) else { continue };
        if !vsmmu.acceleration.enabled && iommu_platform(device).is_none() {
            findings.push(bypass(context, device, vsmmu));
        }
    }
}

fn bypass(context: &Context<'_>, device: &Device, vsmmu: &Vsmmu) -> Finding {
    let name = &device.name;
    let finding = VIRTIO_BYPASS
        .at(
            name.origin,
            format!("virtio device `{}` goes past vSMMU `{}`", name.value, vsmmu.name.value),
        )
        .with_label(vsmmu.name.origin, "it is behind this one")
        .with_note("libvirt and QEMU start this without a word");
    let on = context.say(InEach {
        kdl: "add `iommu_platform=#true`",
        libvirt: "add `iommu='on'` to its `<driver>`",
        qemu: "add `iommu_platform=on`",
    });
    if is_transitional(device) {
        return finding
            .with_help(format!("{}, and {on}", how_to_modernise(context, device)))
            .with_edits(
                context.say(InEach {
                    kdl: "make it a modern device with `iommu_platform=#true`",
                    libvirt: "make it a modern device with `iommu='on'`",
                    qemu: "make it a modern device with `iommu_platform=on`",
                }),
                Applicability::Unsafe,
                modernised(context, device, Some(("iommu_platform", Value::Switch(true)))),
            );
    }
    let off = context.say(InEach {
        kdl: "iommu_platform=#false",
        libvirt: "iommu='off'",
        qemu: "iommu_platform=off",
    });
    finding.with_help(format!("{on}, or `{off}` if that is meant")).with_edits(
        on,
        Applicability::Unsafe,
        [context.source.with_properties(device.origin, &[("iommu_platform", Value::Switch(true))])],
    )
}
