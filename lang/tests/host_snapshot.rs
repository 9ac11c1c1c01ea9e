//! Snapshots of hosts: what is read of a good one, and what is said of those in `host/bad`.
//!
//! `UPDATE_EXPECTED=1 cargo test -p iommulint-lang --test host_snapshot` writes the expected words anew: look at
//! the difference.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use iommulint_lang::host::{Class, Fact, Iommu, Snapshot, parse};
use iommulint_lang::toml_file::Mistake;
use iommulint_lang::topology::{HostAddress, Size};
use proptest::prelude::*;

const GB200: &str = include_str!("../../examples/hosts/gb200.toml");

fn address(text: &str) -> HostAddress {
    HostAddress::parse(text).unwrap()
}

#[test]
fn a_host_is_read() {
    let (host, mistakes) = parse(GB200);
    assert_eq!(mistakes, []);
    assert_eq!(host.captured_at.known().unwrap(), "2026-11-21T14:02:11Z");
    assert_eq!(host.machine.kernel.known().unwrap(), "6.14.0-1007-nvidia-64k");
    assert_eq!(host.machine.page_size, Fact::Known(Size(64 << 10)));
    assert_eq!(host.numa_nodes[&1].cpus.present().unwrap().to_string(), "72-143");
    assert_eq!(host.numa_nodes[&2].cpus, Fact::Known(None));
    let gpu = &host.devices[&address("0009:01:00.0")];
    assert_eq!((gpu.vendor, gpu.device), (Fact::Known(0x10de), Fact::Known(0x2941)));
    assert_eq!(gpu.class, Fact::Known(Class::new(0x03_02_00).unwrap()));
    assert_eq!((gpu.numa_node, gpu.iommu_group), (Fact::Known(Some(0)), Fact::Known(Some(11))));
    assert_eq!(gpu.driver.present().unwrap(), "nvgrace_gpu_vfio_pci");
    assert_eq!(gpu.span.of(GB200), "\"0009:01:00.0\"");
    let smmu = &host.iommus[gpu.iommu().unwrap()];
    assert_eq!((smmu.ats, smmu.ril), (Fact::Known(true), Fact::Known(false)));
    assert_eq!((smmu.ssidsize, smmu.oas), (Fact::Known(20), Fact::Known(48)));
    assert_eq!(smmu.granules, Fact::Known(vec![Size(4 << 10), Size(64 << 10)]));
    assert_eq!(smmu.span.of(GB200), "\"smmu3.0x0000000012000000\"");
}

#[test]
fn what_is_not_there_is_something_else_than_what_is_not_known() {
    let (host, mistakes) = parse(GB200);
    assert_eq!(mistakes, []);
    assert_eq!(host.devices[&address("0019:01:00.0")].driver, Fact::Known(None));
    assert_eq!(host.iommus["smmu3.0x0000000005000000"].ats, Fact::Unknown);
    assert_eq!(host.devices[&address("0006:00:00.0")].name, Fact::Unknown, "left out");
}

#[test]
fn the_devices_of_an_iommu() {
    let (host, _) = parse(GB200);
    let behind = host.devices_behind("smmu3.0x0000000005000000");
    let behind: Vec<_> = behind.map(|(at, it)| (at.to_string(), it.is_bridge())).collect();
    let expected = [("0006:00:00.0", true), ("0006:01:00.0", false), ("0006:01:00.1", false)];
    assert_eq!(behind, expected.map(|(at, is_bridge)| (at.to_owned(), is_bridge)));
    assert!(host.iommus.keys().all(|name| Iommu::is_smmuv3(name)));
}

#[test]
fn bad_snapshots_are_refused_at_the_place() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/host/bad");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    assert!(paths.len() > 3);
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let (_, mistakes) = parse(&text);
        assert!(!mistakes.is_empty(), "{}", path.display());
        let got: String = mistakes.iter().map(|mistake| shown(mistake, &text)).collect();
        let expected = path.with_extension("expected");
        if std::env::var_os("UPDATE_EXPECTED").is_some() {
            std::fs::write(&expected, &got).unwrap();
        }
        let wanted = std::fs::read_to_string(&expected).unwrap_or_default();
        assert_eq!(got, wanted, "{}", path.display());
    }
}

/// The line of a mistake, the exact bytes marked, and what is said of it.
fn shown(mistake: &Mistake, text: &str) -> String {
    let Mistake { span, headline, help } = mistake;
    let start = text[..span.start as usize].rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[start..].lines().next().unwrap_or_default();
    let number = text[..start].matches('\n').count() + 1;
    let before = " ".repeat(text[start..span.start as usize].chars().count());
    let carets = "^".repeat(span.of(text).lines().next().unwrap_or_default().len().max(1));
    let help = help.as_ref().map(|help| format!("  = help: {help}\n")).unwrap_or_default();
    format!("{number} | {line}\n  | {before}{carets} {headline}\n{help}")
}

#[test]
fn the_rest_of_a_wrong_snapshot_is_read() {
    let text = GB200.replacen("vendor = 0x10de", "vendr = 0x10de", 1);
    let (host, mistakes) = parse(&text);
    assert_eq!(mistakes.len(), 1);
    assert_eq!(host.devices[&address("0006:00:00.0")].vendor, Fact::Unknown);
    assert_eq!(host.devices.len(), parse(GB200).0.devices.len());
    assert_eq!(parse("version = 9").0, Snapshot::default());
}

#[test]
fn what_is_there_twice_counts_once() {
    let text = format!("{GB200}\n[[devices]]\naddress = \"0009:01:00.0\"\ndriver = \"vfio-pci\"\n");
    let (host, mistakes) = parse(&text);
    assert_eq!(mistakes.len(), 1);
    assert_eq!(mistakes[0].span.start as usize, text.rfind("\"0009:").unwrap());
    let driver = host.devices[&address("0009:01:00.0")].driver.present().unwrap();
    assert_eq!(driver, "nvgrace_gpu_vfio_pci");
}

proptest! {
    /// Whatever line is wrong, nothing dies of it, and places are within the text.
    #[test]
    fn any_text_is_harmless(line in 0usize..200, with in "\\PC{0,20}") {
        let mut lines: Vec<&str> = GB200.lines().collect();
        let at = line % lines.len();
        lines[at] = &with;
        let text = lines.join("\n");
        for mistake in parse(&text).1 {
            prop_assert!(text.get(mistake.span.range()).is_some());
        }
    }
}

#[test]
fn every_key_is_described() {
    let page = include_str!("../../docs/host.md");
    let keys = GB200.lines().filter_map(|line| line.split_once(" = "));
    for (key, _) in keys.filter(|(key, _)| !key.starts_with('#')) {
        assert!(page.contains(&format!("`{key}`")), "{key}");
    }
    let described = page.lines().filter_map(|line| line.strip_prefix("| `"));
    let described = described.flat_map(|line| line.split('|').next().unwrap().split(", "));
    for key in described.map(|key| key.trim_matches(['`', ' '])) {
        assert!(GB200.contains(&format!("\n{key} = ")), "there is no {key}");
    }
}
