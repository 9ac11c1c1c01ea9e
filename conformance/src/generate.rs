//! Random right files: topologies a user could have meant, as KDL text.

use std::fmt::Write as _;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// A file with one vm, right in every respect.
pub fn file() -> impl Strategy<Value = String> {
    prop_oneof![4 => arm(), 1 => arm_machine_wide(), 2 => x86()]
}

/// What a group holds.
#[derive(Clone, Debug)]
enum Member {
    /// A host device in a port of its own.
    Hostdev,
    /// A root port with several functions of one device.
    Functions(u8),
    /// A root port with a switch of so many downstream ports, each with a host device.
    Switch(u8),
    /// Empty ports.
    Spare(u8),
    /// Two root ports as functions of one slot.
    SharedSlot,
}

fn member() -> impl Strategy<Value = Member> {
    prop_oneof![
        5 => Just(Member::Hostdev),
        1 => (2u8..=4).prop_map(Member::Functions),
        1 => (1u8..=3).prop_map(Member::Switch),
        1 => (1u8..=2).prop_map(Member::Spare),
        1 => Just(Member::SharedSlot),
    ]
}

/// `accel` with every value that decides anything, or some left to the host.
fn accel() -> impl Strategy<Value = String> {
    let switch = || prop_oneof![Just("#true"), Just("#false"), Just("\"auto\"")];
    let ssidsize = prop_oneof![(0u8..=20).prop_map(|n| n.to_string()), Just("\"auto\"".to_owned())];
    let oas = prop_oneof![Just("44"), Just("48"), Just("\"auto\"")];
    prop_oneof![
        Just(String::new()),
        Just("accel\n".to_owned()),
        (option::of(switch()), option::of(switch()), option::of(ssidsize), option::of(oas))
            .prop_map(|(ats, ril, ssidsize, oas)| {
                let mut line = "accel".to_owned();
                let mut property = |name: &str, value: Option<&str>| {
                    if let Some(value) = value {
                        let _ = write!(line, " {name}={value}");
                    }
                };
                property("ats", ats);
                property("ril", ril);
                property("ssidsize", ssidsize.as_deref());
                property("oas", oas);
                line + "\n"
            }),
    ]
}

/// A group: its `accel` line, whether its PXB has a NUMA cell, and what it holds beside one device.
fn group() -> impl Strategy<Value = (String, bool, Vec<Member>)> {
    (accel(), any::<bool>(), vec(member(), 0..3))
}

/// An Arm vm with vSMMU groups.
fn arm() -> impl Strategy<Value = String> {
    let numa = any::<bool>();
    let initiators = any::<bool>();
    let window = option::of(prop_oneof![Just("512GiB"), Just("1TiB"), Just("4TiB")]);
    let root_group = option::weighted(0.2, accel());
    (vec(group(), 1..6), numa, initiators, window, root_group).prop_map(
        |(groups, numa, initiators, window, root_group)| {
            let mut writer = Writer::new("virt");
            if let Some(window) = window {
                writer.line(&format!("mmio-window \"{window}\""));
            }
            if numa {
                writer.line("numa {");
                writer.line("cell 0 cpus=\"0-1\" memory=\"512MiB\"");
                writer.line("cell 1 cpus=\"2-3\" memory=\"512MiB\"");
                writer.line("}");
            }
            writer.line("iommufd \"iommufd0\"");
            if let Some(accel) = root_group {
                writer.line("vsmmu \"root\" iommufd=\"iommufd0\" {");
                writer.line("on-root-bus");
                writer.text.push_str(&accel);
                writer.hostdev("");
                writer.line("}");
            }
            let mut cells = 2;
            for (position, (accel, has_node, members)) in groups.iter().enumerate() {
                writer.line(&format!("vsmmu \"smmu{position}\" iommufd=\"iommufd0\" {{"));
                writer.text.push_str(accel);
                if numa && *has_node {
                    writer.line(&format!("pxb numa-node={}", position % 2));
                }
                if numa && initiators && *has_node {
                    let first = cells;
                    cells += 8;
                    writer.hostdev(&format!(
                        "{{ generic-initiator nodes=\"{first}-{}\"; }}",
                        cells - 1
                    ));
                } else {
                    writer.hostdev("");
                }
                for member in members {
                    writer.member(member);
                }
                writer.line("}");
            }
            writer.finish()
        },
    )
}

/// An Arm vm with one IOMMU for the whole machine.
fn arm_machine_wide() -> impl Strategy<Value = String> {
    let smmuv3 = Just("iommu \"smmuv3\"\n".to_owned());
    let granule = prop_oneof![Just("4KiB"), Just("16KiB"), Just("64KiB"), Just("host")];
    let virtio = (option::of(granule), option::of(32u8..=64)).prop_map(|(granule, aw_bits)| {
        let mut text = "iommu \"virtio\" {\n".to_owned();
        if let Some(granule) = granule {
            let _ = writeln!(text, "granule \"{granule}\"");
        }
        if let Some(aw_bits) = aw_bits {
            let _ = writeln!(text, "aw-bits {aw_bits}");
        }
        text + "}\n"
    });
    (prop_oneof![smmuv3, virtio], 0usize..4, 0usize..3).prop_map(|(iommu, ports, hostdevs)| {
        let mut writer = Writer::new("virt");
        writer.line("iommufd \"iommufd0\"");
        writer.text.push_str(&iommu);
        for _ in 0..ports {
            writer.line("root-port");
        }
        if iommu.contains("virtio") {
            for _ in 0..=hostdevs {
                writer.hostdev("iommufd=\"iommufd0\"");
            }
            writer.finish()
        } else {
            writer.finish().replace("iommufd \"iommufd0\"\n", "")
        }
    })
}

/// An x86 vm: intel, virtio or none, host devices on the root bus, in ports and below a PXB.
fn x86() -> impl Strategy<Value = String> {
    let intel =
        (any::<bool>(), option::of(any::<bool>()), option::of(prop_oneof![Just(39), Just(48)]))
            .prop_map(|(intremap, iotlb, aw_bits)| {
                let mut text =
                    format!("iommu \"intel\" {{\nintremap #{intremap}\ncaching-mode #true\n");
                if intremap {
                    text.push_str("eim #true\n");
                }
                if let Some(iotlb) = iotlb {
                    let _ = writeln!(text, "iotlb #{iotlb}");
                }
                if let Some(aw_bits) = aw_bits {
                    let _ = writeln!(text, "aw-bits {aw_bits}");
                }
                text + "}\n"
            });
    let iommu = prop_oneof![3 => intel, 1 => Just("iommu \"virtio\"\n".to_owned()), 1 => Just(String::new())];
    (iommu, 1usize..4, vec(4u8..=30, 0..2), 0usize..3).prop_map(
        |(iommu, in_ports, slots, below)| {
            let mut writer = Writer::new("q35");
            writer.line("iommufd \"iommufd0\"");
            writer.text.push_str(&iommu);
            for slot in slots {
                writer.hostdev(&format!("iommufd=\"iommufd0\" slot={slot}"));
            }
            for _ in 0..in_ports {
                writer.hostdev("iommufd=\"iommufd0\"");
            }
            if below > 0 {
                writer.line("pxb {");
                for _ in 0..below {
                    writer.line("root-port {");
                    writer.hostdev("iommufd=\"iommufd0\"");
                    writer.line("}");
                }
                writer.line("}");
            }
            writer.finish()
        },
    )
}

/// Writes a file, naming host devices as it goes.
struct Writer {
    text: String,
    hostdevs: u16,
}

impl Writer {
    fn new(machine: &str) -> Self {
        let text = format!("vm \"generated\" machine=\"{machine}\" {{\nmemory \"1GiB\"\nvcpus 4\n");
        Self { text, hostdevs: 0 }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// A host device nobody else has, with `rest` behind its address.
    fn hostdev(&mut self, rest: &str) {
        let number = self.hostdevs;
        self.function(number, 0, rest);
        self.hostdevs += 1;
    }

    fn function(&mut self, number: u16, function: u8, rest: &str) {
        self.line(&format!(
            "hostdev \"dev{number}f{function}\" host=\"{number:04x}:01:00.{function}\" {rest}"
        ));
    }

    fn member(&mut self, member: &Member) {
        match member {
            Member::Hostdev => self.hostdev(""),
            Member::Functions(count) => {
                self.line("root-port {");
                for function in 0..*count {
                    self.function(self.hostdevs, function, "");
                }
                self.hostdevs += 1;
                self.line("}");
            }
            Member::Switch(ports) => {
                self.line("root-port {\nswitch {");
                for _ in 0..*ports {
                    self.line("downstream-port {");
                    self.hostdev("");
                    self.line("}");
                }
                self.line("}\n}");
            }
            Member::Spare(count) => self.line(&format!("spare-ports {count}")),
            Member::SharedSlot => {
                let slot = 20 + self.hostdevs % 8;
                for function in 0..2 {
                    self.line(&format!("root-port slot={slot} function={function} {{"));
                    self.hostdev("");
                    self.line("}");
                }
            }
        }
    }

    fn finish(mut self) -> String {
        self.line("}");
        self.text
    }
}
