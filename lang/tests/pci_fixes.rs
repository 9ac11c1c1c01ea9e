//! What the rules of PCI offer to change does away with the mistake, all of it at once too.

use iommulint_lang::check::{Settings, check};
use iommulint_lang::finding::{Edit, Finding};
use iommulint_lang::span::FileId;

#[test]
fn bus_numbers_go_to_places_of_their_own() {
    let text = r#"vm "a" machine="virt" {
    root-port index=9
    pxb bus-nr=252 {
        root-port
    }
    pxb bus-nr=252 {
        root-port
        root-port
        root-port
        root-port
    }
    pxb bus-nr=252
    pxb bus-nr=100 {
        root-port
    }
    pxb bus-nr=101 {
        root-port
    }
    pxb bus-nr=101 {
        root-port
    }
    pxb bus-nr=102
}"#;
    let found = findings(text);
    let changed =
        |finding: &&Finding| ["pci/duplicate-bus-nr", "pci/bus-window"].contains(&finding.rule);
    let offered = |findings: &[Finding]| -> usize {
        findings.iter().filter(changed).map(|finding| finding.fixes.len()).sum()
    };
    // Of the two at 101 the first has too small a window. It is the second's as long as that is there.
    assert_eq!((found.iter().filter(changed).count(), offered(&found)), (5, 4), "{found:#?}");
    let text = fixed(text, &found);
    let found = findings(&text);
    assert_eq!((found.iter().filter(changed).count(), offered(&found)), (1, 1), "{found:#?}");
    let left = findings(&fixed(&text, &found));
    assert_eq!(left.iter().filter(changed).count(), 0, "{left:#?}");
}

#[test]
fn an_mmio_window_becomes_one_that_qemu_takes() {
    for size in ["3TiB", "256GiB", "1KiB", "4095PiB"] {
        let text = format!("vm \"a\" machine=\"virt\" {{\n    mmio-window \"{size}\"\n}}");
        let found = findings(&text);
        assert_eq!(found.len(), 1, "{found:#?}");
        let left = findings(&fixed(&text, &found));
        assert!(left.is_empty(), "{size}: {left:#?}");
    }
}

fn findings(text: &str) -> Vec<Finding> {
    check(text, FileId(0), &Settings::default()).findings
}

/// `text` with the first fix of every finding.
fn fixed(text: &str, findings: &[Finding]) -> String {
    let fixes = findings.iter().filter_map(|finding| finding.fixes.first());
    let mut edits: Vec<&Edit> = fixes.flat_map(|fix| &fix.edits).collect();
    edits.sort_by_key(|edit| edit.origin);
    let mut text = text.to_owned();
    for edit in edits.into_iter().rev() {
        text.replace_range(edit.origin.span.range(), &edit.text);
    }
    text
}
