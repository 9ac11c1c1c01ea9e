//! What `check` writes into files.

use std::fs;

use crate::run::{folder, iommulint, run, run_with, stderr, stdout};
use tempfile::TempDir;

/// A slip that has a safe fix, and a number that has an unsafe one.
const WRONG: &str = "\
vm \"a\" machine=\"virt\" {
    // the first
    pxb busNr=252 {
        root-port
    }
    pxb bus-nr=251 {
        root-port // the second
    }
}
";

fn read(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).expect("it can be read")
}

#[test]
fn safe_fixes_are_written_and_the_rest_is_reported() {
    let folder = folder(&[("a.kdl", WRONG.as_bytes()), ("b.kdl", b"vm \"b\" machine=\"virt\"\n")]);
    let (code, out, err) = run(&folder, &["check", "--fix", "--format=concise"]);
    assert_eq!(err, "1 fix applied in 1 file\n");
    assert_eq!(read(&folder, "a.kdl"), WRONG.replace("busNr=252", "bus-nr=252"));
    assert!(code == 1 && out.starts_with("a.kdl:6:16: error[pci/bus-window]"), "{out}");
    assert_eq!(out.lines().count(), 1, "{out}");
}

#[test]
fn unsafe_fixes_are_written_when_asked_for_and_comments_stay() {
    let folder = folder(&[("a.kdl", WRONG.as_bytes())]);
    let (code, out, err) = run(&folder, &["check", "--fix", "--unsafe-fixes"]);
    assert_eq!((code, err.as_str()), (0, "2 fixes applied in 1 file\n"), "{out}");
    let fixed = read(&folder, "a.kdl");
    assert!(fixed.contains("// the first") && fixed.contains("// the second"), "{fixed}");
    let again = run(&folder, &["check", "--fix", "--unsafe-fixes"]);
    assert_eq!(again, (0, out, String::new()));
    assert_eq!(read(&folder, "a.kdl"), fixed);
    assert_eq!(run(&folder, &["check", "--unsafe-fixes"]).0, 2, "with what?");
}

#[test]
fn a_diff_changes_nothing() {
    let folder = folder(&[("a.kdl", WRONG.as_bytes())]);
    let (code, out, err) = run(&folder, &["check", "--diff"]);
    assert_eq!((code, err.as_str()), (1, "1 finding would be left\n"));
    assert!(out.starts_with("--- a.kdl\n+++ a.kdl\n"), "{out}");
    assert!(out.contains("-    pxb busNr=252 {\n+    pxb bus-nr=252 {\n"), "{out}");
    assert_eq!(read(&folder, "a.kdl"), WRONG);
    let (code, out, _) = run(&folder, &["check", "--diff", "--unsafe-fixes"]);
    assert!(code == 1 && out.contains("-    pxb bus-nr=251 {\n"), "{out}");
    fs::write(folder.path().join("a.kdl"), "vm \"a\" machine=\"virt\"\n")
        .expect("it can be written");
    assert_eq!(run(&folder, &["check", "--diff"]), (0, String::new(), String::new()));
}

#[test]
fn standard_input_is_fixed_to_standard_output() {
    let folder = folder(&[]);
    let output = run_with(
        iommulint(&folder).args([
            "check",
            "--fix",
            "-",
            "--stdin-filename=x.kdl",
            "--format=concise",
        ]),
        WRONG.as_bytes(),
    );
    assert_eq!(stdout(&output), WRONG.replace("busNr=252", "bus-nr=252"));
    let said = stderr(&output);
    assert!(
        said.starts_with("1 fix applied in 1 file\nx.kdl:6:16: error[pci/bus-window]"),
        "{said}"
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn what_is_found_can_be_allowed_for_a_reason() {
    let folder = folder(&[("a.kdl", WRONG.replace("busNr", "bus-nr").as_bytes())]);
    let (code, out, err) = run(&folder, &["check", "--add-allow", "as in the lab"]);
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (0, "1 file checked, no findings\n", "1 comment added in 1 file\n")
    );
    let allowed = read(&folder, "a.kdl");
    let comment = "    // iommulint: allow pci/bus-window -- as in the lab\n    pxb bus-nr=251 {\n";
    assert!(allowed.contains(comment), "{allowed}");
    assert_eq!(run(&folder, &["check", "--add-allow", "again"]).0, 0);
    assert_eq!(read(&folder, "a.kdl"), allowed);
    for reason in ["", " ", "two\nlines"] {
        assert_eq!(run(&folder, &["check", "--add-allow", reason]).0, 2, "{reason:?}");
    }
}
