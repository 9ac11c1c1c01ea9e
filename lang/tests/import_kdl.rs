//! What is written from model and numbers reads as the same model with the same numbers.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod corpus_files;
mod facts;
#[path = "../../conformance/src/generate.rs"]
#[expect(unreachable_pub, reason = "it is another crate's")]
mod generate;
mod random_files;

use std::collections::{BTreeMap, BTreeSet};

use iommulint_lang::check::{Analysis, Checked, Settings, check};
use iommulint_lang::elaborate::Numbers;
use iommulint_lang::format::format;
use iommulint_lang::import::kdl::{Document, Explicit, Options, document};
use iommulint_lang::lower::{Style, libvirt, qemu, render};
use iommulint_lang::span::FileId;
use iommulint_lang::syntax::parse;
use iommulint_lang::topology::{TargetNode, Vm};
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
        is_for_a_domain: false,
    };
    document(&analysis.topology.vms[position], &analysis.numbers[position], &options)
}

fn check_vm(name: &str, before: &Analysis, position: usize, explicit: Explicit) {
    let vm = &before.topology.vms[position];
    let name = format!("{name}: vm `{}`, {explicit:?}", vm.name.value);
    let Document { text, not_expressible } = write(before, position, explicit);
    assert_eq!(text.parse::<kdl::KdlDocument>().err().map(|e| e.to_string()), None, "{text}");
    let tree = parse(text.as_str(), FileId(0)).0;
    assert_eq!(format(&tree).as_ref(), Some(&text), "{name}: not laid out");
    let after = analyse(&(allows(before) + &text));
    let [again] = after.topology.vms.as_slice() else { panic!("{name}\n{text}") };
    let known = findings_of(before, position);
    if known.keys().any(|rule| rule.starts_with("schema/")) {
        // Not all of it could be read.
        return;
    }
    assert_eq!(not_expressible, [""; 0], "{name}\n{text}");
    let new = new_findings(&after, known);
    assert_eq!(new, [""; 0], "{name}\n{text}\n{:#?}", after.findings);
    let numbers = (&before.numbers[position], &after.numbers[0]);
    if is_complete(vm, numbers.0) {
        assert_eq!(facts::of(vm, numbers.0), facts::of(again, numbers.1), "{name}\n{text}");
    }
    if let Some(checked) = before.checked(position) {
        let checked_again = after.checked(0).unwrap();
        for (lowered, lowered_again) in lowered(&checked).iter().zip(lowered(&checked_again)) {
            assert_eq!(*lowered, lowered_again, "{name}\n{text}");
        }
    }
    assert_eq!(write(&after, 0, explicit).text, text, "{name}: written again it is another");
}

/// What allows all that the file allows somewhere: comments are not part of the model.
fn allows(analysis: &Analysis) -> String {
    let text = analysis.parsed.text();
    let allows = text.split("iommulint: allow").skip(1);
    let rules =
        allows.filter_map(|rest| rest.strip_prefix("-file").unwrap_or(rest).split(" --").next());
    let rules: BTreeSet<&str> = rules.flat_map(str::split_whitespace).collect();
    let line = |rule| format!("// iommulint: allow-file {rule} -- as it was\n");
    rules.into_iter().map(line).collect()
}

/// How often each rule has something to say of a vm.
fn findings_of(analysis: &Analysis, position: usize) -> BTreeMap<&'static str, usize> {
    let vms = &analysis.topology.vms;
    let start = if position == 0 { 0 } else { vms[position].origin.span.start };
    let end = vms.get(position + 1).map_or(u32::MAX, |next| next.origin.span.start);
    let mut counts = BTreeMap::new();
    for finding in &analysis.findings {
        if (start..end).contains(&finding.primary.origin.span.start) {
            *counts.entry(finding.rule).or_default() += 1;
        }
    }
    counts
}

/// What is said of a file beyond `allowed`, and beyond allows that are for another vm.
fn new_findings(analysis: &Analysis, mut allowed: BTreeMap<&str, usize>) -> Vec<&'static str> {
    let rules = analysis.findings.iter().map(|finding| finding.rule);
    rules
        .filter(|rule| *rule != "lint/unused-allow")
        .filter(|rule| match allowed.get_mut(rule) {
            Some(count @ 1..) => {
                *count -= 1;
                false
            }
            _ => true,
        })
        .collect()
}

/// Whether everything in a vm has its numbers.
fn is_complete(vm: &Vm, numbers: &Numbers) -> bool {
    let controllers = vm.controllers.iter().zip(&numbers.controllers);
    let mut complete = controllers.map(|(controller, numbers)| {
        numbers.index.is_some()
            && numbers.position.is_some()
            && numbers.bus_nr.is_some() == controller.is_pxb()
            && numbers.chassis.is_some() == controller.port().is_some()
            && numbers.port.is_some() == controller.port().is_some()
    });
    let endpoints = numbers.hostdevs.iter().chain(&numbers.devices);
    complete.all(|complete| complete) && endpoints.into_iter().all(Option::is_some)
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

#[test]
fn the_corpus_and_the_examples() {
    let mut vms = 0;
    for (path, text) in corpus_files::read(&["corpus/ok", "corpus/lower", "examples"]) {
        vms += check_file(&path.display().to_string(), &text);
    }
    assert!(vms > 60, "only {vms}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_right_file(text in generate::file()) {
        check_file("a random file", &text);
    }

    #[test]
    fn any_file_of_known_nodes(text in random_files::valid_kdl()) {
        check_file("a random file", &text);
    }
}
