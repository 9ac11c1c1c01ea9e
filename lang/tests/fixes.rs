//! Every fix offered for a mistake of the corpus removes that mistake.

mod corpus_files;

use std::path::PathBuf;

use iommulint_lang::check::{Settings, check};
use iommulint_lang::finding::{Finding, Severity};
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
    let mut scripts = corpus_files::read_named(&["corpus/argv/err"], "sh");
    scripts.extend(corpus_files::read_named(&["corpus/argv/err"], "args"));
    every_fix_is_right(Language::Qemu, scripts);
}

fn every_fix_is_right(language: Language, files: Vec<(PathBuf, String)>) {
    let (mut tried, mut wrong) = (0, Vec::new());
    let findings =
        |text: &str| check(language.text(text), FileId(0), &Settings::default()).findings;
    for (path, text) in files {
        let before = findings(&text);
        for finding in &before {
            for fix in &finding.fixes {
                tried += 1;
                let after = findings(&edited(&text, &fix.edits));
                // Another one of the rule may have been hidden behind it.
                let (left, were) = (of_rule(&after, finding.rule), of_rule(&before, finding.rule));
                let is_gone = left < were || (left == were && !is_found_again(&after, finding));
                if !is_gone || errors_in(&after) > errors_in(&before) {
                    let (path, title) = (path.display(), &fix.title);
                    wrong.push(format!("{path}: {}: {title}", finding.rule));
                }
            }
        }
    }
    assert!(tried > 0, "no fix tried");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{tried} fixes remove their finding");
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
