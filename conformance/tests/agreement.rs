//! Our XML passes libvirt's schema; libvirt makes of it the arguments that we write; QEMU starts with
//! them; and the guest's firmware sees what `map` says. Over corpus, examples and generated topologies.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use iommulint_conformance::{Argument, Libvirt, Monitor, Qemu, Root, generate, topology};
use iommulint_lang::check::{Analysis, Checked, Settings, check};
use iommulint_lang::finding::Severity;
use iommulint_lang::lower::{libvirt as xml, qemu};
use iommulint_lang::map::map;
use iommulint_lang::span::FileId;
use iommulint_lang::target::{LibvirtTarget, QemuTarget};
use iommulint_lang::topology::{Arch, Board};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value;

/// How many topologies are generated.
const GENERATED: usize = 200;
/// How many of the generated ones a firmware boots.
const BOOTED: usize = 12;

#[test]
fn libvirt_makes_our_arguments_of_our_xml() {
    let Some(libvirt) = Libvirt::shared() else {
        return;
    };
    hold(&cases(), "through libvirt", |checked| {
        if !checked.target.judge_libvirt {
            return Ok(());
        }
        same_arguments(libvirt, checked)?;
        stands_in(libvirt, checked)
    });
}

#[test]
fn qemu_starts_and_shows_what_map_says() {
    let Some(root) = Root::locate() else {
        return;
    };
    hold(&cases(), "started by QEMU", |checked| placed(&mut start(&root, checked, &[])?, checked));
}

#[test]
fn firmware_gives_the_addresses_map_says() {
    let Some(root) = Root::locate() else {
        return;
    };
    let (mut booted, generated): (Vec<Case>, Vec<Case>) =
        cases().into_iter().partition(|case| !case.name.starts_with("generated"));
    booted.extend(generated.into_iter().step_by(GENERATED / BOOTED));
    hold(&booted, "booted to the firmware's bus numbers", |checked| {
        enumerated(&mut start(&root, checked, &firmware(checked))?, checked)
    });
}

/// Every vm of the cases agrees; says how many there were.
fn hold(cases: &[Case], what: &str, agrees: impl Fn(&Checked<'_>) -> Result<(), String>) {
    let mut wrong = Vec::new();
    let mut vms = 0;
    for case in cases {
        vms += each_vm(case, |checked| {
            if let Err(said) = agrees(checked) {
                wrong.push(format!("{}: {said}\n{}", case.name, case.text));
            }
        });
    }
    println!("conformance: {vms} vms of {} files {what}", cases.len());
    assert!(vms > 0, "no vm to try");
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n\n"));
}

/// A right file.
struct Case {
    name: String,
    text: String,
}

/// The corpus, the examples, and what proptest makes up; the same at every run.
fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut cases: Vec<Case> = ["corpus/ok", "corpus/lower", "examples"]
        .iter()
        .flat_map(|name| kdl_files(&folder.join(name)))
        .map(|path| Case {
            name: path.strip_prefix(folder).unwrap().display().to_string(),
            text: std::fs::read_to_string(&path).unwrap(),
        })
        .collect();
    let seed = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), seed);
    let strategy = generate::file();
    for number in 0..GENERATED {
        let text = strategy.new_tree(&mut runner).unwrap().current();
        cases.push(Case { name: format!("generated {number}"), text });
    }
    cases
}

fn kdl_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "kdl"))
        .collect();
    files.sort();
    files
}

/// Checks a case for the newest releases and hands over each of its vms; says how many.
///
/// A file for another generation of syntax, which no release understands, is not handed over.
fn each_vm(case: &Case, mut action: impl FnMut(&Checked<'_>)) -> usize {
    let asked = check(case.text.as_str(), FileId(0), &Settings::default());
    let newest = |analysis: &Analysis| {
        analysis.target.libvirt == LibvirtTarget::newest()
            && analysis.target.qemu == QemuTarget::newest()
    };
    if !newest(&asked) {
        return 0;
    }
    let errors: Vec<_> =
        asked.findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{}: {errors:#?}\n{}", case.name, case.text);
    let vms = asked.topology.vms.len();
    for position in 0..vms {
        action(&asked.checked(position).unwrap());
    }
    vms
}

/// Points 1 and 2: the schema accepts our XML, and libvirt makes our arguments of it.
fn same_arguments(libvirt: &Libvirt, checked: &Checked<'_>) -> Result<(), String> {
    let domain = comparable(&xml::domain(checked));
    libvirt.validate(&domain).map_err(|said| format!("schema: {said}\n{domain}"))?;
    let native = libvirt.to_native(&domain).map_err(|said| format!("{said}\n{domain}"))?;
    let theirs: Vec<String> = topology(&native).iter().map(ToString::to_string).collect();
    let options = qemu::Options { whole: true, ..Default::default() };
    let ours: Vec<String> = qemu::arguments(checked, options)
        .iter()
        .flat_map(|argument| argument.words().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let ours: Vec<String> = topology(&ours).iter().map(without_host).collect();
    if ours == theirs {
        return Ok(());
    }
    Err(format!("libvirt:\n  {}\nours:\n  {}", theirs.join("\n  "), ours.join("\n  ")))
}

/// libvirt takes the stand-in form as it takes the real one.
fn stands_in(libvirt: &Libvirt, checked: &Checked<'_>) -> Result<(), String> {
    let domain = comparable(&xml::stand_in(checked, true));
    libvirt.validate(&domain).map_err(|said| format!("schema: {said}\n{domain}"))?;
    libvirt.to_native(&domain).map_err(|said| format!("{said}\n{domain}"))?;
    Ok(())
}

/// An Arm vm with the host's CPU, or with a model, is refused on an x86 host; its topology is the same
/// with any CPU.
fn comparable(domain: &str) -> String {
    if !domain.contains("arch='aarch64'") {
        return domain.to_owned();
    }
    let any = domain
        .replace("mode='host-passthrough'", "mode='maximum'")
        .replace("mode='custom' match='exact'", "mode='maximum'");
    let lines = any.lines().filter(|line| !line.trim_start().starts_with("<model fallback="));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// libvirt leaves the host's address out where it passes a file descriptor, and has `dma-remap` only
/// as a global property beside the device.
fn without_host(argument: &Argument) -> String {
    let text = argument.to_string().replace(",\"dma-remap\":true", "");
    let Some((before, rest)) = text.split_once(",\"host\":\"") else { return text };
    if !rest.contains("\"iommufd\":") {
        return text;
    }
    rest.split_once('"').map_or(text.clone(), |(_, after)| format!("{before}{after}"))
}

/// Point 3: QEMU with our arguments in `--stand-in` form, paused.
fn start(root: &Root, checked: &Checked<'_>, more: &[String]) -> Result<Monitor, String> {
    let (program, machine) = match checked.machine.board {
        Board::Virt => (Qemu::aarch64(root), "virt,gic-version=3"),
        Board::Q35 => (Qemu::x86_64(root), "q35"),
        Board::Pc => (Qemu::x86_64(root), "pc"),
    };
    let cpu = if checked.machine.board.arch() == Arch::Aarch64 { "cortex-a72" } else { "max" };
    let mut words: Vec<String> =
        ["-M", machine, "-cpu", cpu, "-m", "1024", "-nodefaults", "-smp", "4"]
            .map(str::to_owned)
            .to_vec();
    words.extend(more.iter().cloned());
    let options = qemu::Options { stand_in: true, ..Default::default() };
    for argument in qemu::arguments(checked, options) {
        words.extend(argument.words().map(str::to_owned));
    }
    program
        .start_paused(&words)
        .map_err(|outcome| format!("{}\n{}", outcome.stderr, words.join(" ")))
}

/// Every host device's stand-in sits where `map` says: behind which controller, in which slot and
/// function.
fn placed(qemu: &mut Monitor, checked: &Checked<'_>) -> Result<(), String> {
    let mut expected: Vec<(String, u64, u64)> = map(checked)
        .devices
        .into_iter()
        .filter(|device| device.host.is_some())
        .map(|device| {
            let (slot, function) = (device.position.slot.get(), device.position.function.get());
            (device.controller, slot.into(), function.into())
        })
        .collect();
    let mut seen = Vec::new();
    for id in &hostdev_ids(checked) {
        let placement = qemu.placement(id)?;
        let bus = placement.buses.last().cloned().unwrap_or_default();
        seen.push((bus, placement.slot, placement.function));
    }
    expected.sort();
    seen.sort();
    if seen == expected { Ok(()) } else { Err(format!("map: {expected:?}\nQEMU: {seen:?}")) }
}

/// The ids of the host devices: what stands in for them has the same.
fn hostdev_ids(checked: &Checked<'_>) -> Vec<String> {
    let arguments = qemu::arguments(checked, qemu::Options::default());
    let devices = arguments.iter().filter_map(|argument| argument.value.as_deref());
    let devices = devices.filter_map(|value| serde_json::from_str::<Value>(value).ok());
    let hostdevs = devices.filter(|device| device["driver"] == "vfio-pci");
    hostdevs.filter_map(|device| device["id"].as_str().map(str::to_owned)).collect()
}

/// Arguments that boot a firmware.
fn firmware(checked: &Checked<'_>) -> Vec<String> {
    let code = match checked.machine.board {
        Board::Virt => "/usr/share/AAVMF/AAVMF_CODE.no-secboot.fd",
        Board::Q35 => "/usr/share/OVMF/OVMF_CODE_4M.fd",
        Board::Pc => return Vec::new(),
    };
    vec!["-drive".to_owned(), format!("if=pflash,format=raw,readonly=on,file={code}")]
}

/// Once the firmware has numbered the buses, every device has the guest address `map` says.
fn enumerated(qemu: &mut Monitor, checked: &Checked<'_>) -> Result<(), String> {
    let expected: Vec<(u64, u64, u64)> = map(checked)
        .devices
        .iter()
        .filter(|device| device.host.is_some())
        .map(|device| {
            let (slot, function) = (device.position.slot.get(), device.position.function.get());
            (device.bus.into(), slot.into(), function.into())
        })
        .collect();
    qemu.resume();
    let deadline = Instant::now() + Duration::from_mins(1);
    loop {
        std::thread::sleep(Duration::from_millis(250));
        let seen = qemu.pci();
        let missing: Vec<_> = expected
            .iter()
            .filter(|&&(bus, slot, function)| {
                !seen.iter().any(|d| d.bus == bus && d.slot == slot && d.function == function)
            })
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        if Instant::now() > deadline {
            return Err(format!("the guest has no {missing:?}, but {seen:#?}"));
        }
    }
}
