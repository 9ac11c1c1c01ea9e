//! libvirt's command line, changed so that it can be started without the hardware, files and sockets it names.

use serde_json::{Map, Value, json};

use crate::argv::{Argument, arguments};

/// QEMU's words for an accelerated SMMU on a machine that cannot have one.
pub(crate) const ACCELERATION_WALL: &str = "accel=on requires KVM";

/// Options about the run and not the machine, or about what only firmware and guest see.
const LEFT_OUT: [&str; 17] = [
    "-S",
    "-msg",
    "-sandbox",
    "-display",
    "-spice",
    "-vnc",
    "-mon",
    "-kernel",
    "-initrd",
    "-append",
    "-dtb",
    "-bios",
    "-acpitable",
    "-fw_cfg",
    "-tpmdev",
    "-pidfile",
    "-loadvm",
];

/// Objects that open something of the host, and libvirt's own monitor.
const HOST_OBJECTS: [&str; 9] = [
    "monitor-qmp",
    "secret",
    "iommufd",
    "tls-creds-x509",
    "input-linux",
    "pr-manager-helper",
    "sev-guest",
    "tdx-guest",
    "authz-list",
];

/// Devices that open something of the host and are no PCI devices: they take no place that matters.
const HOST_DEVICES: [&str; 7] = [
    "usb-host",
    "tpm-tis",
    "tpm-tis-device",
    "tpm-crb",
    "ccid-card-passthru",
    "scsi-block",
    "scsi-generic",
];

/// PCI devices that open something of the host: an emulated one takes their place.
const HOST_PCI_DEVICES: [&str; 8] = [
    "vfio-pci",
    "vfio-pci-nohotplug",
    "vfio-user-pci",
    "vhost-vsock-pci",
    "vhost-vsock-pci-non-transitional",
    "vhost-user-",
    "vhost-scsi-pci",
    "ivshmem-doorbell",
];

/// What an accelerated SMMU has beyond an emulated one.
const OF_ACCELERATION: [&str; 6] = ["accel", "ats", "ril", "ssidsize", "oas", "cmdqv"];

/// The program and its arguments, as they can be started here, with SMMUs accelerated or not.
///
/// Emulated devices stand in for those of the host, empty back ends for files, sockets and host memory; there is no
/// firmware, no monitor and no KVM. What is about the topology is as libvirt wrote it.
#[must_use]
pub(crate) fn startable(words: &[String], accelerated: bool) -> Option<(&str, Vec<String>)> {
    let program = words.iter().find(|word| word.contains("/qemu-system-"))?;
    let mut kept = vec!["-msg".to_owned(), "timestamp=off".to_owned()];
    for argument in arguments(words) {
        if let Some(argument) = without_the_host(argument, accelerated) {
            kept.push(argument.option);
            kept.extend(argument.value);
        }
    }
    Some((program.rsplit('/').next().unwrap_or(program), kept))
}

fn without_the_host(argument: Argument, accelerated: bool) -> Option<Argument> {
    let Argument { option, value } = argument;
    if LEFT_OUT.contains(&option.as_str()) {
        return None;
    }
    let Some(value) = value else {
        return Some(Argument { option, value: None });
    };
    let value = match option.as_str() {
        "-accel" => "tcg".to_owned(),
        "-cpu" if value.starts_with("host") => "max".to_owned(),
        "-machine" => machine(&value),
        "-device" => device(&value, accelerated)?,
        "-object" => object(&value)?,
        "-blockdev" => block_device(&value)?,
        "-chardev" => format!("null,id={}", id_of(&value)?),
        "-netdev" => json!({ "type": "hubport", "hubid": 0, "id": id_of(&value)? }).to_string(),
        "-audiodev" => json!({ "driver": "none", "id": id_of(&value)? }).to_string(),
        "-fsdev" => format!("synth,id={}", id_of(&value)?),
        _ => value,
    };
    Some(Argument { option, value: Some(value) })
}

/// Without firmware, and without memory that only hardware encrypts.
fn machine(value: &str) -> String {
    let of_the_host = ["pflash0=", "pflash1=", "accel=", "confidential-guest-support="];
    let kept: Vec<&str> = value
        .split(',')
        .filter(|item| !of_the_host.iter().any(|key| item.starts_with(key)))
        .collect();
    kept.join(",")
}

fn device(value: &str, accelerated: bool) -> Option<String> {
    let Some(mut properties) = object_of(value) else {
        return match value.split_once(',') {
            Some((driver, rest)) if is_of_the_host(driver) => Some(place_in_words(rest)),
            _ => Some(value.to_owned()),
        };
    };
    let driver = properties.get("driver").and_then(Value::as_str).unwrap_or_default().to_owned();
    if HOST_DEVICES.contains(&driver.as_str()) {
        return None;
    }
    if is_of_the_host(&driver) {
        let place = ["id", "bus", "addr", "multifunction", "acpi-index"];
        properties.retain(|key, _| place.contains(&key.as_str()));
        properties.insert("driver".to_owned(), "virtio-rng-pci".into());
    }
    if driver == "arm-smmuv3" && !accelerated {
        properties.retain(|key, _| !OF_ACCELERATION.contains(&key.as_str()));
    }
    Some(Value::from(properties).to_string())
}

fn is_of_the_host(driver: &str) -> bool {
    HOST_PCI_DEVICES
        .iter()
        .any(|name| driver == *name || (name.ends_with('-') && driver.starts_with(name)))
}

/// The same in the older form, which only `qemu:commandline` has.
fn place_in_words(rest: &str) -> String {
    let place = ["id=", "bus=", "addr=", "multifunction=", "acpi-index="];
    let kept = rest.split(',').filter(|item| place.iter().any(|key| item.starts_with(key)));
    std::iter::once("virtio-rng-pci").chain(kept).collect::<Vec<_>>().join(",")
}

fn object(value: &str) -> Option<String> {
    let Some(mut properties) = object_of(value) else {
        return Some(value.to_owned());
    };
    let kind = properties.get("qom-type").and_then(Value::as_str).unwrap_or_default().to_owned();
    if HOST_OBJECTS.contains(&kind.as_str()) {
        return None;
    }
    match kind.as_str() {
        "rng-random" | "rng-egd" => {
            properties.retain(|key, _| key == "id");
            properties.insert("qom-type".to_owned(), "rng-builtin".into());
        }
        // A guest may be larger than this machine: nothing of its memory is touched.
        "memory-backend-file" | "memory-backend-memfd" | "memory-backend-ram" => {
            properties.retain(|key, _| ["id", "size", "share"].contains(&key.as_str()));
            properties.insert("qom-type".to_owned(), "memory-backend-ram".into());
            properties.insert("reserve".to_owned(), false.into());
        }
        _ => {}
    }
    Some(Value::from(properties).to_string())
}

/// An empty disk; none for firmware.
fn block_device(value: &str) -> Option<String> {
    let properties = object_of(value)?;
    let name = properties.get("node-name")?.as_str()?;
    if name.starts_with("libvirt-pflash") {
        return None;
    }
    let read_only = properties.get("read-only").and_then(Value::as_bool).unwrap_or_default();
    let disk =
        json!({ "driver": "null-co", "size": 1 << 30, "node-name": name, "read-only": read_only });
    Some(disk.to_string())
}

fn object_of(value: &str) -> Option<Map<String, Value>> {
    serde_json::from_str(value).ok()
}

/// The id of a back end, written either way; libvirt's own monitor is none of the machine.
fn id_of(value: &str) -> Option<String> {
    let id = match object_of(value) {
        Some(properties) => properties.get("id")?.as_str()?.to_owned(),
        None => value.split(',').find_map(|item| item.strip_prefix("id="))?.to_owned(),
    };
    (id != "charmonitor").then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn started(words: &[&str], accelerated: bool) -> Vec<String> {
        let words: Vec<String> = std::iter::once(&"/usr/bin/qemu-system-aarch64")
            .chain(words)
            .map(|&word| word.to_owned())
            .collect();
        startable(&words, accelerated).expect("there is a program").1.split_off(2)
    }

    #[test]
    fn an_emulated_device_takes_the_place_of_the_hosts() {
        let words = [
            "-device",
            r#"{"driver":"vfio-pci","id":"hostdev0","iommufd":"iommufd0","bus":"pci.3","addr":"0x0"}"#,
        ];
        assert_eq!(
            started(&words, false),
            [
                "-device",
                r#"{"addr":"0x0","bus":"pci.3","driver":"virtio-rng-pci","id":"hostdev0"}"#
            ]
        );
    }

    #[test]
    fn what_only_the_host_has_is_left_out() {
        let words = [
            "-machine",
            "virt,usb=off,pflash0=a,gic-version=3",
            "-accel",
            "kvm",
            "-object",
            r#"{"qom-type":"iommufd","id":"iommufd0"}"#,
            "-chardev",
            "socket,id=charmonitor,fd=3",
            "-mon",
            "chardev=charmonitor,id=monitor",
            "-no-shutdown",
        ];
        assert_eq!(
            started(&words, true),
            ["-machine", "virt,usb=off,gic-version=3", "-accel", "tcg", "-no-shutdown"]
        );
    }

    #[test]
    fn an_smmu_keeps_its_bus_without_its_acceleration() {
        let smmu = r#"{"accel":true,"driver":"arm-smmuv3","id":"iommu0","primary-bus":"pci.1","ssidsize":"16"}"#;
        assert_eq!(started(&["-device", smmu], true), ["-device", smmu]);
        assert_eq!(
            started(&["-device", smmu], false),
            ["-device", r#"{"driver":"arm-smmuv3","id":"iommu0","primary-bus":"pci.1"}"#]
        );
    }
}
