//! Holds vms for both RFCs to the command lines and the XML the RFCs themselves show.
//!
//! Those are not part of the project: without them beside it there is nothing to compare with.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use iommulint_lang::check::{Checked, Settings, check};
use iommulint_lang::lower::{Style, libvirt, qemu, render};
use iommulint_lang::span::FileId;

#[test]
fn smmuv3dev_gives_the_arguments_of_the_rfc() {
    same_arguments("examples/rfc-smmuv3dev.kdl", "smmuv3dev.args");
}

#[test]
fn smmuv3dev_gives_the_xml_of_the_rfc() {
    same_xml("examples/rfc-smmuv3dev.kdl", "smmuv3dev.devices.xml");
}

#[test]
fn fd_passing_gives_the_arguments_of_the_rfc() {
    same_arguments("examples/rfc-fd-passing.kdl", "fd-passing.args");
}

#[test]
fn fd_passing_gives_the_xml_of_the_rfc() {
    same_xml("examples/rfc-fd-passing-q35.kdl", "fd-passing.devices.xml");
}

#[test]
fn nested_gives_the_xml_of_the_rfc() {
    same_xml("examples/rfc-nested.kdl", "nested-rfc.devices.xml");
}

fn same_arguments(example: &str, seed: &str) {
    let Some(expected) = self::seed(seed) else { return };
    let lowered = lower(example, |checked| {
        let arguments = qemu::arguments(checked, qemu::Options::default());
        render(None, &arguments, Style::Shell)
    });
    assert_eq!(lowered.trim_end(), expected.trim_end());
}

fn same_xml(example: &str, seed: &str) {
    let Some(expected) = self::seed(seed) else { return };
    assert_eq!(elements(&lower(example, libvirt::devices)), elements(&expected));
}

/// Every element of a document in order: its depth, name, attributes by name, and text.
fn elements(xml: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(xml).unwrap();
    let elements = document.descendants().filter(roxmltree::Node::is_element);
    elements
        .map(|element| {
            let mut attributes: Vec<_> =
                element.attributes().map(|a| format!("{}={}", a.name(), a.value())).collect();
            attributes.sort();
            let text = element.text().unwrap_or("").trim();
            let depth = element.ancestors().count();
            format!("{depth} {} {attributes:?} {text}", element.tag_name().name())
        })
        .collect()
}

fn lower(example: &str, lower: impl FnOnce(&Checked<'_>) -> String) -> String {
    let text = std::fs::read_to_string(project().join(example)).unwrap();
    let analysis = check(text, FileId(0), &Settings::default());
    match analysis.checked(0) {
        Some(checked) => lower(&checked),
        None => panic!("{example}: {:#?}", analysis.findings),
    }
}

fn seed(name: &str) -> Option<String> {
    let seed = std::fs::read_to_string(project().join("../shared/data/seed").join(name)).ok();
    if seed.is_none() {
        println!("skipped: no {name} beside the project");
    }
    seed
}

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
