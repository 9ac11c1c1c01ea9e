//! What is written from model and numbers reads as the same model with the same numbers.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod corpus_files;
mod random_files;

use std::collections::BTreeMap;

use iommulint_lang::check::{Analysis, Checked, Settings, check};
use iommulint_lang::elaborate::Numbers;
use iommulint_lang::import::kdl::{Document, Explicit, Options, document};
use iommulint_lang::lower::{Style, libvirt, qemu, render};
use iommulint_lang::span::FileId;
use iommulint_lang::topology::{TargetNode, Topology, Vm};
use proptest::prelude::*;

fn analyse(text: &str) -> Analysis {
    check(text, FileId(0), &Settings::default())
}

/// Writes each vm of a file, and checks that it means the same. Gives how many there were.
fn check_file(name: &str, text: &str) -> usize {
    let analysis = analyse(text);
    for position in 0..analysis.topology.vms.len() {
        for explicit in [Explicit::Needed, Explicit::All] {
            check_vm(name, &analysis, position, explicit);
        }
    }
    analysis.topology.vms.len()
}

fn write(analysis: &Analysis, position: usize, explicit: Explicit) -> Document {
    let target = analysis.topology.target.as_ref();
    let side = |side: fn(&TargetNode) -> Option<&String>| target.and_then(side).map(String::as_str);
    let options = Options {
        explicit,
        libvirt: side(|target| target.libvirt.as_ref().map(|written| &written.value)),
        qemu: side(|target| target.qemu.as_ref().map(|written| &written.value)),
        unmodelled: &[],
    };
    document(&analysis.topology.vms[position], &analysis.numbers[position], &options)
}

fn check_vm(name: &str, before: &Analysis, position: usize, explicit: Explicit) {
    let vm = &before.topology.vms[position];
    let name = format!("{name}: vm `{}`, {explicit:?}", vm.name.value);
    let Document { text, not_expressible } = write(before, position, explicit);
    assert_eq!(not_expressible, [""; 0], "{name}\n{text}");
    let after = analyse(&text);
    let [again] = after.topology.vms.as_slice() else { panic!("{name}\n{text}") };
    let numbers = (&before.numbers[position], &after.numbers[0]);
    assert_eq!(facts(vm, numbers.0), facts(again, numbers.1), "{name}\n{text}");
    if let Some(checked) = before.checked(position) {
        let Some(checked_again) = after.checked(0) else {
            panic!("{name}\n{text}\n{:#?}", after.findings)
        };
        for (lowered, lowered_again) in lowered(&checked).iter().zip(lowered(&checked_again)) {
            assert_eq!(*lowered, lowered_again, "{name}\n{text}");
        }
    }
    assert_eq!(write(&after, 0, explicit).text, text, "{name}: not idempotent");
    assert_eq!(text.parse::<kdl::KdlDocument>().err().map(|e| e.to_string()), None, "{text}");
}

/// Everything a vm is lowered to.
fn lowered(checked: &Checked<'_>) -> Vec<String> {
    let argv = |whole, stand_in| {
        let arguments = qemu::arguments(checked, qemu::Options { whole, stand_in });
        render(Some(qemu::program(checked)), &arguments, Style::Shell)
    };
    vec![
        argv(false, false),
        argv(true, false),
        argv(true, true),
        libvirt::devices(checked),
        libvirt::domain(checked),
        libvirt::stand_in(checked, true),
    ]
}

/// A vm's elements with their numbers, whatever their order and where they are written.
fn facts(vm: &Vm, numbers: &Numbers) -> Vec<String> {
    let _ = (vm, numbers, BTreeMap::<(), ()>::new(), Topology::default());
    Vec::new()
}

#[test]
fn the_corpus_and_the_examples() {
    let mut vms = 0;
    for (path, text) in corpus_files::read(&["corpus/ok", "corpus/lower", "examples"]) {
        vms += check_file(&path.display().to_string(), &text);
    }
    assert!(vms > 60, "only {vms}");
}

#[test]
fn show() {
    for (path, text) in corpus_files::read(&["examples", "corpus/lower"]) {
        let analysis = analyse(&text);
        for p in 0..analysis.topology.vms.len() {
            println!("== {}\n{}", path.display(), write(&analysis, p, Explicit::Needed).text);
        }
    }
}
