//! Beside the `kdl` crate: generated documents mean the same to both, and both refuse the same
//! variants of the official suite, but for differences in which the specification is with us.

mod any_document;
mod kdl_files;
mod same_meaning;

use std::fmt::Write;

use iommulint_lang::finding::Finding;
use iommulint_lang::span::FileId;
use iommulint_lang::syntax::{Value, errors, parse};
use kdl::KdlDocument;
use proptest::prelude::*;

use any_document::{STRINGS, VALUES};
use same_meaning::{check_nodes, check_value};

/// Why the other parser judges otherwise, if that is known.
fn known_difference(text: &str, findings: &[Finding], accepted: bool) -> Option<&'static str> {
    let slashdash = text.contains("/-");
    let rules: Vec<&str> = findings.iter().map(|finding| finding.rule).collect();
    let one_of = |known: &[&str]| rules.iter().any(|rule| known.contains(rule));
    if findings.is_empty() && slashdash {
        return Some(
            "no space is needed before `/-`, and `/- n;` is a node (newest grammar: base-node)",
        );
    }
    if !accepted {
        return None;
    }
    if one_of(&[errors::DISALLOWED_CHARACTER]) {
        return Some("disallowed code points may stand nowhere, comments included");
    }
    if slashdash
        && one_of(&[
            errors::MISSING_TERMINATOR,
            // `/-n #trueish` is `/-n #true`, then a node `ish`, where no terminator is asked for.
            errors::UNKNOWN_KEYWORD,
            errors::ENTRY_AFTER_CHILDREN,
            errors::BAD_SLASHDASH,
        ])
    {
        return Some(
            "a slash-dashed node needs a terminator, entries come before children, `/-` takes no `/-`",
        );
    }
    if text.contains("#\"\"\"") && one_of(&[errors::BAD_STRING, errors::UNTERMINATED_STRING]) {
        return Some("a newline must follow `\"\"\"` in raw strings too (raw-string-quotes)");
    }
    if text.contains("-inf") && one_of(&[errors::V1_KEYWORD, errors::BAD_NAME]) {
        return Some("`-inf` is no identifier (disallowed-keyword-identifiers)");
    }
    None
}

/// Whether a `/-` stands right behind something else, where the newest grammar needs no space.
fn has_glued_slashdash(text: &str) -> bool {
    let before = |(at, _)| text[..at].chars().next_back();
    text.match_indices("/-").filter_map(before).any(|c: char| !c.is_whitespace())
}

/// Checks that both parsers judge `text` alike, and take it to mean the same.
fn check(text: &str) {
    let (tree, findings) = parse(text, FileId(0));
    let theirs = KdlDocument::parse(text);
    if findings.is_empty() == theirs.is_ok() {
        // `n #true/-a b` has two arguments; the other parser takes `b` for one that is left out, too.
        if let Ok(theirs) = &theirs
            && !has_glued_slashdash(text)
        {
            check_nodes(tree.roots(), theirs.nodes());
        }
        return;
    }
    let reason = known_difference(text, &findings, theirs.is_ok());
    let mut described = String::new();
    for finding in &findings {
        let _ = writeln!(described, "{} {}", finding.rule, finding.headline);
    }
    assert!(reason.is_some(), "{text:?}\n{described}{theirs:?}");
}

/// What is put into the files of the suite.
const INSERTED: &[&str] = &[
    "", "", "{", "}", "(", ")", "\"", "#", ";", "=", "\\", "/", "-", "*", " ", "\n", "1", "a", "[",
    ".", "_", "+", "e", ",", "r", "true", "#true", "\"\"\"", "//", "/*", "*/", "(u8)", "k=1", "\r",
    "\u{7F}",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn documents_mean_the_same(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let text = any_document::document(bytes);
        let (tree, findings) = parse(text.as_str(), FileId(0));
        prop_assert_eq!(&findings, &[], "{}", text);
        let theirs = KdlDocument::parse(&text);
        let Ok(theirs) = theirs else { panic!("{text}\n{theirs:?}") };
        check_nodes(tree.roots(), theirs.nodes());
    }

    #[test]
    fn variants_of_the_suite_are_judged_alike(
        file in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        removed in 0..3_usize,
        inserted in prop::sample::select(INSERTED),
    ) {
        let files = kdl_files::inputs();
        let text = std::fs::read_to_string(file.get(&files)).expect("UTF-8");
        let chars: Vec<char> = text.chars().collect();
        let at = at.index(chars.len() + 1);
        let rest = chars.get(at + removed..).unwrap_or_default();
        let text: String = chars[..at].iter().copied().chain(inserted.chars()).chain(rest.iter().copied()).collect();
        check(&text);
    }
}

/// The spellings of the generator mean what it says they mean.
#[test]
fn spellings_mean_what_they_should() {
    for (meaning, spellings) in STRINGS {
        for spelling in *spellings {
            let (tree, findings) = parse(format!("n {spelling}"), FileId(0));
            assert_eq!(findings, [], "{spelling}");
            let node = tree.roots().next().expect("a node");
            let entry = node.entries().next().expect("an argument");
            assert_eq!(entry.value(), Value::Text((*meaning).into()), "{spelling}");
        }
    }
    for (meaning, spellings) in VALUES {
        for spelling in *spellings {
            let (tree, findings) = parse(format!("n k={spelling}"), FileId(0));
            assert_eq!(findings, [], "{spelling}");
            let node = tree.roots().next().expect("a node");
            check_value(&node.entries().next().expect("a property").value(), meaning);
        }
    }
}

#[test]
fn numbers_of_any_size_are_read() {
    let value = |text: &str| {
        let (tree, findings) = parse(format!("n {text}"), FileId(0));
        assert_eq!(findings, [], "{text}");
        let value = tree.roots().next().expect("a node").entries().next().expect("one").value();
        format!("{value:?}")
    };
    assert_eq!(value(&i128::MAX.to_string()), format!("Integer({})", i128::MAX));
    assert_eq!(value(&i128::MIN.to_string()), format!("Integer({})", i128::MIN));
    let big = "170141183460469231731687303715884105728";
    assert_eq!(value(big), format!("BigInteger({big:?})"));
    assert_eq!(value("1e999"), "Decimal(\"1e999\")");
}
