//! Large and deep files take time in proportion, and no stack.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use iommulint_lang::document::{decode, read};
use iommulint_lang::finding::Finding;
use iommulint_lang::span::FileId;
use iommulint_lang::syntax::parse;

const MANY: usize = 100_000;

fn findings(text: &str) -> Vec<Finding> {
    let (tree, errors) = parse(text, FileId(0));
    assert!(errors.is_empty(), "{:?}", errors.first());
    read(&tree).1
}

fn rules(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.rule).collect()
}

/// A vm that holds `inside`.
fn vm(inside: &str) -> String {
    format!("vm \"a\" machine=\"virt\" {{\n{inside}}}\n")
}

#[test]
fn unknown_nodes_in_each_other_are_one_mistake() {
    let text = "x {\n".repeat(MANY) + &"}\n".repeat(MANY);
    assert_eq!(rules(&findings(&text)), ["schema/unknown-node"]);
}

#[test]
fn known_nodes_in_each_other_are_one_mistake() {
    let text = vm(&("root-port {\n".repeat(MANY) + &"}\n".repeat(MANY)));
    assert_eq!(rules(&findings(&text)), ["schema/misplaced-node"]);
}

#[test]
fn every_unknown_node_is_reported() {
    let nodes: String = (0..MANY).fold(String::new(), |mut text, number| {
        let _ = writeln!(text, "hostdv{number} \"a\"");
        text
    });
    assert_eq!(findings(&vm(&nodes)).len(), MANY);
}

#[test]
fn a_name_of_a_megabyte_is_compared_with_nothing() {
    let name = "a".repeat(1 << 20);
    assert_eq!(rules(&findings(&vm(&format!("{name}\n")))), ["schema/unknown-node"]);
}

/// A file of so many things.
type FileOf = fn(usize) -> String;

/// Ten times the file takes about ten times as long: a hundred times would be quadratic. The bound
/// leaves room for a busy machine.
#[test]
fn the_time_grows_with_the_file() {
    let kinds: [(&str, FileOf); 4] = [
        ("properties", |number| {
            let properties = lines(number, |n| format!(" p{n}={n}")).replace('\n', "");
            vm(&format!("device \"d\" driver=\"x\"{properties}\n"))
        }),
        ("doubled properties", |number| vm(&format!("pxb{}\n", " slot=1".repeat(number)))),
        ("unknown nodes", |number| vm(&lines(number, |n| format!("unknown{n}")))),
        ("host devices", |number| {
            vm(&lines(number, |n| format!("hostdev \"h{n}\" host=\"0009:01:00.0\"")))
        }),
    ];
    for (what, file) in kinds {
        let (small, large) = (time(&file(3_000)), time(&file(30_000)));
        assert!(large < 40 * small.max(Duration::from_micros(200)), "{what}: {small:?}, {large:?}");
    }
}

fn lines(number: usize, line: impl Fn(usize) -> String) -> String {
    (0..number).map(|n| line(n) + "\n").collect()
}

/// The best of three, decoding alone.
fn time(text: &str) -> Duration {
    let (tree, _) = parse(text, FileId(0));
    let once = || {
        let start = Instant::now();
        let (document, _) = decode(&tree);
        assert!(!document.elements.is_empty());
        start.elapsed()
    };
    (0..3).map(|_| once()).min().unwrap_or_default()
}
