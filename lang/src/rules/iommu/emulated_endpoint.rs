//! `iommu/emulated-endpoint`

use crate::finding::Finding;
use crate::language::InEach;
use crate::rules::coverage::Coverage;
use crate::rules::{Check, Context, declare_rule};
use crate::topology::RootComplex;

declare_rule! {
    /// ## What it does
    ///
    /// Checks that no emulated device other than a bridge is behind an accelerated vSMMU.
    ///
    /// ## Why
    ///
    /// QEMU refuses it; a controller (USB, SCSI, …) there even makes QEMU abort, because libvirt writes it
    /// before the vSMMU. A vSMMU with `on-root-bus` has all of the root bus behind it, ports outside
    /// the `vsmmu` included.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
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
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    ///     root-port {
    ///         device "net0" driver="virtio-net-pci"
    ///     }
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt accepts it.
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-expander-bus'><target busNr='252'/></controller>
    /// <controller type='pci' index='2' model='pcie-root-port'><address type='pci' bus='1' slot='0'/></controller>
    /// <rng model='virtio'><backend model='random'>/dev/urandom</backend><address type='pci' bus='2' slot='0'/></rng>
    /// <iommu model='smmuv3'><driver pciBus='1' accel='on' ats='on' ril='on' ssidsize='0' oas='44'/></iommu>
    /// ```
    ///
    /// QEMU would refuse it (not reproduced: needs KVM on Arm): `Emulated endpoint devices are not allowed when using
    /// arm-smmuv3,accel=on`.
    ///
    /// ## References
    ///
    /// - QEMU, `hw/arm/smmuv3-accel.c`
    pub(super) static EMULATED_ENDPOINT = {
        name: "iommu/emulated-endpoint",
        summary: "emulated devices are not behind an accelerated vSMMU",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let coverage = Coverage::of(context.vm);
    for device in &context.vm.devices {
        let Some((_, vsmmu)) = coverage.over(device.parent) else { continue };
        let Some(driver) = &device.driver else { continue };
        let is_emulated = !device.is_bridge() && !driver.value.starts_with("vfio-");
        if !vsmmu.acceleration.enabled || !is_emulated {
            continue;
        }
        let help = match vsmmu.root_complex {
            RootComplex::Root => context.say(InEach {
                kdl: "leave `on-root-bus` out, or put the device below a `pxb` outside every `vsmmu`: \
                      `pxb { root-port { device … } }`",
                libvirt: "let `pciBus` be the `index` of a PXB, or put the device behind a root port of a \
                          PXB without a vSMMU",
                qemu: "let `primary-bus=` be the `id` of a PXB, or put the device behind a root port \
                       of a PXB without a vSMMU",
            }),
            RootComplex::Pxb(_) => context.say(InEach {
                kdl: "put it into a `root-port` outside the `vsmmu`",
                libvirt: "give it an `<address>` on the `bus` of a root port outside this PXB",
                qemu: "give it the `bus=` of a root port outside this PXB",
            }),
        };
        findings.push(
            EMULATED_ENDPOINT
                .at(
                    device.name.origin,
                    format!(
                        "emulated device `{}` is behind the accelerated vSMMU `{}`",
                        device.name.value, vsmmu.name.value
                    ),
                )
                .with_label(
                    vsmmu.on_root_bus.unwrap_or(vsmmu.name.origin),
                    match vsmmu.on_root_bus {
                        Some(_) => "the root bus, and every port on it, is behind this vSMMU",
                        None => "only host devices may be behind it",
                    },
                )
                .with_note(
                    "QEMU: Emulated endpoint devices are not allowed when using arm-smmuv3,accel=on",
                )
                .with_help(help),
        );
    }
}
