//! One slip of the pen in a domain is one finding, and a rule that could judge the rest still does.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "domains are no `.kdl` files")]
mod corpus_files;

use std::fmt::Write as _;

use iommulint_lang::check::{Settings, check};
use iommulint_lang::finding::Finding;
use iommulint_lang::language::Language;
use iommulint_lang::span::FileId;

#[test]
fn a_number_out_of_range_is_one_finding() {
    for (attribute, wrong) in [("busNr", "255"), ("busNr", "0"), ("chassis", "256")] {
        each_slip(Reading::All, |domain| {
            // Other machines have another chassis.
            let is_express = domain.contains("'pcie-root-port'");
            let slips = with_each(domain, attribute, || vec![wrong.to_owned()]);
            slips.into_iter().filter(|_| is_express).collect()
        });
    }
}

#[test]
fn a_vsmmu_tied_to_a_port_is_one_finding() {
    // Where the PXB above has its own, nobody knows which one is meant.
    each_slip(Reading::Some, |domain| with_each(domain, "pciBus", || indexes_of_ports(domain)));
}

#[test]
fn cells_that_are_not_there_are_one_finding() {
    each_slip(Reading::All, |domain| {
        with_each(domain, "nodeset", || vec!["40".to_owned(), "1-100".to_owned()])
    });
}

#[test]
fn another_models_name_is_one_finding() {
    each_slip(Reading::All, |domain| {
        let names = domain.match_indices("<model name='pxb-pcie'/>");
        names.map(|(at, name)| replaced(domain, at, name.len(), "<model name='pxb'/>")).collect()
    });
}

#[test]
fn a_device_without_a_source_is_one_finding() {
    each_slip(Reading::All, |domain| {
        let sources = domain.match_indices("<source>\n        <address domain=");
        let end = |at: usize| at + domain[at..].find("</source>").unwrap() + "</source>".len();
        sources.map(|(at, _)| replaced(domain, at, end(at) - at, "")).collect()
    });
}

/// `domain` with the value of an attribute replaced: once for each place and each of the `values` for what is there.
fn with_each(domain: &str, attribute: &str, values: impl Fn() -> Vec<String>) -> Vec<String> {
    let before = format!(" {attribute}='");
    let mut slips = Vec::new();
    for (at, _) in domain.match_indices(&before) {
        let start = at + before.len();
        let old = domain[start..].split('\'').next().unwrap();
        let values = values().into_iter().filter(|value| value != old);
        slips.extend(values.map(|value| replaced(domain, start, old.len(), &value)));
    }
    slips
}

fn replaced(text: &str, at: usize, length: usize, by: &str) -> String {
    format!("{}{by}{}", &text[..at], &text[at + length..])
}

fn indexes_of_ports(domain: &str) -> Vec<String> {
    let ports = domain.match_indices("' model='pcie-root-port'");
    let index = |(at, _): (usize, &str)| domain[..at].rsplit('\'').next().unwrap().to_owned();
    ports.map(index).take(4).collect()
}

/// How much of the domain is understood in spite of the slip.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    All,
    Some,
}

/// Every slip in every domain that works is found, once.
fn each_slip(reading: Reading, slips: impl Fn(&str) -> Vec<String>) {
    let mut wrong = String::new();
    let mut count = 0;
    for (file, text) in corpus_files::read_named(&["corpus/xml/ok"], "xml") {
        let is_ours = check(Language::Libvirt.text(text.as_str()), FileId(0), &Settings::default());
        if !is_ours.concerns_us {
            continue;
        }
        let known = headlines(&is_ours.findings);
        for slip in slips(&text) {
            count += 1;
            let found =
                check(Language::Libvirt.text(slip.as_str()), FileId(0), &Settings::default());
            let new: Vec<String> = headlines(&found.findings)
                .into_iter()
                .filter(|line| !known.contains(line))
                .collect();
            if new.len() != 1 || (reading == Reading::All && !found.not_run.is_empty()) {
                writeln!(wrong, "{}: {new:#?}, {:?}", file.display(), found.not_run).unwrap();
            }
        }
    }
    assert!(count > 3, "{count} slips are not enough");
    assert!(wrong.is_empty(), "{wrong}");
}

fn headlines(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|finding| format!("{}: {}", finding.rule, finding.headline)).collect()
}
