//! Typical mistakes: each gives the findings it should, at the exact place, and fixes that mend it.

use std::fmt::Write;

use iommulint_lang::finding::{Applicability, Finding};
use iommulint_lang::rules;
use iommulint_lang::span::FileId;
use iommulint_lang::syntax::{Entry, Value, errors, parse};

/// A text in which `⟦` and `⟧` mark the bytes of each expected finding, in order, and the rules.
struct Case(&'static str, &'static [&'static str]);

const CASES: &[Case] = &[
    // Strings.
    Case("vsmmu ⟦\"smmu0⟧ {\n    accel\n}\n", &["unterminated-string"]),
    Case("vsmmu ⟦\"smmu0⟧\nnext\n", &["unterminated-string"]),
    Case("vsmmu iommufd=⟦\"iommufd0⟧ {\n}\n", &["unterminated-string"]),
    Case("a ⟦#\"raw⟧ {\n}\n", &["unterminated-string"]),
    Case("a ⟦\"\"\"⟧\n  text\n", &["unterminated-string"]),
    Case("b {\n  a ⟦#\"\"\"⟧\n  text\n}\n", &["unterminated-string"]),
    Case("a ⟦\"one\n  two\"⟧\n", &["v1-multiline-string"]),
    Case("a ⟦r\"C:\\x\"⟧\n", &["v1-raw-string"]),
    Case("a ⟦r#\"say \"x\"\"#⟧ b=1\n", &["v1-raw-string"]),
    Case("a p=⟦r\"x\"⟧\n", &["v1-raw-string"]),
    Case("a \"C:⟦\\q⟧emu\"\n", &["bad-escape"]),
    Case("a \"C:⟦\\q⟧emu\\x86\"\n", &["bad-escape"]),
    Case("a \"x⟦\\/⟧y\"\n", &["bad-escape"]),
    Case("a \"⟦\\u{D800}⟧\"\n", &["bad-escape"]),
    Case("a \"⟦\\u{12⟧\"\n", &["bad-escape"]),
    Case("a \"\"\"\n    x\n⟦  ⟧y\n    \"\"\"\nb\n", &["bad-string"]),
    Case("a \"\"\"⟦x⟧\"\"\"\n", &["bad-string"]),
    Case("a \"\"\"\n  x\n⟦  y⟧\"\"\"\n", &["bad-string"]),
    Case("vsmmu ⟦smmu0⟧\" {\n    accel\n}\n", &["unterminated-string"]),
    Case("vsmmu iommufd=⟦iommufd0⟧\" host=\"x\" {\n}\n", &["unterminated-string"]),
    Case("vsmmu iommufd=⟦\"iommufd0 host=\"⟧x y\" {\n}\n", &["unterminated-string"]),
    // Keywords and numbers.
    Case("accel ⟦true⟧\n", &["v1-keyword"]),
    Case("accel ats=⟦true⟧ ril=⟦false⟧\n", &["v1-keyword", "v1-keyword"]),
    Case("accel ⟦null⟧\n", &["v1-keyword"]),
    Case("accel ⟦-inf⟧\n", &["v1-keyword"]),
    Case("accel ⟦#True⟧\n", &["unknown-keyword"]),
    Case("accel ats=⟦#flase⟧\n", &["unknown-keyword"]),
    Case("accel ⟦#on⟧\n", &["unknown-keyword"]),
    Case("hostdev host=⟦0009:01:00.0⟧ {\n}\n", &["bad-number"]),
    Case("memory ⟦12MiB⟧\n", &["bad-number"]),
    Case("pxb bus-nr=⟦0xZZ⟧\n", &["bad-number"]),
    Case("pxb bus-nr=⟦1.⟧\n", &["bad-number"]),
    Case("pxb ⟦1.⟧\n", &["bad-number"]),
    Case("pxb ⟦.5⟧\n", &["bad-number"]),
    Case("distance ⟦0,⟧ 1\n", &["bad-number"]),
    Case("⟦1⟧ 2\n", &["bad-name"]),
    Case("⟦#true⟧ 2\n", &["bad-name"]),
    Case("a ⟦1⟧=2\n", &["bad-name"]),
    Case("a ⟦true⟧=2\n", &["bad-name"]),
    // What needs quotes.
    Case("a ⟦/sys/bus/pci⟧ b\n", &["reserved-character"]),
    Case("a path=⟦/dev/iommu⟧ b=1 {\n}\n", &["reserved-character"]),
    Case("a ⟦sys/bus⟧ b\n", &["reserved-character"]),
    Case("⟦a/b⟧ c\n", &["reserved-character"]),
    Case("a ⟦C:\\qemu\\x⟧ b\n", &["reserved-character"]),
    Case("a ⟦b#c⟧\n", &["reserved-character"]),
    Case("a ⟦[1, 2]⟧\n", &["list"]),
    Case("a b=⟦[\"x\", \"y\"]⟧ c=2\n", &["list"]),
    Case("a ⟦[1, 2⟧\nb\n", &["list"]),
    Case("a ⟦[\n    1,\n    \"x\",\n]⟧\nb\n", &["list"]),
    // Properties.
    Case("pxb ⟦=⟧ 252\n", &["stray-equals"]),
    Case("pxb⟦=⟧252\n", &["stray-equals"]),
    Case("pxb ⟦x=⟧\nb\n", &["missing-value"]),
    Case("pxb ⟦x=⟧ // why\nb\n", &["missing-value"]),
    Case("pxb ⟦x=⟧ {\n}\n", &["missing-value"]),
    Case("pxb { a ⟦x=⟧ }\n", &["missing-value"]),
    Case("hostdev \"gpu0\"⟦bus⟧=1\n", &["missing-space"]),
    Case("hostdev⟦\"gpu0\"⟧\n", &["missing-space"]),
    Case("a b=\"x\"⟦c⟧=2\n", &["missing-space"]),
    Case("a x=⟦=2⟧\n", &["reserved-character"]),
    // Braces.
    Case("a {\n    b {\n        c\n⟦}⟧\n", &["missing-brace"]),
    Case("a {\n    b {\n        c\n    ⟦d⟧ {\n        e\n    }\n}\n", &["missing-brace"]),
    Case("a {\n    b⟦⟧", &["missing-brace"]),
    Case("a { b {⟦⟧\n", &["missing-brace"]),
    Case("a {\n}\n⟦}⟧\nb\n", &["unmatched-brace"]),
    Case("a\n⟦{⟧\n    b\n}\n", &["brace-on-next-line"]),
    Case("a 1; ⟦{⟧ b; }\n", &["brace-on-next-line"]),
    Case("⟦{⟧\n  b\n}\n", &["missing-name"]),
    Case("a { b; } ⟦{⟧ c; }\n", &["second-block"]),
    Case("a { b; } ⟦c⟧=2\nd\n", &["entry-after-children"]),
    Case("a { b; } ⟦2⟧ 3\nd\n", &["entry-after-children"]),
    Case("a { b; } ⟦c⟧ { d; }\n", &["missing-terminator"]),
    Case("a /-{ b; } ⟦c⟧ { d; }\n", &["entry-after-children"]),
    Case("a;⟦;⟧ b\n", &["stray-semicolon"]),
    // Comments and continuations.
    Case("⟦#⟧ comment, with \"quotes {\na\n", &["hash-comment"]),
    Case("⟦#⟧comment {\na\n", &["hash-comment"]),
    Case("⟦#⟧# heading\na\n", &["hash-comment"]),
    Case("a\n⟦/*⟧ never\nb }\n", &["unterminated-comment"]),
    Case("a {\n⟦/*⟧ /* */\nb }\n", &["unterminated-comment"]),
    Case("a ⟦\\⟧ b\n", &["bad-continuation"]),
    Case("a ⟦/-⟧\n", &["bad-slashdash"]),
    Case("a { b; ⟦/-⟧ }\n", &["bad-slashdash"]),
    Case("/- ⟦/-⟧ a\nb\n", &["bad-slashdash"]),
    Case("a b=⟦/-⟧ 1\n", &["bad-slashdash"]),
    // Type annotations.
    Case("⟦()⟧a\n", &["bad-type-annotation"]),
    Case("a ⟦(u8⟧\nb\n", &["bad-type-annotation"]),
    Case("a ⟦(u8)⟧\nb\n", &["bad-type-annotation"]),
    Case("a b=⟦(u8)⟧\nb\n", &["bad-type-annotation"]),
    Case("a ⟦(1 2)⟧\nb\n", &["bad-type-annotation"]),
    Case("a ⟦(u8)⟧b=2\n", &["bad-type-annotation"]),
    Case("a b⟦)⟧\n", &["bad-type-annotation"]),
    // What follows a mistake is no further mistake.
    Case("⟦/-⟧; a\n", &["bad-slashdash"]),
    Case("⟦(u8⟧; a\n", &["bad-type-annotation"]),
    Case("a { b; } ⟦c⟧=2; d\n", &["entry-after-children"]),
    Case("⟦]a⟧ \"b\" c=1 {\n    d\n}\n", &["reserved-character"]),
    Case("a ⟦b#c⟧=\"x\" {\n}\n", &["reserved-character"]),
    Case("a b=⟦/dev/x?y=1⟧ c=2\n", &["reserved-character"]),
    Case("a \"b\"⟦#⟧ c=2\n", &["reserved-character"]),
    Case("a \"b\"⟦12MiB⟧ c=2\n", &["bad-number"]),
    Case("a b⟦(c \"x\" d=1⟧ {\n}\n", &["bad-type-annotation"]),
    Case("a b⟦)⟧=1\n", &["bad-type-annotation"]),
    Case("a ⟦=⟧ b=1\n", &["stray-equals"]),
    Case("hostdev \"gpu0\" ⟦host⟧\"0009:01:00.0\" fd=1\n", &["missing-equals"]),
    Case("hostdev \"gpu0\" ⟦host:⟧\"0009:01:00.0\" fd=1\n", &["missing-equals"]),
    Case("a ⟦1gpu0⟧\" host=\"0009:01:00.0\" {\n}\n", &["unterminated-string"]),
    Case("a b=⟦\"00\n09:01:00.0\"⟧ c=2 {\n}\n", &["v1-multiline-string"]),
    Case("a {\n    b }⟦c⟧\n    d\n}\n", &["missing-terminator"]),
    Case("a { b ⟦\"x⟧ }\n", &["unterminated-string"]),
    Case("a b=⟦[1⟧ {\n}\n", &["list"]),
    Case("⟦{⟧ a {\n}\n", &["missing-name"]),
    // Characters.
    Case("a \"x⟦\u{202E}⟧y\"\n", &["disallowed-character"]),
    Case("// x⟦\u{2066}⟧y\n", &["disallowed-character"]),
    Case("a ⟦\u{0}⟧\n", &["disallowed-character"]),
    Case("a ⟦\u{FEFF}⟧b\n", &["disallowed-character"]),
    Case("a b⟦\u{7F}⟧\n", &["disallowed-character"]),
    // The version.
    Case("/- kdl-version ⟦1⟧\na\n", &["kdl-version"]),
    // Nothing wrong.
    Case("/- kdl-version 2\na\n", &[]),
    Case("\u{FEFF}a\r\nb\tc\r\n", &[]),
    Case("bus-nr: 252\na 'on' \u{A0}b\n", &[]),
    Case("a x=1 x=2 \"y\"/-1 /-2 {}/-{}\n", &[]),
    Case("/-n 1;/- m;\n", &[]),
    Case("a 99999999999999999999999999999999999999999999 1e999\n", &[]),
    Case("/********/ a // x\n", &[]),
    Case("a \\ // comment\n  b \\\n", &[]),
];

/// The text without its marks, and the ranges they enclose.
fn unmarked(marked: &str) -> (String, Vec<(usize, usize)>) {
    let (mut text, mut ranges) = (String::new(), Vec::new());
    for c in marked.chars() {
        match c {
            '⟦' => ranges.push((text.len(), 0)),
            '⟧' => ranges.last_mut().expect("opened").1 = text.len(),
            c => text.push(c),
        }
    }
    (text, ranges)
}

fn describe(findings: &[Finding]) -> String {
    let mut out = String::new();
    for finding in findings {
        let span = finding.primary.origin.span;
        let _ =
            writeln!(out, "  {}..{} {} {}", span.start, span.end, finding.rule, finding.headline);
    }
    out
}

#[test]
fn each_mistake_gives_one_finding_at_its_place() {
    let mut wrong = String::new();
    for Case(marked, rules) in CASES {
        let (text, ranges) = unmarked(marked);
        let (_, findings) = parse(text.as_str(), FileId(0));
        let found: Vec<(String, usize, usize)> = findings
            .iter()
            .map(|finding| {
                let span = finding.primary.origin.span;
                (finding.rule.to_owned(), span.start as usize, span.end as usize)
            })
            .collect();
        let expected: Vec<(String, usize, usize)> = rules
            .iter()
            .zip(ranges)
            .map(|(rule, (start, end))| (format!("syntax/{rule}"), start, end))
            .collect();
        if found != expected {
            let _ = writeln!(wrong, "{marked}{}", describe(&findings));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// `text` after the first safe fix of each finding.
fn mended(text: &str, findings: &[Finding]) -> String {
    let mut edits: Vec<_> = findings
        .iter()
        .filter_map(|finding| finding.fixes.iter().find(|f| f.applicability == Applicability::Safe))
        .flat_map(|fix| &fix.edits)
        .collect();
    edits.sort_by_key(|edit| edit.origin.span);
    let mut out = text.to_owned();
    for edit in edits.into_iter().rev() {
        out.replace_range(edit.origin.span.range(), &edit.text);
    }
    out
}

/// What a text becomes when its safe fixes are made; nothing is wrong with it then.
const MENDED: &[(&str, &str)] = &[
    ("a true p=false null inf -inf nan", "a #true p=#false #null #inf #-inf #nan"),
    ("a r\"C:\\x\"", "a #\"C:\\x\"#"),
    ("a r#\"x\"y\"#", "a #\"x\"y\"#"),
    ("a r\"\"", "a #\"\"#"),
    ("a \"x\\/y\\/\\n\"", "a \"x/y/\\n\""),
    ("a 12MiB host=0009:01:00.0", "a \"12MiB\" host=\"0009:01:00.0\""),
    ("a /sys/bus p=C:\\x", "a \"/sys/bus\" p=\"C:\\\\x\""),
    ("# comment\na", "// comment\na"),
    ("a\n{\n}", "a {\n}"),
    ("a 1, 2", "a 1 2"),
    ("a \"x\"b=1", "a \"x\" b=1"),
    ("a \"x\"12MiB \"y\"true", "a \"x\" \"12MiB\" \"y\" #true"),
    ("a;;", "a;"),
    ("a \"\"\"x\"\"\"", "a \"x\""),
    ("1 true=2 3=4", "\"1\" \"true\"=2 \"3\"=4"),
    ("/- /- a\nb", "/-  a\nb"),
];

#[test]
fn safe_fixes_mend_the_text() {
    for (text, expected) in MENDED {
        let (_, findings) = parse(*text, FileId(0));
        let mended = mended(text, &findings);
        assert_eq!(&mended, expected);
        let (_, findings) = parse(mended.as_str(), FileId(0));
        assert_eq!(findings, [], "{mended}");
    }
}

/// Every offered safe fix leaves fewer findings than there were.
#[test]
fn safe_fixes_never_make_it_worse() {
    for Case(marked, _) in CASES {
        let (text, _) = unmarked(marked);
        let (_, findings) = parse(text.as_str(), FileId(0));
        let mended = mended(&text, &findings);
        let (_, left) = parse(mended.as_str(), FileId(0));
        assert!(mended == text || left.len() < findings.len(), "{text}{mended}");
    }
}

#[test]
fn findings_are_capped_and_counted() {
    let (_, findings) = parse("a true\n".repeat(1000), FileId(0));
    assert_eq!(findings.len(), errors::LIMIT + 1);
    let last = &findings[errors::LIMIT];
    assert_eq!(last.rule, errors::TOO_MANY_ERRORS);
    assert_eq!(last.headline, "900 more syntax errors are not shown");
}

#[test]
fn every_rule_is_explained_once() {
    for rule in errors::all() {
        assert!(rule.name.starts_with("syntax/"), "{}", rule.name);
        assert!(rules::find(rule.name).is_some(), "{}", rule.name);
        assert!(!rule.summary.ends_with('.'), "{}", rule.name);
    }
    for Case(_, rules) in CASES {
        for rule in *rules {
            assert!(rules::find(&format!("syntax/{rule}")).is_some(), "{rule}");
        }
    }
}

/// The label of the only finding in `text`.
fn label_of(text: &str) -> (String, String) {
    let (_, findings) = parse(text, FileId(0));
    let [finding] = &findings[..] else { panic!("{}", describe(&findings)) };
    let label = &finding.labels[0];
    let before = &text[..label.origin.span.start as usize];
    let line = before.matches('\n').count() + 1;
    (format!("line {line}: {}", label.origin.span.of(text)), finding.headline.clone())
}

#[test]
fn braces_are_looked_for_by_indentation() {
    let missing = "vm {\n    a {\n        b\n    c {\n        d\n    }\n}\n";
    assert_eq!(label_of(missing).0, "line 2: {");
    let truncated = "vm {\n    a {\n        b {\n";
    assert_eq!(label_of(truncated).0, "line 3: {");
    let outer = "vm {\n    a\nvm2 {\n    b\n}\n";
    assert_eq!(label_of(outer).0, "line 1: {");
    let early = "vm {\n    a {\n        b\n        }\n    }\n    c\n}\n";
    assert_eq!(label_of(early), ("line 7: }".to_owned(), "this `}` is one too many".to_owned()));
}

/// The names of all nodes, those in blocks in brackets.
fn outline(text: &str) -> String {
    fn of<'t>(nodes: impl Iterator<Item = iommulint_lang::syntax::Node<'t>>) -> String {
        let nodes: Vec<String> = nodes
            .map(|node| match of(node.children()) {
                children if children.is_empty() => node.name().into_owned(),
                children => format!("{}[{children}]", node.name()),
            })
            .collect();
        nodes.join(" ")
    }
    of(parse(text, FileId(0)).0.roots())
}

/// Where the indentation tells which brace is wrong, the tree is what was meant.
#[test]
fn one_wrong_brace_moves_nothing() {
    let good = "vm {\n    a {\n        b\n    }\n    c {\n        d\n    }\n}\nvm2 {\n    e\n}\n";
    let braces = good.char_indices().filter(|(_, c)| "{}".contains(*c));
    for (at, brace) in braces {
        let without = format!("{}{}", &good[..at], &good[at + 1..]);
        assert_eq!(outline(&without), outline(good), "{without}");
        let (_, findings) = parse(without.as_str(), FileId(0));
        assert_eq!(findings.len(), 1, "{without}{}", describe(&findings));
        // A `}` twice on one line may close both blocks as well as one.
        if brace == '{' {
            let twice = format!("{}{{ {}", &good[..at], &good[at..]);
            assert_eq!(outline(&twice), outline(good), "{twice}");
            let (_, findings) = parse(twice.as_str(), FileId(0));
            assert_eq!(findings.len(), 1, "{twice}{}", describe(&findings));
        }
    }
}

/// Every mistake of the table leaves a tree in which the nodes around it are found.
#[test]
fn the_tree_survives_mistakes() {
    for Case(marked, _) in CASES {
        let (text, _) = unmarked(marked);
        let text = format!("first 1\n{text}");
        let (tree, _) = parse(text.as_str(), FileId(0));
        let first = tree.all_roots().next().expect("the first node");
        assert_eq!((first.name().as_ref(), first.entries().count()), ("first", 1), "{text}");
    }
    let (tree, _) = parse("a {\n  b x=true y=12MiB z=/dev z2=\n  c {\n", FileId(0));
    let a = tree.roots().next().expect("a");
    let b = a.children().next().expect("b");
    let values: Vec<Value> = b.entries().map(Entry::value).collect();
    let missing = Value::Missing;
    assert_eq!(values, [Value::Boolean(true), missing.clone(), missing.clone(), missing]);
    assert!(b.is_broken() && !a.is_broken());
    assert_eq!(a.children().count(), 2);
}

/// Rules of the newest edition which the published suite does not yet hold.
#[test]
fn the_newest_edition_is_followed() {
    for good in [
        "a{b}",
        "a 1{b;c}",
        "a \"x\"/-1/-k=2/-{}/-{}",
        "a {}/-{}",
        "a \"\"\"\n\"\"\" #\"\"\"\n\t\"\"\"#",
        "a \"\"\"\n  one\\\n  two\n  \"\"\"",
        "a \"\\u{10FFFF}\\u{00D7FF}\\u{E000}\"",
    ] {
        let (_, findings) = parse(good, FileId(0));
        assert_eq!(findings, [], "{good}");
    }
    for bad in [
        "a{b}c",
        "a 1/-2 3\"x\"",
        "a \"\\u{110000}\"",
        "a \"\\u{D800}\"",
        "a \"\\u{DFFF}\"",
        "a \"\\u{0000041}\"",
        "a \"\\u{}\"",
        "a /-{} 1",
    ] {
        let (_, findings) = parse(bad, FileId(0));
        assert_eq!(findings.len(), 1, "{bad}\n{}", describe(&findings));
    }
}
