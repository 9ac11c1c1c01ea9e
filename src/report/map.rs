//! What the guest will see, as JSON for programs.

use iommulint_lang::map::Map;
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    vms: Vec<DescribedVm<'a>>,
}

#[derive(Serialize)]
struct DescribedVm<'a> {
    name: &'a str,
    buses: Vec<DescribedBus<'a>>,
    devices: Vec<DescribedDevice<'a>>,
}

#[derive(Serialize)]
struct DescribedBus<'a> {
    number: u8,
    controller: &'a str,
    window: (u8, u8),
    free: &'a [(u8, u8)],
}

#[derive(Serialize)]
struct DescribedDevice<'a> {
    id: &'a str,
    host: Option<String>,
    guest_address: String,
    bus: u8,
    controller: &'a str,
    vsmmu: Option<&'a str>,
    vsmmu_base: Option<u64>,
    stream_id: Option<u16>,
    numa_node: Option<u32>,
}

/// `{"version": 1, "vms": […]}`
pub(crate) fn json(maps: &[Map]) -> String {
    let document = Document { version: 1, vms: maps.iter().map(describe_vm).collect() };
    let json = serde_json::to_string_pretty(&document).expect("strings, numbers and lists only");
    json + "\n"
}

fn describe_vm(map: &Map) -> DescribedVm<'_> {
    DescribedVm {
        name: &map.name,
        buses: map
            .buses
            .iter()
            .map(|bus| DescribedBus {
                number: bus.number,
                controller: &bus.controller,
                window: bus.window,
                free: &bus.free,
            })
            .collect(),
        devices: map
            .devices
            .iter()
            .map(|device| DescribedDevice {
                id: &device.id,
                host: device.host.map(|host| host.to_string()),
                guest_address: device.guest_address(),
                bus: device.bus,
                controller: &device.controller,
                vsmmu: device.vsmmu.as_deref(),
                vsmmu_base: device.vsmmu_base,
                stream_id: device.stream_id,
                numa_node: device.numa_node,
            })
            .collect(),
    }
}
