//! `iommu/virtio`

use crate::finding::{Applicability, Finding};
use crate::language::InEach;
use crate::rules::{Check, Context, Value, declare_rule};
use crate::topology::{Granule, IommuModel, Size};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that `aw-bits` is 32 to 64, and the granule 4, 8, 16 or 64 KiB, or that of the host.
    ///
    /// ## Why
    ///
    /// Both programs refuse other values.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommu "virtio" {
    ///         granule "32KiB"
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommu "virtio" {
    ///         granule "64KiB"
    ///     }
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt refuses it: `iommu: unsupported granule size. Supported values are 4, 8, 16 and 64 KiB`
    ///
    /// ```xml
    /// <iommu model='virtio'><driver><granule size='32' unit='KiB'/></driver></iommu>
    /// ```
    ///
    /// libvirt refuses it: `aw-bits must be within [32,64]`
    ///
    /// ```xml
    /// <iommu model='virtio'><driver aw_bits='31'/></iommu>
    /// ```
    ///
    /// QEMU refuses it: `Parameter 'granule' does not accept value '32k'`
    ///
    /// ```args
    /// -device virtio-iommu-pci,granule=32k
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `src/qemu/qemu_validate.c`
    /// - QEMU, `hw/virtio/virtio-iommu.c`
    pub(crate) static VIRTIO = {
        name: "iommu/virtio",
        summary: "options of the virtio IOMMU are in range",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

/// In KiB (libvirt, `src/conf/domain_conf.c`).
const GRANULES: [u64; 4] = [4, 8, 16, 64];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(iommu) = super::machine_wide(context.vm, IommuModel::Virtio) else { return };
    if let Some(bits) = iommu.aw_bits.filter(|bits| !(32..=64).contains(&bits.value)) {
        let nearest = bits.value.clamp(32, 64);
        let name = context.say(super::AW_BITS);
        findings.push(
            VIRTIO
                .at(bits.origin, format!("`{name}` is {}, not 32 to 64", bits.value))
                .with_notes(context.libvirt_says("aw-bits must be within [32,64]"))
                .with_notes(context.qemu_alone_says("aw-bits must be within [32,64]"))
                .with_help("leave it out to have QEMU's default")
                .with_edits(
                    format!("write {nearest}"),
                    Applicability::Unsafe,
                    [context.source.with_value(bits.origin, Value::Number(nearest))],
                ),
        );
    }
    if let Some(granule) = iommu.granule
        && let Granule::Size(size) = granule.value
        && !GRANULES.iter().any(|kib| kib << 10 == size.0)
    {
        let nearest =
            GRANULES.iter().min_by_key(|kib| (**kib << 10).abs_diff(size.0)).unwrap_or(&4);
        let word = format!("{nearest}k");
        let amount = Value::Size(Size(nearest << 10));
        let value = context.say(InEach { kdl: amount, libvirt: amount, qemu: Value::Text(&word) });
        findings.push(
            VIRTIO
                .at(granule.origin, format!("the granule is {size}, not 4, 8, 16 or 64 KiB"))
                .with_notes(context.libvirt_says(
                    "iommu: unsupported granule size. Supported values are 4, 8, 16 and 64 KiB",
                ))
                .with_notes(context.qemu_alone_says("Parameter 'granule' does not accept value '…'"))
                .with_help(context.say(InEach {
                    kdl: "write `\"4KiB\"`, `\"8KiB\"`, `\"16KiB\"`, `\"64KiB\"`, or `\"host\"` for the host's page size",
                    libvirt: "use one of them, or `<granule mode='host'/>` for the host's page size",
                    qemu: "write `4k`, `8k`, `16k`, `64k`, or `host` for the host's page size",
                }))
                .with_edits(
                    context.say(InEach {
                        kdl: format!("write `\"{nearest}KiB\"`"),
                        libvirt: format!("make it {nearest} KiB"),
                        qemu: format!("write `{word}`"),
                    }),
                    Applicability::Unsafe,
                    [context.source.with_value(granule.origin, value)],
                ),
        );
    }
}
