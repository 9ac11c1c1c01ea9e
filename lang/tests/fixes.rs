//! Every fix offered for a mistake of the corpus removes that mistake, and nothing else.

mod argv_files;
mod corpus_files;

use std::path::PathBuf;

use iommulint_lang::check::{Analysis, Settings, check};
use iommulint_lang::finding::{Finding, Fix, Severity};
use iommulint_lang::fix::edited;
use iommulint_lang::language::Language;
use iommulint_lang::span::FileId;

#[test]
fn a_fix_removes_its_finding_and_makes_no_error() {
    let kdl = corpus_files::read(&["corpus/err"]);
    every_fix_is_right(Language::Kdl, kdl);
}

#[test]
fn in_a_domain_too() {
    let domains = corpus_files::read_named(&["corpus/xml/err"], "xml");
    every_fix_is_right(Language::Libvirt, domains);
}

#[test]
fn and_on_a_command_line() {
    let marked = argv_files::read("err").into_iter();
    let scripts = marked.map(|(path, text)| (path, argv_files::without_marks(&text).0));
    every_fix_is_right(Language::Qemu, scripts.collect());
}

fn every_fix_is_right(language: Language, files: Vec<(PathBuf, String)>) {
    let (mut tried, mut wrong) = (0, Vec::new());
    let analysis = |text: &str| check(language.text(text), FileId(0), &Settings::default());
    for (path, text) in files {
        let before = analysis(&text);
        for finding in &before.findings {
            for fix in &finding.fixes {
                tried += 1;
                let after = analysis(&edited(&text, &fix.edits));
                let mut wrongs = Vec::new();
                // Another one of the rule may have been hidden behind it.
                let (left, were) = (
                    of_rule(&after.findings, finding.rule),
                    of_rule(&before.findings, finding.rule),
                );
                if left > were || (left == were && is_found_again(&after.findings, finding)) {
                    wrongs.push("it is found again".to_owned());
                }
                if errors_in(&after.findings) > errors_in(&before.findings) {
                    wrongs.push("there are more errors".to_owned());
                }
                let lost = lost(&before, &after, fix);
                if !lost.is_empty() {
                    wrongs.push(format!("lost {lost:?}"));
                }
                let (path, title) = (path.display(), &fix.title);
                let said =
                    wrongs.iter().map(|what| format!("{path}: {}: {title}: {what}", finding.rule));
                wrong.extend(said);
            }
        }
    }
    assert!(tried > 0, "no fix tried");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{tried} fixes remove their finding");
}

/// What the vms had before a fix and have no more, unless all that it does is to take something out.
fn lost(before: &Analysis, after: &Analysis, fix: &Fix) -> Vec<String> {
    if fix.edits.iter().all(|edit| edit.text.is_empty()) {
        return Vec::new();
    }
    let mut left = parts(before);
    for part in parts(after) {
        if let Some(position) = left.iter().position(|was| *was == part) {
            left.remove(position);
        }
    }
    left
}

/// What the vms of a file are made of: what each thing is, not what is said of it.
fn parts(analysis: &Analysis) -> Vec<String> {
    let mut parts = Vec::new();
    for vm in &analysis.topology.vms {
        parts.push("vm".to_owned());
        parts.extend(vm.controllers.iter().map(|controller| controller.noun().to_owned()));
        parts.extend(vm.vsmmus.iter().map(|_| "vsmmu".to_owned()));
        parts.extend(vm.iommus.iter().map(|iommu| format!("iommu {:?}", iommu.model.value)));
        parts.extend(vm.iommufds.iter().map(|_| "iommufd".to_owned()));
        parts.extend(vm.hostdevs.iter().map(|_| "hostdev".to_owned()));
        parts.extend(
            vm.devices.iter().filter_map(|device| Some(kind(&device.driver.as_ref()?.value))),
        );
        parts.extend(vm.numa.iter().flat_map(|numa| &numa.cells).map(|_| "cell".to_owned()));
    }
    parts
}

/// A device's driver, whatever generation of virtio it speaks.
fn kind(driver: &str) -> String {
    let generations = ["-non-transitional", "-transitional"];
    let plain = generations.iter().find_map(|generation| driver.strip_suffix(generation));
    plain.unwrap_or(driver).to_owned()
}

fn of_rule(findings: &[Finding], rule: &str) -> usize {
    findings.iter().filter(|finding| finding.rule == rule).count()
}

/// Whether a finding of the same rule begins where `finding` did.
fn is_found_again(after: &[Finding], finding: &Finding) -> bool {
    let start = |finding: &Finding| finding.primary.origin.span.start;
    after.iter().any(|other| other.rule == finding.rule && start(other) == start(finding))
}

fn errors_in(findings: &[Finding]) -> usize {
    findings.iter().filter(|finding| finding.severity == Severity::Error).count()
}
