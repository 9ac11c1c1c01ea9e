//! What SARIF says of findings that the cases of files do not show.

use iommulint_lang::finding::{Edit, Severity};
use iommulint_lang::span::{Origin, Span};
use serde_json::{Value, json};

use super::*;
use crate::report::Why;

fn sources() -> Sources {
    let mut sources = Sources::one(Source::new("a.kdl", "\u{feff}vm \"a\"\n"));
    sources.insert(FileId(1), Source::new("b c.kdl", "// ö\n vm \"😀\" x\n"));
    sources
}

fn origin(file: u32, start: u32, end: u32) -> Origin {
    Origin::new(FileId(file), Span::new(start, end))
}

fn described(finding: Finding) -> Value {
    let piece = Sarif.findings(&sources(), finding.primary.origin.file, &[finding]);
    serde_json::from_str(&piece).expect("it is JSON")
}

fn region(line: u64, start: u64, end: u64) -> Value {
    json!({"startLine": line, "startColumn": start, "endLine": line, "endColumn": end})
}

#[test]
fn places_are_counted_in_characters_after_a_byte_order_mark() {
    let finding = Finding::new("pci/slot", Severity::Note, origin(0, 6, 9), "wrong")
        .with_label(origin(1, 10, 16), "with this vm")
        .with_label(origin(1, 17, 18), "");
    let described = described(finding);
    assert_eq!(described["level"], "note");
    let place = |place: &Value| place["physicalLocation"].clone();
    assert_eq!(
        place(&described["locations"][0]),
        json!({"artifactLocation": {"uri": "a.kdl", "uriBaseId": "%SRCROOT%"},
               "region": region(1, 4, 7)})
    );
    let related = &described["relatedLocations"];
    assert_eq!(
        place(&related[0]),
        json!({"artifactLocation": {"uri": "b%20c.kdl", "uriBaseId": "%SRCROOT%"},
               "region": region(2, 5, 8)})
    );
    assert_eq!(related[0]["message"]["text"], "with this vm");
    assert_eq!(related[1]["message"]["text"], "here");
    assert_eq!(place(&related[1])["region"], region(2, 9, 10));
}

#[test]
fn fixes_are_by_file_and_those_for_people_are_left_out() {
    let edit = |origin, text: &str| Edit { origin, text: text.to_owned() };
    let edits = vec![
        edit(origin(0, 6, 9), "\"c\""),
        edit(origin(1, 10, 16), "\"{c}\""),
        edit(origin(1, 18, 18), "!"),
    ];
    let fix = |applicability| Fix {
        title: "rename both".to_owned(),
        applicability,
        edits: edits.clone(),
    };
    let finding = Finding::new("pci/slot", Severity::Error, origin(0, 6, 9), "wrong")
        .with_fix(fix(Applicability::DisplayOnly))
        .with_fix(fix(Applicability::Unsafe));
    let fixes = &described(finding)["fixes"];
    assert_eq!(fixes.as_array().map(Vec::len), Some(1));
    assert_eq!(fixes[0]["properties"]["applicability"], "unsafe");
    let changes = &fixes[0]["artifactChanges"];
    assert_eq!(changes[0]["artifactLocation"]["uri"], "a.kdl");
    assert_eq!(
        changes[1]["replacements"],
        json!([
            {"deletedRegion": region(2, 5, 8), "insertedContent": {"text": "\"{c}\""}},
            {"deletedRegion": region(2, 10, 10), "insertedContent": {"text": "!"}},
        ])
    );
}

#[test]
fn no_text_is_taken_for_a_placeholder_or_a_link() {
    let headline = "`{0}` and `[here](http://evil)`\x1b\n`}`";
    let finding = Finding::new("pci/slot", Severity::Error, origin(0, 6, 9), headline)
        .with_note("QEMU: no\nsuch bus")
        .with_help("leave it out");
    assert_eq!(
        described(finding)["message"]["text"],
        "`{{0}}` and `[here] (http://evil)`␛␊`}}`\nQEMU: no\nsuch bus\nleave it out"
    );
}

#[test]
fn what_was_not_looked_at_is_notified() {
    let mut summary = Summary::default();
    summary.add_not_run("iommufd/unused", Why::Unknown);
    summary.unreadable.push("cannot read `b`".to_owned());
    let log = Sarif.start(&summary) + &Sarif.end(&sources(), &summary);
    let log: Value = serde_json::from_str(&log).expect("it is JSON");
    let run = &log["runs"][0];
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let configuration = &invocation["toolConfigurationNotifications"][0];
    assert_eq!(
        configuration["message"]["text"],
        "iommufd/unused was not run: part of a vm is not known"
    );
    assert_eq!(configuration["associatedRule"]["id"], "iommufd/unused");
    assert_eq!(invocation["toolExecutionNotifications"][0]["level"], "error");
    assert_eq!(run["artifacts"][1]["length"], 19);
}
