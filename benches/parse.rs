//! Measures the parser on documents of the language, beside the `kdl` crate.
//!
//! `cargo bench --bench parse` prints the best of several runs: throughput, and the memory the tree
//! holds as a multiple of the text. `cargo bench --bench parse -- profile` only parses, for a
//! profiler to watch.

use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};

use iommulint_lang::span::FileId;
use iommulint_lang::syntax::{Tree, parse};

/// How often each measurement is repeated; the best counts, being the least disturbed.
const RUNS: usize = 30;

fn main() {
    let small = document(5_000);
    let large = document(200_000);
    if std::env::args().any(|argument| argument == "profile") {
        for _ in 0..5 {
            black_box(parse(black_box(large.as_str()), FileId(0)));
        }
        return;
    }
    for text in [&small, &large] {
        let (tree, findings) = parse(text.as_str(), FileId(0));
        assert_eq!(findings, [], "the document is good");
        println!("{} bytes, {} nodes", text.len(), tree.all_nodes().count());
        report("iommulint: parse", text, || black_box(parse(text.as_str(), FileId(0)).0));
        report("iommulint: parse, walk, decode", text, || {
            let (tree, _) = parse(text.as_str(), FileId(0));
            black_box(walk(&tree));
            tree
        });
        report("kdl crate: parse", text, || kdl::KdlDocument::parse(text));
        let held = tree.held_bytes() as f64 / text.len() as f64;
        println!("  iommulint: the tree holds {held:.1} times the text\n");
    }
}

/// Runs `work` on `text` and prints the best throughput.
fn report<T>(title: &str, text: &str, work: impl Fn() -> T) {
    let best = (0..RUNS).map(|_| time(&work)).min().unwrap_or_default();
    let rate = text.len() as f64 / best.as_secs_f64() / 1e6;
    println!("  {title:32} {:>9.1} µs {rate:>8.1} MB/s", best.as_secs_f64() * 1e6);
}

/// How long `work` takes, without the time to drop what it made.
fn time<T>(work: impl Fn() -> T) -> Duration {
    let start = Instant::now();
    let made = work();
    let taken = start.elapsed();
    drop(black_box(made));
    taken
}

/// Looks at every name, key and value.
fn walk(tree: &Tree) -> usize {
    tree.all_nodes()
        .map(|node| {
            let entries = node.entries().map(|entry| {
                black_box(entry.value());
                entry.key().map_or(0, |key| key.len())
            });
            node.name().len() + entries.sum::<usize>()
        })
        .sum()
}

/// A document of at least `size` bytes, as a person would write it.
fn document(size: usize) -> String {
    let mut text = String::from("target libvirt=\"12.8\" qemu=\"11.1\"\n\n");
    let mut vm = 0;
    while text.len() < size {
        let _ = writeln!(text, "vm \"grace-{vm}\" machine=\"virt\" {{");
        text.push_str("    mmio-window \"2TiB\"\n\n    numa {\n");
        for cell in 0..2 {
            let _ = writeln!(
                text,
                "        cell {cell} cpus=\"{}-{}\" memory=\"8GiB\"",
                cell * 4,
                cell * 4 + 3
            );
        }
        text.push_str("    }\n\n    iommufd \"iommufd0\"\n");
        for smmu in 0..4 {
            let bus = 252 - smmu * 4;
            let _ = write!(
                text,
                "
    // The group of GPU {smmu}.
    vsmmu \"smmu{smmu}\" iommufd=\"iommufd0\" host=\"smmu3.0x00000000{smmu}2000000\" {{
        accel ats=#true ril=#false ssidsize=20 oas=48
        pxb bus-nr={bus} numa-node={smmu}
        hostdev \"gpu{smmu}\" host=\"000{smmu}:01:00.0\" {{
            generic-initiator nodes=\"{}-{}\" /* eight of them */
        }}
        root-port \"rp{smmu}\" slot=0x{smmu:02x} {{ /- hostdev \"nic{smmu}\" host=\"0002:0{smmu}:00.0\"; }}
    }}
",
                smmu * 8 + 2,
                smmu * 8 + 9
            );
        }
        text.push_str("}\n\n");
        vm += 1;
    }
    text
}
