//! Comments that allow what is found are put where they do that, and nothing else.

mod corpus_files;

use iommulint_lang::check::{Settings, add_allow, check};
use iommulint_lang::finding::Finding;
use iommulint_lang::rules::group_of;
use iommulint_lang::span::FileId;

const REASON: &str = "it was there before";

fn findings(text: &str) -> Vec<Finding> {
    check(text, FileId(0), &Settings::default()).findings
}

/// The text with comments for all that is found in it.
fn allowed(text: &str) -> String {
    let settings = Settings::default();
    let analysis = check(text, FileId(0), &settings);
    let mut text = text.to_owned();
    for edit in add_allow(&analysis.parsed, &analysis.findings, &settings, REASON).iter().rev() {
        text.replace_range(edit.origin.span.range(), &edit.text);
    }
    text
}

#[test]
fn everything_in_the_corpus_that_can_be_allowed_is() {
    let mut tried = 0;
    for (path, text) in corpus_files::read(&["corpus/err"]) {
        let kept = |findings: Vec<Finding>| -> Vec<_> {
            let may_not = |rule: &&str| matches!(group_of(rule), "syntax" | "lint");
            findings.iter().map(|finding| finding.rule).filter(may_not).collect()
        };
        let after = findings(&allowed(&text));
        let left: Vec<_> = after.iter().map(|finding| finding.rule).collect();
        assert_eq!(left, kept(findings(&text)), "{}", path.display());
        tried += 1;
    }
    assert!(tried > 50, "only {tried} files");
}

#[test]
fn a_comment_goes_above_the_innermost_node_that_begins_a_line() {
    let text = "\
vm \"a\" machine=\"virt\" {
    pxb bus-nr=255 slot=40 {
        root-port slot=32; root-port slot=33
    }
}
";
    let expected = "\
vm \"a\" machine=\"virt\" {
    // iommulint: allow pci/bus-nr-range, pci/address-range -- it was there before
    pxb bus-nr=255 slot=40 {
        // iommulint: allow pci/address-range -- it was there before
        root-port slot=32; root-port slot=33
    }
}
";
    // The second port of that line is in no node but the PXB that begins one.
    assert_eq!(allowed(text), expected);
    assert_eq!(findings(expected), []);
}

#[test]
fn nothing_is_put_into_what_ends_on_the_line() {
    let text = "/* two\nlines */ vm \"a\" machine=\"virt\" {\r\n  pxb bus-nr=255 }\r\n";
    let expected = "/* two\nlines */ vm \"a\" machine=\"virt\" {\r\n  \
                    // iommulint: allow pci/bus-nr-range -- it was there before\r\n  pxb bus-nr=255 }\r\n";
    assert_eq!(allowed(text), expected);
    let text = "/* two\nlines */ vm \"a\" machine=\"pvc\"\n";
    assert_eq!(findings(&allowed(text)), []);
}
