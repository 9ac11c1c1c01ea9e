//! What is measured on libvirt, without libvirt; `conformance/tests/placement.rs` asks it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::time::Duration;

use proptest::prelude::*;

use super::{Implicit, Model, Owner, Placement, Reason, Refused, place};
use crate::cpu_time::cpu_time;
use crate::span::FileId;
use crate::topology::Board;
use crate::xml::{Tree, parse};

const ROOT: &str = "<controller type='pci' index='0' model='pcie-root'/>";

fn tree(devices: &str) -> Tree {
    let (tree, findings) =
        parse(format!("<domain><devices>{devices}</devices></domain>"), FileId(0));
    assert_eq!(findings, []);
    tree
}

fn placed(board: Board, devices: &str) -> Placement {
    place(tree(devices).root().unwrap(), board)
}

/// Each device with where it sits.
fn devices(placement: &Placement) -> Vec<String> {
    let device = |placed: &super::PlacedDevice| {
        let address = placed.address.map_or("nowhere".to_owned(), |at| at.value.to_string());
        format!("{} {address}", placed.kind.driver)
    };
    placement.devices.iter().map(device).collect()
}

#[test]
fn a_gap_is_filled_with_ports_on_the_root() {
    let placement = placed(
        Board::Virt,
        &format!(
            "{ROOT}<controller type='pci' index='1' model='pcie-expander-bus'/>\
             <controller type='pci' index='4' model='pcie-root-port'>\
             <address type='pci' bus='1' slot='0'/></controller>"
        ),
    );
    assert!(placement.settled);
    let added: Vec<_> = placement
        .controllers
        .iter()
        .filter(|placed| placed.controller.reason == Some(Reason::Gap))
        .map(|placed| {
            let controller = placed.controller;
            let numbers = (controller.chassis.unwrap().value, controller.port.unwrap().value);
            (controller.index.value, placed.address.unwrap().value.to_string(), numbers)
        })
        .collect();
    let expected =
        [(2, "0000:00:02.0".to_owned(), (2, 16)), (3, "0000:00:02.1".to_owned(), (3, 17))];
    assert_eq!(added, expected);
    assert_eq!(placement.controllers[1].controller.bus_nr.unwrap().value, 254);
}

#[test]
fn a_port_behind_a_pxb_is_used_for_what_has_no_address() {
    let placement = placed(
        Board::Virt,
        &format!(
            "{ROOT}<controller type='pci' index='1' model='pcie-expander-bus'/>\
             <controller type='pci' index='2' model='pcie-root-port'><address type='pci' bus='1' slot='0'/></controller>\
             <disk type='file'><target dev='vda' bus='virtio'/></disk><disk type='file'><target dev='vdb' bus='virtio'/></disk>"
        ),
    );
    assert_eq!(devices(&placement), ["virtio-blk-pci 0000:02:00.0", "virtio-blk-pci 0000:03:00.0"]);
    let added = &placement.controllers[3];
    let disk = placement.devices[1].owner;
    assert_eq!((added.owner, added.controller.reason), (Owner::Added(3), Some(Reason::Room(disk))));
}

#[test]
fn a_controller_that_is_not_listed_becomes_a_port_on_the_root() {
    let placement = placed(
        Board::Virt,
        "<hostdev mode='subsystem' type='pci'><source/><address type='pci' bus='2' slot='0'/></hostdev>",
    );
    let device = placement.devices[0].owner;
    let added = &placement.controllers[2];
    assert_eq!(
        (added.controller.model, added.controller.reason),
        (Model::PcieRootPort, Some(Reason::Named(device)))
    );
    assert_eq!(added.address.unwrap().value.to_string(), "0000:00:01.1");
}

#[test]
fn defaults_of_the_machines() {
    assert_eq!(devices(&placed(Board::Virt, "")), [""; 0]);
    let q35 = ["virtio-balloon-pci 0000:02:00.0", "qemu-xhci 0000:01:00.0", "ahci 0000:00:1f.2"];
    assert_eq!(devices(&placed(Board::Q35, "")), q35);
    let placement = placed(Board::Q35, "");
    assert_eq!(placement.controllers[3].controller.reason, Some(Reason::Spare));
    let pc = ["virtio-balloon-pci 0000:00:02.0", "piix3-usb-uhci 0000:00:01.2"];
    assert_eq!(devices(&placed(Board::Pc, "")), pc);
    assert_eq!(placed(Board::Pc, "").devices[0].owner, Owner::Implicit(Implicit::Memballoon));
}

#[test]
fn each_written_collision_is_a_refusal_of_its_own() {
    let rng = "<rng model='virtio'><address type='pci' bus='1' slot='0'/></rng>";
    let port = "<controller type='pci' index='1' model='pcie-root-port'/>";
    let placement = placed(Board::Virt, &format!("{ROOT}{port}{rng}{rng}{rng}"));
    let first = Owner::Listed(placement.devices[0].owner.position().unwrap());
    let refusals: Vec<_> = placement.refusals.iter().map(|r| (r.owner, r.refused)).collect();
    let twice = Refused::DoubleUse(Some(first));
    assert_eq!(
        refusals,
        [(placement.devices[1].owner, twice), (placement.devices[2].owner, twice)]
    );
    assert_eq!(
        placement.refusals[0].words,
        "XML error: Attempted double use of PCI Address 0000:01:00.0"
    );
    assert!(!placement.settled);
}

#[test]
fn nothing_is_claimed_beside_what_is_unknown() {
    let placement = placed(Board::Virt, "<sound model='theremin'/><rng model='virtio'/>");
    assert_eq!(placement.unknown.len(), 1);
    assert!(!placement.settled);
    assert_eq!(devices(&placement), ["virtio-rng-pci nowhere"]);
}

#[test]
fn many_devices_take_a_time_proportional_to_their_number() {
    for (board, device) in [
        (Board::Virt, "<rng model='virtio'/>"),
        (Board::Pc, "<rng model='virtio'/>"),
        (Board::Q35, "<sound model='ac97'/>"),
        (Board::Virt, "<controller type='scsi'/>"),
        (Board::Pc, "<controller type='usb' model='ich9-uhci1'/>"),
        (Board::Virt, "<disk><target dev='vda' bus='virtio'/></disk>"),
        (Board::Pc, "<rng model='virtio'><address type='pci' bus='1' slot='1'/></rng>"),
    ] {
        let time = |count| {
            let tree = tree(&device.repeat(count));
            cpu_time(|| assert!(place(tree.root().unwrap(), board).devices.len() >= count))
        };
        let (few, many) = (time(1_000), time(16_000));
        // Sixteen times as many; 256 times as long would be quadratic.
        assert!(many < few * 64 + Duration::from_millis(50), "{device}: {few:?}, {many:?}");
    }
}

fn address() -> impl Strategy<Value = String> {
    let number = || prop_oneof![Just(String::new()), "(0x)?[0-9a-f]{1,3}", "[0-9]{1,10}", ".{0,3}"];
    (number(), number(), number()).prop_map(|(bus, slot, function)| {
        let escaped = |text: String| text.replace(['<', '&', '\'', '\u{0}'], "");
        let mut address = "<address type='pci'".to_owned();
        for (name, number) in [("bus", bus), ("slot", slot), ("function", function)] {
            let _ = write!(address, " {name}='{}'", escaped(number));
        }
        address + "/>"
    })
}

fn device() -> impl Strategy<Value = String> {
    let start = prop_oneof![
        Just("<controller type='pci' model='pcie-root-port' index='3'>"),
        Just("<controller type='pci' model='pcie-expander-bus'>"),
        Just("<controller type='pci' model='pci-bridge' index='1000'>"),
        Just("<controller type='pci' model='pcie-root' index='2147483647'>"),
        Just("<controller type='usb' model='ich9-uhci2'>"),
        Just("<controller type='usb' model='ich9-ehci1' index='0'>"),
        Just("<controller type='ide' index='0'>"),
        Just("<controller type='scsi' model='ncr53c90'>"),
        Just("<controller>"),
        Just("<disk><target dev='sdzz' bus='scsi'/>"),
        Just("<disk><target dev='vda'/>"),
        Just("<hostdev type='pci'>"),
        Just("<hostdev type='scsi'>"),
        Just("<video>"),
        Just("<panic model='pvpanic'>"),
        Just("<iommu model='virtio'>"),
        Just("<sound model='ich9'>"),
        Just("<hub>"),
        Just("<channel><target type='virtio'/>"),
    ];
    (start, prop_oneof![Just(String::new()), address()]).prop_map(|(start, address)| {
        let name = start[1..].split([' ', '>']).next().unwrap();
        format!("{start}{address}</{name}>")
    })
}

proptest! {
    #[test]
    fn whatever_is_written_is_placed_or_not(
        devices in proptest::collection::vec(device(), 0..20),
        board in prop_oneof![Just(Board::Virt), Just(Board::Q35), Just(Board::Pc)],
    ) {
        let text = format!("<domain><devices>{}</devices></domain>", devices.concat());
        let (tree, _) = parse(text, FileId(0));
        let Some(domain) = tree.root() else { return Ok(()) };
        let placement = place(domain, board);
        prop_assert_eq!(placement.settled, placement.refusals.is_empty() && placement.unknown.is_empty());
        if placement.settled {
            let mut places: Vec<_> = placement.devices.iter().filter_map(|d| Some(d.address?.value)).collect();
            let ports = placement.controllers.iter().filter(|c| !c.controller.model.is_root());
            places.extend(ports.map(|c| c.address.unwrap().value));
            let count = places.len();
            places.sort_unstable();
            places.dedup();
            prop_assert_eq!(places.len(), count);
        }
    }
}
