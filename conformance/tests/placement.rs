//! Everything of a domain is where libvirt puts it, and what libvirt refuses for its place is refused in its words.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use iommulint_conformance::{Argument, Libvirt, arguments, domains};
use iommulint_lang::check::{Settings, check};
use iommulint_lang::finding::Severity;
use iommulint_lang::lower::libvirt as xml;
use iommulint_lang::placement::{
    Address, Given, Implicit, Model, Owner, PlacedController, Placement, place,
};
use iommulint_lang::span::FileId;
use iommulint_lang::target::LibvirtTarget;
use iommulint_lang::topology::{Board, Machine};
use iommulint_lang::xml::{Element, Tree, parse};
use serde_json::Value;

/// How many domains are made up.
const GENERATED: u64 = 320;
/// Of how many of them QEMU's arguments are compared.
const DRIVEN: u64 = 100;

/// What libvirt says when a place is its reason.
const REASONS: [&str; 14] = [
    "The device at PCI address ",
    "Attempted double use of PCI Address ",
    "XML error: Invalid PCI address 0",
    "Invalid PCI address bus=",
    "a PCIe slot is needed",
    "No more available PCI slots",
    "must have PCI address",
    "Multiple 'pci' controllers",
    "pci-root and pcie-root controllers should",
    "The PCI controller with index='0' must be",
    "PCI controller at index ",
    "No free busNr",
    "virtio disk cannot have an address",
    "too high, maximum is 255",
];

#[test]
fn everything_is_where_libvirt_puts_it() {
    let Some(libvirt) = Libvirt::shared() else {
        return;
    };
    let (mut placed, mut refused, mut wrong) = (0, 0, Vec::new());
    for number in 0..GENERATED {
        let text = domains::domain(number);
        match compare(&text, libvirt.define(&text), true) {
            Ok(true) => placed += 1,
            Ok(false) => refused += 1,
            Err(said) => wrong.push(format!("{number}: {said}\n{text}")),
        }
    }
    println!("conformance: {placed} generated domains placed, {refused} refused, as libvirt does");
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n\n"));
    assert!(placed > 100 && refused > 100);
}

#[test]
fn what_is_in_the_corpus_is_where_libvirt_puts_it() {
    let Some(libvirt) = Libvirt::shared() else {
        return;
    };
    let (mut compared, mut wrong) = (0, Vec::new());
    for (name, text) in files() {
        let said = libvirt.define(&text);
        match compare(&text, said, false) {
            Ok(_) => compared += 1,
            Err(said) => wrong.push(format!("{name}: {said}")),
        }
    }
    println!("conformance: {compared} domains of corpus and examples placed as libvirt does");
    assert!(compared > 0);
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn drivers_are_those_that_libvirt_writes() {
    let Some(libvirt) = Libvirt::shared() else {
        return;
    };
    let (mut compared, mut wrong) = (0, Vec::new());
    let rare = rare().map(|(_, text)| text);
    for text in (0..DRIVEN).map(domains::domain).chain(rare) {
        let text = without_aliases(&text);
        let (tree, _) = parse(text.as_str(), FileId(0));
        let domain = tree.root().unwrap();
        // For arguments, libvirt forgets the addresses of interfaces.
        let mut elements = tree.elements();
        if elements.any(|element| element.is("interface") && element.child("address").is_some()) {
            continue;
        }
        let Ok(native) = libvirt.to_native(&text) else { continue };
        let board = board(domain).unwrap();
        let ours = drivers(&place(domain, board), board);
        let theirs: BTreeSet<String> = arguments(&native).iter().filter_map(driver).collect();
        match differences(&theirs, &ours) {
            Ok(()) => compared += 1,
            Err(said) => wrong.push(format!("{said}\n{text}")),
        }
    }
    println!("conformance: {compared} domains with the drivers that libvirt writes");
    assert!(compared > 40);
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n\n"));
}

/// A controller's alias names its bus.
fn without_aliases(text: &str) -> String {
    let mut parts = text.split("<alias name='");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once("'/>").unwrap().1)
}

/// The driver of a device with a PCI address, and where it is.
fn driver(argument: &Argument) -> Option<String> {
    let value = argument.value.as_ref().filter(|_| argument.option == "-device")?;
    let device: Value = serde_json::from_str(value).ok()?;
    let part = |name: &str| device.get(name)?.as_str().map(str::to_owned);
    Some(format!("{} {} {}", part("driver")?, part("bus")?, part("addr")?))
}

fn drivers(placement: &Placement, board: Board) -> BTreeSet<String> {
    let devices = placement.devices.iter().map(|placed| (&*placed.kind.driver, placed.address));
    let controllers = placement.controllers.iter().map(|placed| {
        let driver = match placed.controller.model {
            Model::PciRoot | Model::PcieRoot => "",
            Model::PciBridge => "pci-bridge",
            Model::DmiToPciBridge => "i82801b11-bridge",
            Model::PcieToPciBridge => "pcie-pci-bridge",
            Model::PcieRootPort => "pcie-root-port",
            Model::PcieSwitchUpstreamPort => "x3130-upstream",
            Model::PcieSwitchDownstreamPort => "xio3130-downstream",
            Model::PciExpanderBus => "pxb",
            Model::PcieExpanderBus => "pxb-pcie",
        };
        (driver, placed.address)
    });
    let line = |(driver, address): (&str, Option<Given<Address>>)| {
        let Address { bus, slot, function, .. } = address?.value;
        // What the machine brings is no argument.
        let is_built_in = match driver {
            "ahci" => (bus, slot) == (0, 0x1f),
            "piix3-ide" => (bus, slot) == (0, 1),
            _ => false,
        };
        let bus = match (bus, board) {
            (0, Board::Virt | Board::Q35) => "pcie.0".to_owned(),
            _ => format!("pci.{bus}"),
        };
        let function = if function == 0 { String::new() } else { format!(".{function:#x}") };
        (!is_built_in).then(|| format!("{driver} {bus} {slot:#x}{function}"))
    };
    devices.chain(controllers).filter_map(line).collect()
}

/// The corpus of domains, and what the examples become.
fn files() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    let domains = ["corpus/xml", "conformance/tests/placement"];
    for path in domains.iter().flat_map(|name| below(&folder.join(name), "xml")) {
        files.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
    }
    for path in below(&folder.join("examples"), "kdl") {
        let text = std::fs::read_to_string(&path).unwrap();
        let asked = check(text.as_str(), FileId(0), &Settings::default());
        let right = asked.findings.iter().all(|finding| finding.severity != Severity::Error);
        if !right || asked.target.libvirt != LibvirtTarget::newest() {
            continue;
        }
        for vm in 0..asked.topology.vms.len() {
            let domain = xml::domain(&asked.checked(vm).unwrap());
            files.push((path.display().to_string(), domain));
        }
    }
    files
}

fn below(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|other| other == extension) {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Whether both place it, or both refuse it; the difference where they do not agree. `only_reason`: libvirt refuses
/// only for a place.
fn compare(text: &str, libvirt: Result<String, String>, only_reason: bool) -> Result<bool, String> {
    let (tree, findings) = parse(text, FileId(0));
    let known = tree.root().and_then(|domain| Some((domain, board(domain)?)));
    let Some((domain, board)) = known else {
        // No XML, or a machine of another family.
        return if only_reason { Err(format!("{findings:?}")) } else { Ok(false) };
    };
    let placement = place(domain, board);
    if !placement.unknown.is_empty() {
        return match libvirt {
            Ok(_) => Err(format!("unknown: {:?}", placement.unknown)),
            Err(_) => Ok(false),
        };
    }
    let ours = placement.refusals.first().map(|refusal| refusal.words.as_str());
    match (libvirt, ours) {
        (Ok(kept), None) => {
            let (kept, _) = parse(kept, FileId(0));
            let theirs = of_libvirt(kept.root().unwrap());
            let ours = of_placement(&placement, &tree);
            differences(&theirs, &ours).map(|()| true)
        }
        (Ok(_), Some(ours)) => Err(format!("libvirt takes it, not so: {ours}")),
        (Err(said), Some(ours)) if said == ours => Ok(false),
        (Err(said), _) if !only_reason && !REASONS.iter().any(|r| said.contains(r)) => Ok(false),
        (Err(said), ours) => {
            Err(format!("libvirt: {said}\nours:    {}", ours.unwrap_or("nothing")))
        }
    }
}

fn board(domain: Element<'_>) -> Option<Board> {
    let name = domain.child("os")?.child("type")?.value("machine")?;
    Machine::parse(name).map(|machine| machine.board)
}

/// Everything with a PCI address, and every PCI controller.
fn of_libvirt(domain: Element<'_>) -> BTreeSet<String> {
    let devices = domain.child("devices").unwrap();
    devices
        .children()
        .filter_map(|device| {
            let is_pci = device.is("controller") && device.value("type") == Some("pci");
            let address =
                device.child("address").filter(|address| address.value("type") == Some("pci"));
            if !is_pci && address.is_none() {
                return None;
            }
            let number = |element: Element<'_>, name: &str| {
                element.value(name).map(|text| match text.strip_prefix("0x") {
                    Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).unwrap(),
                    None => text.parse().unwrap(),
                })
            };
            let mut line = named(device, alias(device));
            if is_pci {
                let (index, model) =
                    (device.value("index").unwrap(), device.value("model").unwrap());
                let _ = write!(line, " {index} {model}");
            }
            if let Some(address) = address {
                let part = |name| number(address, name).unwrap();
                line += &place_of(part("bus"), part("slot"), part("function"));
                if address.value("multifunction") == Some("on") {
                    line += " multifunction";
                }
            }
            if let Some(target) = device.child("target").filter(|_| is_pci) {
                let chassis = number(target, "chassis").or(number(target, "chassisNr"));
                line += &numbers(number(target, "busNr"), chassis, number(target, "port"));
            }
            Some(line)
        })
        .collect()
}

fn of_placement(placement: &Placement, tree: &Tree) -> BTreeSet<String> {
    let element = |owner| match owner {
        Owner::Listed(position) => tree.elements().nth(usize::try_from(position).unwrap()),
        Owner::Implicit(_) | Owner::Added(_) => None,
    };
    let name = |owner, other: &str| {
        element(owner).map_or(other.to_owned(), |element| named(element, alias(element)))
    };
    let address = |address: Option<Given<_>>, multifunction| {
        let Some(Given { value, .. }) = address else { return String::new() };
        let Address { bus, slot, function, .. } = value;
        let multifunction = if multifunction { " multifunction" } else { "" };
        place_of(bus, slot.into(), function.into()) + multifunction
    };
    let controllers = placement.controllers.iter().map(|placed| {
        let PlacedController { owner, controller, multifunction, .. } = placed;
        let value = |given: Option<Given<u32>>| given.map(|given| given.value);
        format!(
            "{} {} {}{}{}",
            name(*owner, "controller pci"),
            controller.index.value,
            controller.model.name(),
            address(placed.address, *multifunction),
            numbers(value(controller.bus_nr), value(controller.chassis), value(controller.port)),
        )
    });
    let devices = placement.devices.iter().map(|placed| {
        let other = match placed.owner {
            Owner::Implicit(Implicit::Memballoon) => "memballoon".to_owned(),
            Owner::Implicit(Implicit::Video) => "video".to_owned(),
            _ => format!("controller {}", type_of(&placed.kind.driver)),
        };
        name(placed.owner, &other) + &address(placed.address, placed.multifunction)
    });
    controllers.chain(devices).collect()
}

/// The type of a controller that libvirt adds.
fn type_of(driver: &str) -> &str {
    match driver {
        "qemu-xhci" | "piix3-usb-uhci" => "usb",
        "ahci" => "sata",
        "piix3-ide" => "ide",
        "nvme" => "nvme",
        "virtio-serial-pci" => "virtio-serial",
        _ => "scsi",
    }
}

fn named(device: Element<'_>, alias: Option<&str>) -> String {
    let mut name = device.name().to_owned();
    if device.is("controller") {
        let _ = write!(name, " {}", device.value("type").unwrap());
    }
    alias.map_or(name.clone(), |alias| format!("{name} {alias}"))
}

/// The name that the file gives it; libvirt drops others than `ua-…`.
fn alias(device: Element<'_>) -> Option<&str> {
    let alias = device.child("alias").and_then(|alias| alias.value("name"));
    let is_legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    alias.filter(|alias| alias.starts_with("ua-") && alias.chars().all(is_legal))
}

fn place_of(bus: u32, slot: u32, function: u32) -> String {
    format!(" at {bus:#x}:{slot:#x}.{function}")
}

fn numbers(bus_nr: Option<u32>, chassis: Option<u32>, port: Option<u32>) -> String {
    let mut numbers = String::new();
    for (name, number) in [("busNr", bus_nr), ("chassis", chassis), ("port", port)] {
        if let Some(number) = number {
            let _ = write!(numbers, " {name} {number}");
        }
    }
    numbers
}

fn differences(theirs: &BTreeSet<String>, ours: &BTreeSet<String>) -> Result<(), String> {
    if theirs == ours {
        return Ok(());
    }
    let lines = |set: &BTreeSet<String>, other| {
        set.difference(other).cloned().collect::<Vec<_>>().join("\n  ")
    };
    Err(format!("only libvirt:\n  {}\nonly ours:\n  {}", lines(theirs, ours), lines(ours, theirs)))
}

/// What is rare: on each line a board, and the devices of a domain.
const RARE: &str = include_str!("placement/rare.txt");

/// Each line, and the domain that it is.
fn rare() -> impl Iterator<Item = (&'static str, String)> {
    let lines = RARE.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.map(|line| {
        let (board, devices) = line.split_once(' ').unwrap_or((line, ""));
        (line, domains::around(Machine::parse(board).unwrap().board, devices))
    })
}

#[test]
fn what_is_rare_is_where_libvirt_puts_it() {
    let Some(libvirt) = Libvirt::shared() else {
        return;
    };
    let (mut compared, mut wrong) = (0, Vec::new());
    for (line, text) in rare() {
        match compare(&text, libvirt.define(&text), true) {
            Ok(_) => compared += 1,
            Err(said) => wrong.push(format!("{line}: {said}")),
        }
    }
    println!("conformance: {compared} rare domains placed or refused as libvirt does");
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n\n"));
}
