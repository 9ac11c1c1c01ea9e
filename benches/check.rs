//! How long checking takes: a 5 KB file and a domain of 1 MB inside the process, and 10,000 of them through the binary.
//!
//! `cargo bench --bench check`

use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use iommulint_lang::check::{Settings, check};
use iommulint_lang::language::Language;
use iommulint_lang::span::FileId;

fn main() {
    let text = vm_of_5_kb();
    in_process(&text);
    a_domain_of_1_mb();
    ten_thousand_files(&text);
}

/// The goal: under 100 µs.
fn in_process(text: &str) {
    let best = (0..2000)
        .map(|_| {
            let start = Instant::now();
            let analysis = check(text, FileId(0), &Settings::default());
            let took = start.elapsed();
            assert!(analysis.findings.is_empty(), "{:#?}", analysis.findings);
            took
        })
        .min()
        .unwrap_or_default();
    println!("check, {} bytes: {best:?} (best of 2000)", text.len());
}

/// The goal: under 20 ms.
fn a_domain_of_1_mb() {
    let domain = domain();
    let best = (0..50)
        .map(|_| {
            let text = Language::Libvirt.text(domain.as_str());
            let start = Instant::now();
            let analysis = check(text, FileId(0), &Settings::default());
            let took = start.elapsed();
            assert!(analysis.findings.is_empty(), "{:#?}", analysis.findings);
            took
        })
        .min()
        .unwrap_or_default();
    println!("check, a domain of {} bytes: {best:?} (best of 50)", domain.len());
}

/// A right domain of 1 MB: 12 vSMMUs with 1152 host devices, and as much again of other devices and comments.
fn domain() -> String {
    let mut text = String::from(
        "<domain type='kvm'>\n  <name>large</name>\n  <memory unit='GiB'>64</memory>\n  <vcpu>4</vcpu>\n  \
         <iommufd enabled='yes'/>\n  <os firmware='efi'><type arch='aarch64' machine='virt'>hvm</type></os>\n  \
         <features><acpi/><gic version='3'/></features>\n  <devices>\n    \
         <controller type='pci' index='0' model='pcie-root'/>\n",
    );
    let mut index = 1;
    for group in 0..12 {
        let pxb = index;
        write!(
            text,
            "<controller type='pci' index='{pxb}' model='pcie-expander-bus'><target busNr='{}'/>\n\
             <address type='pci' bus='0x00' slot='{:#x}'/></controller>\n\
             <iommu model='smmuv3'><driver pciBus='{pxb}' accel='on'/></iommu>\n",
            40 + group * 16,
            group + 1,
        )
        .expect("a string takes all");
        for port in 0..12 {
            index += 1;
            writeln!(
                text,
                "<controller type='pci' index='{index}' model='pcie-root-port'>\n\
                 <target chassis='{index}' port='{:#x}'/>\n\
                 <address type='pci' bus='{pxb:#x}' slot='{port:#x}'/></controller>",
                port * 8,
            )
            .expect("a string takes all");
            for function in 0..8 {
                writeln!(
                    text,
                    "<hostdev mode='subsystem' type='pci' managed='no'>\n  <driver iommufd='yes'/>\n  \
                     <source><address domain='{group:#06x}' bus='{port:#04x}' slot='0x01' \
                     function='{function:#x}'/></source>\n  \
                     <address type='pci' bus='{index:#x}' slot='0x00' function='{function:#x}'/>\n</hostdev>",
                )
                .expect("a string takes all");
            }
        }
        index += 1;
    }
    for number in 0.. {
        if text.len() > 1_000_000 {
            break;
        }
        writeln!(
            text,
            "<!-- serial line {number} of the guest -->\n\
             <serial type='pty'><target type='system-serial' port='{number}'/></serial>",
        )
        .expect("a string takes all");
    }
    text.push_str("    <memballoon model='none'/>\n  </devices>\n</domain>\n");
    text
}

/// The goal: under 1 s on 2 cores with a warm cache.
fn ten_thousand_files(text: &str) {
    let folder = std::env::temp_dir().join(format!("iommulint-bench-{}", std::process::id()));
    for number in 0..10_000 {
        let sub = folder.join(format!("{:02}", number % 100));
        std::fs::create_dir_all(&sub).expect("a folder can be made");
        std::fs::write(sub.join(format!("{number}.kdl")), text).expect("a file can be written");
    }
    let best: Option<Duration> = (0..5)
        .map(|_| {
            let start = Instant::now();
            let status = Command::new(env!("CARGO_BIN_EXE_iommulint"))
                .arg("check")
                .arg(&folder)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .expect("the binary runs");
            assert!(status.success(), "{status}");
            start.elapsed()
        })
        .min();
    std::fs::remove_dir_all(&folder).expect("the folder can be removed");
    let best = best.unwrap_or_default();
    println!("check, 10,000 files of {} bytes: {best:?} (best of 5)", text.len());
}

/// A right file of about 5 KB: 15 groups.
fn vm_of_5_kb() -> String {
    let mut text = String::from(
        "// Fifteen network cards, each behind a vSMMU of its own.\n\
         target libvirt=\"12.8\" qemu=\"11.1\"\n\n\
         vm \"bench\" machine=\"virt\" {\n    mmio-window \"2TiB\"\n    iommufd \"iommufd0\"\n",
    );
    for number in 0..15 {
        let _ = write!(
            text,
            "\n    // group {number}: the card in slot {number} of the host\n    \
             vsmmu \"smmu{number}\" iommufd=\"iommufd0\" host=\"smmu3.0x00000000{:02x}000000\" {{\n        \
             accel ats=#true ril=#false ssidsize=20 oas=48\n        \
             pxb bus-nr={} slot={}\n        \
             hostdev \"nic{number}\" host=\"{:04x}:01:00.0\" rombar=#false\n    }}\n",
            number + 16,
            16 * (number + 1),
            number + 1,
            number + 1,
        );
    }
    text.push_str("}\n");
    text
}
