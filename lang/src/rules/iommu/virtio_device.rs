//! What QEMU's virtio devices on PCI do with an IOMMU.

use crate::finding::Edit;
use crate::language::InEach;
use crate::rules::{Context, Value};
use crate::span::{Origin, Written};
use crate::topology::{Device, Parent, PropertyValue};

/// The drivers that come as transitional devices too: with `-transitional` and `-non-transitional` at
/// the end, and bare as what their bus asks for (`qemu-system-aarch64 -device help`).
const TRANSITIONAL: [&str; 11] = [
    "virtio-9p-pci",
    "virtio-balloon-pci",
    "virtio-blk-pci",
    "virtio-net-pci",
    "virtio-rng-pci",
    "virtio-scsi-pci",
    "virtio-serial-pci",
    "vhost-scsi-pci",
    "vhost-user-blk-pci",
    "vhost-user-scsi-pci",
    "vhost-vdpa-device-pci",
];

/// virtio devices that are not expected behind an IOMMU: one itself; the balloon, for which Linux turns
/// `VIRTIO_F_ACCESS_PLATFORM` off (`drivers/virtio/virtio_balloon.c`); and memory, which is mapped and not
/// accessed by the device.
const UNTRANSLATED: [&str; 4] = ["virtio-iommu-", "virtio-balloon-", "virtio-mem-", "virtio-pmem-"];

/// Whether it is a virtio device that an IOMMU could translate for.
pub(super) fn is_virtio(device: &Device) -> bool {
    let driver = driver(device);
    driver.starts_with("virtio-") && !UNTRANSLATED.iter().any(|name| driver.starts_with(name))
}

/// Whether `iommu_platform` is written, and on; none when it is left to its default, off.
pub(super) fn iommu_platform(device: &Device) -> Option<bool> {
    property(device, "iommu_platform").map(|written| is_on(&written.value))
}

/// Where `iommu_platform` is written.
pub(super) fn place_of_iommu_platform(device: &Device) -> Option<Origin> {
    property(device, "iommu_platform").map(|written| written.origin)
}

/// Whether QEMU makes it a legacy or transitional device (`virtio_pci_realize`): by its name, by
/// `disable-legacy`, and else on a conventional bus or a root bus.
pub(super) fn is_transitional(device: &Device) -> bool {
    let driver = driver(device);
    if driver.strip_suffix("-transitional").is_some_and(|base| TRANSITIONAL.contains(&base)) {
        return true;
    }
    let disabled = match property(device, "disable-legacy") {
        Some(Written { value: PropertyValue::Text(text), .. }) if text == "auto" => None,
        written => written.map(|written| is_on(&written.value)),
    };
    let is_modern = disabled.unwrap_or(device.parent != Parent::Root);
    TRANSITIONAL.contains(&driver) && !is_modern
}

/// What makes a transitional device a modern one, in the imperative.
pub(super) fn how_to_modernise(context: &Context<'_>, device: &Device) -> String {
    let libvirt = "make it a modern one, `virtio-non-transitional`";
    context.say(match driver(device).strip_suffix("-transitional") {
        Some(base) => InEach {
            kdl: format!("use the driver `{base}-non-transitional`"),
            libvirt: libvirt.to_owned(),
            qemu: format!("use `{base}-non-transitional`"),
        },
        None => InEach {
            kdl: "make it a modern one, `disable-legacy=\"on\"`".to_owned(),
            libvirt: libvirt.to_owned(),
            qemu: "make it a modern one, `disable-legacy=on`".to_owned(),
        },
    })
}

/// Where `disable-modern` is on for a device which could be another, so that it speaks the old protocol
/// only. Those that never were transitional are modern all the same.
pub(super) fn modern_turned_off(device: &Device) -> Option<Origin> {
    let disabled = property(device, "disable-modern").filter(|written| is_on(&written.value))?;
    TRANSITIONAL.contains(&driver(device)).then_some(disabled.origin)
}

/// The edits that make a transitional device a modern one, with `further` properties.
pub(super) fn modernised(
    context: &Context<'_>,
    device: &Device,
    further: Option<(&str, Value<'_>)>,
) -> Vec<Option<Edit>> {
    let origin = device.origin;
    let base = driver(device).strip_suffix("-transitional");
    let legacy = property(device, "disable-legacy");
    let replaced = match (base, legacy, &device.driver) {
        (Some(base), _, Some(driver)) => context
            .source
            .with_value(driver.origin, Value::Text(&format!("{base}-non-transitional"))),
        (_, Some(legacy), _) => context.source.with_value(legacy.origin, Value::Text("on")),
        _ => None,
    };
    let added = replaced.is_none().then_some(("disable-legacy", Value::Text("on")));
    let added: Vec<_> = added.into_iter().chain(further).collect();
    let mut edits: Vec<Option<Edit>> = replaced.into_iter().map(Some).collect();
    if !added.is_empty() {
        edits.push(context.source.with_properties(origin, &added));
    }
    edits
}

fn driver(device: &Device) -> &str {
    device.driver.as_ref().map_or("", |driver| driver.value.as_str())
}

/// The first of that name.
fn property<'vm>(device: &'vm Device, name: &str) -> Option<&'vm Written<PropertyValue>> {
    let mut properties = device.properties.iter();
    properties.find(|(key, _)| key.value == name).map(|(_, written)| written)
}

fn is_on(value: &PropertyValue) -> bool {
    match value {
        PropertyValue::Boolean(on) => *on,
        PropertyValue::Text(text) => text == "on",
        PropertyValue::Integer(_) => false,
    }
}
