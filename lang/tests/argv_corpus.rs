//! Holds the findings of the command lines in `corpus/argv/` to the marks they carry.
//!
//! A file named `NAME.TARGET.sh` is for that build of QEMU.

mod argv_files;

use std::fmt::Write as _;
use std::path::Path;

use argv_files::{Mark, read as files, without_marks};
use iommulint_lang::check::{Analysis, RequestedTarget, Settings, check};
use iommulint_lang::finding::{Finding, Severity};
use iommulint_lang::language::Language;
use iommulint_lang::span::FileId;
use iommulint_lang::target::QemuTarget;

#[test]
fn right_command_lines_are_silent() {
    let mut wrong = String::new();
    for (file, text) in files("ok") {
        let analysis = analysis(&file, &text);
        assert!(!analysis.topology.vms.is_empty(), "{}: no vm", file.display());
        let findings: Vec<&Finding> =
            analysis.findings.iter().filter(|f| f.severity != Severity::Note).collect();
        if !findings.is_empty() {
            let _ = writeln!(wrong, "{}: {findings:#?}", file.display());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn wrong_command_lines_give_exactly_their_marks() {
    let mut wrong = String::new();
    for (file, text) in files("err") {
        let (text, expected) = without_marks(&text);
        assert!(!expected.is_empty(), "{} carries no mark", file.display());
        let analysis = analysis(&file, &text);
        let mut found: Vec<Mark> = analysis.findings.iter().map(|f| mark(&text, f)).collect();
        found.sort();
        if expected != found {
            let _ = writeln!(
                wrong,
                "{}\n  expected {expected:?}\n  found    {found:?}",
                file.display()
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn analysis(file: &Path, text: &str) -> Analysis {
    let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let qemu = stem.split_once('.').and_then(|(_, target)| QemuTarget::parse(target));
    let target = RequestedTarget { libvirt: None, qemu };
    check(Language::Qemu.text(text), FileId(0), &Settings { target, ..Settings::default() })
}

/// Where a finding is, in the terms of a mark.
fn mark(text: &str, finding: &Finding) -> Mark {
    let span = finding.primary.origin.span;
    let before = &text[..span.start as usize];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let first = before[line_start..].chars().count() + 1;
    let covered = span.of(text).lines().next().unwrap_or("").chars().count();
    let line = before.matches('\n').count() + 1;
    (line, first, first + covered.max(1) - 1, finding.rule.to_owned())
}
