//! What the reports look like, to the byte.
//!
//! Each `reports/NAME.kdl` is checked in each format and compared with `reports/NAME.FORMAT`.
//! `UPDATE_EXPECTED=1 cargo test --test reports` writes the files anew: look at the difference
//! before committing it.

use std::path::{Path, PathBuf};

use crate::run::{iommulint, stderr, stdout};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports")
}

fn cases() -> Vec<String> {
    let entries = folder().read_dir().expect("the folder is there");
    let names = entries.map(|entry| entry.expect("it can be read").file_name());
    let mut cases: Vec<_> =
        names.filter_map(|name| Some(name.to_str()?.strip_suffix(".kdl")?.to_owned())).collect();
    cases.sort();
    assert!(!cases.is_empty());
    cases
}

/// Compares what `arguments` print with the file `expected`.
pub(crate) fn expect(arguments: &[&str], expected: &str) -> Result<(), String> {
    expect_shown(arguments, expected, str::to_owned)
}

/// As [`expect`], of what `show` makes of standard output.
fn expect_shown(
    arguments: &[&str],
    expected: &str,
    show: impl Fn(&str) -> String,
) -> Result<(), String> {
    let output = iommulint(folder()).args(arguments).output().expect("the binary runs");
    let got = format!("{}{}", show(&stdout(&output)), stderr(&output));
    let path = folder().join(expected);
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        std::fs::write(&path, &got).expect("the file can be written");
    }
    let wanted = std::fs::read_to_string(&path).unwrap_or_default();
    if got == wanted {
        return Ok(());
    }
    let difference = similar::TextDiff::from_lines(&wanted, &got);
    Err(format!("{expected}:\n{}", difference.unified_diff()))
}

fn expect_all(format: &str) {
    expect_all_shown(format, str::to_owned);
}

fn expect_all_shown(format: &str, show: impl Fn(&str) -> String) {
    let wrong: Vec<_> = cases()
        .iter()
        .filter_map(|case| {
            let file = format!("{case}.kdl");
            let expected = format!("{case}.{format}");
            expect_shown(&["check", "--format", format, &file], &expected, &show).err()
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn full() {
    expect_all("full");
}

#[test]
fn narrated() {
    expect_all("narrated");
}

#[test]
fn concise() {
    expect_all("concise");
}

#[test]
fn json() {
    expect_all("json");
}

#[test]
fn github() {
    expect_all("github");
}

#[test]
fn gitlab() {
    expect_all("gitlab");
}

#[test]
fn junit() {
    expect_all("junit");
}

/// Without what changes with every new rule: the rules, where they stand, and those not run.
#[test]
fn sarif() {
    expect_all_shown("sarif", |log| {
        let mut log: serde_json::Value = serde_json::from_str(log).expect("it is JSON");
        let run = &mut log["runs"][0];
        let mut remove = |parent: &str, key: &str| {
            let parent = run.pointer_mut(parent).and_then(|parent| parent.as_object_mut());
            parent.expect("an object").remove(key)
        };
        assert!(remove("/tool/driver", "rules").is_some());
        remove("/invocations/0", "toolConfigurationNotifications");
        for result in run["results"].as_array_mut().expect("a list") {
            let result = result.as_object_mut().expect("an object");
            assert!(result.remove("ruleIndex").is_some());
        }
        serde_json::to_string_pretty(&log).expect("it is JSON") + "\n"
    });
}

#[test]
fn statistics() {
    let files = ["hostile.kdl", "rules.kdl"];
    let arguments = |format| [&["check", "--statistics", "--format", format][..], &files].concat();
    expect(&arguments("concise"), "statistics.concise").expect("as committed");
    expect(&arguments("narrated"), "statistics.narrated").expect("as committed");
    let output = iommulint(folder()).args(arguments("json")).output().expect("the binary runs");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let most = serde_json::json!({"rule": "schema/unknown-node", "severity": "error", "count": 2});
    let lines = report["statistics"].as_array().expect("a list");
    assert!(lines[..2].contains(&most), "{lines:?}");
    let sum: u64 = lines.iter().map(|line| line["count"].as_u64().expect("a number")).sum();
    assert_eq!(sum, report["findings"].as_array().expect("a list").len() as u64);
}

#[test]
fn colored() {
    expect(&["check", "--color", "always", "syntax.kdl"], "syntax.colored").expect("as committed");
}

#[test]
fn json_is_one_valid_document_and_its_offsets_fit_its_columns() {
    for case in cases() {
        let file = format!("{case}.kdl");
        let text = std::fs::read_to_string(folder().join(&file)).expect("it can be read");
        let output = iommulint(folder())
            .args(["check", "--format", "json", &file])
            .output()
            .expect("the binary runs");
        let document: serde_json::Value =
            serde_json::from_slice(&output.stdout).expect("it is JSON");
        assert_eq!(document["version"], 1);
        for finding in document["findings"].as_array().expect("a list") {
            for place in ["start", "end"] {
                let number = |key: &str| {
                    let number = finding[place][key].as_u64().expect("a number");
                    usize::try_from(number).expect("it fits")
                };
                let before = &text[..number("offset")];
                let line_start = before.rfind('\n').map_or(0, |at| at + 1);
                assert_eq!(number("line"), before.matches('\n').count() + 1, "{finding}");
                assert_eq!(number("column"), before[line_start..].chars().count() + 1);
            }
        }
    }
}
