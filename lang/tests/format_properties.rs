//! What holds for the canonical layout of every file.

mod any_document;
mod corpus_files;
mod kdl_files;
mod same_meaning;

use std::collections::BTreeMap;

use iommulint_lang::check::{Settings, check};
use iommulint_lang::format::format;
use iommulint_lang::span::FileId;
use iommulint_lang::syntax::{Node, Tree, parse};
use kdl::KdlDocument;
use proptest::prelude::*;

fn read(text: &str) -> Tree {
    let (tree, findings) = parse(text, FileId(0));
    assert_eq!(findings, [], "{text:?}");
    tree
}

/// Checks everything but the findings; returns the result.
fn check_layout(before: &str) -> String {
    let tree = read(before);
    let after = format(&tree).expect("it has no syntax error");
    let formatted = read(&after);
    assert_eq!(format(&formatted).as_deref(), Some(&*after), "not stable: {before:?}");
    check_meaning(&tree, &formatted);
    check_comments(&tree, &formatted);
    check_lines(&formatted);
    if let Ok(theirs) = KdlDocument::parse(before) {
        same_meaning::check_nodes(formatted.roots(), theirs.nodes());
        let theirs = KdlDocument::parse(&after);
        let Ok(theirs) = theirs else { panic!("{before:?}\n{after:?}\n{theirs:?}") };
        same_meaning::check_nodes(tree.roots(), theirs.nodes());
    }
    after
}

/// Everything a node says, what is left out by `/-` included.
fn said_by(node: Node<'_>) -> String {
    let entries: Vec<_> = node
        .all_entries()
        .map(|entry| {
            let text = entry.value_span().of(node.tree().text());
            (entry.is_slashdashed(), entry.key(), entry.type_name(), entry.value(), text)
        })
        .collect();
    let blocks: Vec<_> = node
        .blocks()
        .map(|block| (block.is_slashdashed(), block.nodes().map(Node::id).collect::<Vec<_>>()))
        .collect();
    let name = (node.name(), node.name_span().of(node.tree().text()));
    format!("{:?} {:?} {name:?} {entries:?} {blocks:?}", node.is_slashdashed(), node.type_name())
}

fn check_meaning(before: &Tree, after: &Tree) {
    let roots = |tree: &Tree| tree.all_roots().map(Node::id).collect::<Vec<_>>();
    assert_eq!(roots(before), roots(after));
    assert_eq!(before.all_nodes().count(), after.all_nodes().count());
    for (before, after) in before.all_nodes().zip(after.all_nodes()) {
        assert_eq!(said_by(before), said_by(after));
    }
}

/// Comments are all there and in order, but those that allow findings: they may have been put above a
/// node that stands behind other comments.
fn check_comments(before: &Tree, after: &Tree) {
    let allows = |text: &&str| text.contains("iommulint: allow ");
    let comments = |tree| -> (Vec<String>, Vec<String>) {
        let texts = Tree::comments(tree).map(|comment| comment.text.trim_end());
        let (mut allowing, others): (Vec<_>, Vec<_>) = texts.partition(allows);
        allowing.sort_unstable();
        let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
        (owned(allowing), owned(others))
    };
    assert_eq!(comments(before), comments(after), "{:?}", before.text());
}

/// Checks what can be seen line by line, where no string or comment goes over several lines.
fn check_lines(tree: &Tree) {
    let text = tree.text();
    let is_long = |piece: &str| piece.trim_end().contains('\n');
    let several_lines = tree.token_texts().any(|token| is_long(token) && !token.trim().is_empty());
    assert!(text.is_empty() || text == "\u{FEFF}" || text.ends_with('\n'), "{text:?}");
    assert!(!text.trim_start_matches('\u{FEFF}').starts_with(['\n', '\r']), "{text:?}");
    if several_lines {
        return;
    }
    let lines: Vec<&str> = text.lines().collect();
    for pair in lines.windows(2) {
        assert!(!pair[0].is_empty() || !pair[1].trim_start().is_empty(), "{text:?}");
        let opens = pair[0].ends_with('{') && !pair[0].contains("//");
        assert!(!pair[1].is_empty() || !opens, "{text:?}");
        let closes = pair[1].trim_start().starts_with('}');
        assert!(!pair[0].is_empty() || !closes, "{text:?}");
    }
    for line in lines {
        assert!(!line.ends_with([' ', '\t']), "{text:?}");
    }
}

/// Findings by rule and headline, in order.
fn findings(text: &str) -> Vec<(&'static str, String)> {
    let findings = check(text, FileId(0), &Settings::default()).findings;
    findings.into_iter().map(|finding| (finding.rule, finding.headline)).collect()
}

/// How often each finding occurs.
fn counted(findings: Vec<(&'static str, String)>) -> BTreeMap<(&'static str, String), usize> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        *counts.entry(finding).or_default() += 1;
    }
    counts
}

/// `text` with a number in every comment, so that none is like another.
fn numbered(text: &str) -> String {
    let tree = read(text);
    let mut out = String::new();
    let mut done = 0;
    for (number, comment) in tree.comments().enumerate() {
        if let Some(at) = comment.text.rfind('c') {
            let at = comment.span.start as usize + at + 1;
            out += &text[done..at];
            out += &number.to_string();
            done = at;
        }
    }
    out + &text[done..]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_document_keeps_its_meaning_comments_and_findings(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
    ) {
        let before = numbered(&any_document::document(bytes));
        let after = check_layout(&before);
        prop_assert_eq!(counted(findings(&before)), counted(findings(&after)), "{}\n{}", before, after);
    }
}

#[test]
fn the_official_suite_keeps_its_meaning() {
    let mut valid = 0;
    for path in kdl_files::inputs() {
        let text = std::fs::read_to_string(&path).expect("UTF-8");
        let (tree, findings) = parse(text.as_str(), FileId(0));
        if findings.is_empty() {
            check_layout(&text);
            valid += 1;
        } else {
            assert_eq!(format(&tree), None, "{}", path.display());
        }
    }
    assert!(valid > 200, "only {valid} files");
}

#[test]
fn findings_of_the_corpus_stay() {
    for (path, before) in corpus_files::read(&["corpus"]) {
        let (tree, errors) = parse(before.as_str(), FileId(0));
        if errors.is_empty() {
            let after = check_layout(&before);
            assert_eq!(findings(&before), findings(&after), "{}", path.display());
        } else {
            assert_eq!(format(&tree), None, "{}", path.display());
        }
    }
}

/// Written on as few lines as possible, a file gets its findings and its layout back.
#[test]
fn a_squeezed_file_gets_its_layout_back() {
    let mut squeezed = 0;
    for (path, before) in corpus_files::read(&["corpus", "examples"]) {
        let (tree, errors) = parse(before.as_str(), FileId(0));
        if !errors.is_empty() || before.contains("\"\"\"") || before.contains("\\\n") {
            continue;
        }
        let without_comments = tree
            .comments()
            .map(|comment| comment.text)
            .fold(before.clone(), |text, comment| text.replacen(comment, "", 1));
        let wanted = check_layout(&without_comments).replace("\n\n", "\n");
        let lines = wanted.lines().map(str::trim);
        let text = lines.fold(String::new(), |text, line| {
            text + line + if line.ends_with('{') { "" } else { ";" }
        });
        assert_eq!(check_layout(&text), wanted, "{}", path.display());
        squeezed += 1;
    }
    assert!(squeezed > 0);
}

#[test]
fn the_examples_have_the_layout() {
    for (path, text) in corpus_files::read(&["examples"]) {
        assert_eq!(check_layout(&text), text, "{}", path.display());
    }
}

// Sizes.

/// Formats a large text twice; work that grows with the square of its size would not come back.
fn large(text: &str) -> String {
    let after = format(&read(text)).expect("it has no syntax error");
    assert!(format(&read(&after)).as_deref() == Some(&*after), "not stable: {text:.40}");
    after
}

#[test]
fn deep_files_take_no_stack_and_little_room() {
    const DEEP: usize = 100_000;
    for (open, close) in [("a {", "}"), ("/-a /-{ b; ", "}\n")] {
        let text = open.repeat(DEEP) + &close.repeat(DEEP);
        let after = large(&text);
        assert!(after.len() < 100 * text.len(), "{}", after.len());
    }
}

#[test]
fn large_files_take_time_in_proportion() {
    let lines = |line: &str| line.repeat(1_000_000 / line.len());
    large(&"vm \"a\" { pxb bus-nr=252 }\n".repeat(200_000));
    let allow = "/* iommulint: allow pci/index-gap -- why */";
    for text in [
        lines("vm \"a\" machine=\"virt\" { pxb bus-nr=252 /* c */ { root-port; } }\n"),
        lines("a;"),
        lines("// c\n\n"),
        lines("/* c */ "),
        lines("a \\\n 1 \\ // c\n k = 2\n"),
        lines(&format!("a; {allow} ")),
        lines(&format!("a {{ b {allow}; }}; ")),
        format!("a {}", lines(&format!("{allow} 1 "))),
        format!("a{}", lines(" 1")),
        format!("a{}", lines(" \\\n")),
    ] {
        large(&text);
    }
}
