//! Holds the findings of every file in `corpus/` and `examples/` to the marks it carries.
//!
//! A mark is a comment under the line it speaks of: carets under the exact span, then the rule.
//! A span that begins in the first columns is given by its columns: `//= 1-2 rule`. In XML it is the same
//! between `<!--` and `-->`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod corpus_files;

use std::fmt::Write as _;

use iommulint_lang::check::{Settings, check};
use iommulint_lang::finding::{Finding, Severity};
use iommulint_lang::language::Language;
use iommulint_lang::rules::{self, Level};
use iommulint_lang::span::FileId;

/// Line (from 1), first and last column (from 1, in characters, inclusive), rule.
type Mark = (usize, usize, usize, String);

#[test]
fn ok_files_are_silent() {
    let wrong: Vec<String> = corpus_files::read(&["corpus/ok", "corpus/lower", "examples"])
        .into_iter()
        .map(|(file, text)| (file, findings(&text)))
        // A note is worth knowing of a configuration that works.
        .filter(|(_, findings)| findings.iter().any(|f| f.severity != Severity::Note))
        .map(|(file, findings)| format!("{}: {findings:#?}", file.display()))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn err_files_give_exactly_their_marks() {
    let files = corpus_files::read(&["corpus/err"]);
    let mut wrong = String::new();
    for (file, text) in &files {
        let expected = marks(text);
        assert!(!expected.is_empty(), "{} carries no mark", file.display());
        let found = check(text.as_str(), FileId(0), &asking_for(&expected)).findings;
        let mut found: Vec<Mark> = found.iter().map(|finding| mark(text, finding)).collect();
        found.sort();
        if expected != found {
            writeln!(wrong, "{}\n  expected {expected:?}\n  found    {found:?}", file.display())
                .unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    println!("{} files gave exactly their findings", files.len());
}

#[test]
fn right_domains_are_silent() {
    let wrong: Vec<String> = corpus_files::read_named(&["corpus/xml/ok"], "xml")
        .into_iter()
        .map(|(file, text)| (domain_findings(&text, &Settings::default()), file, text))
        .filter(|(findings, _, text)| !findings.iter().all(|found| is_worth_knowing(found, text)))
        .map(|(findings, file, _)| format!("{}: {findings:#?}", file.display()))
        .collect();
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn wrong_domains_give_exactly_their_marks() {
    let files = corpus_files::read_named(&["corpus/xml/err"], "xml");
    let mut wrong = String::new();
    for (file, text) in &files {
        let expected = marks(text);
        assert!(!expected.is_empty(), "{} carries no mark", file.display());
        let found = domain_findings(text, &asking_for(&expected));
        let mut found: Vec<Mark> = found.iter().map(|finding| mark(text, finding)).collect();
        found.sort();
        if expected != found {
            writeln!(wrong, "{}\n  expected {expected:?}\n  found    {found:?}", file.display())
                .unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn findings(text: &str) -> Vec<Finding> {
    check(text, FileId(0), &Settings::default()).findings
}

fn domain_findings(text: &str, settings: &Settings) -> Vec<Finding> {
    check(Language::Libvirt.text(text), FileId(0), settings).findings
}

/// Whether a right domain may give this: a note, where there is a host device or an IOMMU at all.
fn is_worth_knowing(finding: &Finding, text: &str) -> bool {
    let concerned =
        text.contains("<hostdev") || text.contains("<iommu") || text.contains("'hostdev'");
    finding.severity == Severity::Note && concerned
}

/// Settings that turn on the rules of these marks which are off unless asked for.
fn asking_for(marks: &[Mark]) -> Settings {
    let mut settings = Settings::default();
    let marked = |rule: &&rules::Rule| marks.iter().any(|(.., name)| name == rule.name);
    for rule in rules::all().filter(|rule| !rule.on_by_default).filter(marked) {
        settings.levels.set(rule.name.parse().unwrap(), Level::On(rule.severity));
    }
    settings
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

/// The marks a file carries.
fn marks(text: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut code_line = 0;
    for (number, line) in text.lines().enumerate() {
        let Some(columns) = mark_of_line(line) else {
            code_line = number + 1;
            continue;
        };
        let (first, last, rule) = columns;
        marks.push((code_line, first, last, rule.to_owned()));
    }
    marks.sort();
    marks
}

/// First and last column and the rule, if the line is a mark.
fn mark_of_line(line: &str) -> Option<(usize, usize, &str)> {
    let line = line.trim_end().trim_end_matches("-->");
    let indented = line.trim_start();
    let comment = indented.strip_prefix("//").or_else(|| indented.strip_prefix("<!--"))?;
    if let Some(columns) = comment.strip_prefix("= ") {
        let (columns, rule) = columns.split_once(' ')?;
        let (first, last) = columns.split_once('-')?;
        return Some((first.parse().ok()?, last.parse().ok()?, rule.trim()));
    }
    let (carets, rule) = comment.trim_start().split_once(' ')?;
    if carets.is_empty() || carets.bytes().any(|b| b != b'^') {
        return None;
    }
    let first = line.find('^')? + 1;
    Some((first, first + carets.len() - 1, rule.trim()))
}
