//! Large and deep files take time in proportion, and no stack.

use std::fmt::Write as _;

use iommulint_lang::document::{decode, read};
use iommulint_lang::finding::Finding;
use iommulint_lang::span::FileId;
use iommulint_lang::syntax::parse;

const MANY: usize = 20_000;

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

/// How many of them were read, by what is said of them.
type CountOf = fn(&[Finding]) -> usize;

/// However many there are of a kind, they are all read. A quadratic decoder would not come back from
/// this: how long it takes is for the benchmarks.
#[test]
fn many_of_a_kind_are_read() {
    let kinds: [(FileOf, CountOf); 4] = [
        (
            |number| {
                let properties = lines(number, |n| format!(" p{n}={n}")).replace('\n', "");
                vm(&format!("device \"d\" driver=\"x\"{properties}\n"))
            },
            |findings| findings.len() + MANY,
        ),
        (|number| vm(&format!("pxb{}\n", " slot=1".repeat(number))), |findings| findings.len() + 1),
        (|number| vm(&lines(number, |n| format!("unknown{n}"))), <[Finding]>::len),
        (
            |number| vm(&lines(number, |n| format!("hostdev \"h{n}\" host=\"01:00.0\""))),
            |findings| findings.len() + MANY,
        ),
    ];
    for (file, read) in kinds {
        let (tree, _) = parse(file(MANY), FileId(0));
        let (document, findings) = decode(&tree);
        assert!(!document.elements.is_empty());
        assert_eq!(read(&findings), MANY, "{:?}", findings.first());
    }
}

fn lines(number: usize, line: impl Fn(usize) -> String) -> String {
    (0..number).map(|n| line(n) + "\n").collect()
}
