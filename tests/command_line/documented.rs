//! JSON output is what `docs/reports.md` and the schemas beside it say, member by member.

use serde_json::Value;

use crate::run::{iommulint, run_with, stdout};
use crate::schemas::{complaints, folder, schema_with};

const PAGE: &str = include_str!("../../docs/reports.md");

/// The schema `name` of the docs, which also refuses members that it does not list: for others it
/// must not, but we list all of ours.
fn complaints_of(name: &str, document: &Value) -> Vec<String> {
    complaints(&schema_with(&format!("docs/{name}"), close), document)
}

/// Allows no further members in any object of `schema`.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.values_mut().for_each(close);
            if members.contains_key("required") {
                members.insert("additionalProperties".to_owned(), false.into());
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

fn json(arguments: &[&str]) -> Value {
    let output = iommulint(folder()).args(arguments).output().expect("the binary runs");
    serde_json::from_str(&stdout(&output)).expect("it is JSON")
}

#[test]
fn reports_are_as_documented() {
    for arguments in [
        &["check", "--format=json", "corpus", "tests/reports", "examples", "gone.kdl"][..],
        &["check", "--format=json", "--statistics", "corpus/err", "tests/reports/clean.kdl"],
        &["check", "--format=json", "tests/reports/clean.kdl"],
    ] {
        let report = json(arguments);
        assert_eq!(complaints_of("report.schema.json", &report), [] as [&str; 0], "{arguments:?}");
        assert_eq!(report.get("statistics").is_some(), arguments.contains(&"--statistics"));
    }
}

#[test]
fn a_member_that_is_not_documented_would_be_seen() {
    let mut report = json(&["check", "--format=json", "tests/reports/rules.kdl"]);
    report["findings"][0]["start"]["utf16"] = 1.into();
    assert_eq!(complaints_of("report.schema.json", &report).len(), 1);
    let published = schema_with("docs/report.schema.json", |_| {});
    assert_eq!(complaints(&published, &report), [] as [&str; 0], "others must allow it");
    report["findings"][1]["severity"] = "fatal".into();
    assert_eq!(complaints(&published, &report).len(), 1);
}

#[test]
fn maps_and_rules_are_as_documented() {
    let examples = folder().join("examples").read_dir().expect("the folder is there");
    let mut devices = 0;
    for example in examples {
        let path = example.expect("it can be read").path();
        if path.is_dir() {
            continue;
        }
        let path = path.to_str().expect("a plain name");
        let map = json(&["map", "--format=json", path]);
        assert_eq!(complaints_of("map.schema.json", &map), [] as [&str; 0], "{path}");
        devices += map["vms"][0]["devices"].as_array().expect("a list").len();
    }
    assert!(devices > 10, "{devices}");
    let rules = json(&["rules", "--format=json"]);
    assert_eq!(complaints_of("rules.schema.json", &rules), [] as [&str; 0]);
}

#[test]
fn every_member_is_on_the_page() {
    for name in ["report", "map", "rules"] {
        let path = folder().join(format!("docs/{name}.schema.json"));
        let text = std::fs::read_to_string(path).expect("it can be read");
        let schema: Value = serde_json::from_str(&text).expect("it is JSON");
        let definitions = schema["definitions"].as_object().expect("an object").values();
        for object in definitions.chain([&schema]) {
            for member in object["properties"].as_object().into_iter().flatten() {
                assert!(PAGE.contains(&format!("`{}`", member.0)), "{name}: {}", member.0);
            }
        }
        assert!(PAGE.contains(&format!("({name}.schema.json)")), "{name}");
    }
}

/// The text of the only block of a kind on the page.
fn block(kind: &str) -> &'static str {
    let opening = format!("```{kind}\n");
    let mut parts = PAGE.split(&opening).skip(1);
    let (block, _) = parts.next().and_then(|rest| rest.split_once("```")).expect("there is one");
    assert_eq!(parts.next(), None, "there is only one");
    block
}

#[test]
fn the_example_is_what_is_written() {
    let mut example: Value = serde_json::from_str(block("json")).expect("it is JSON");
    assert_eq!(complaints_of("report.schema.json", &example), [] as [&str; 0]);
    let arguments = ["check", "--format=json", "--statistics", "--stdin-filename=vm.kdl", "-"];
    let output = run_with(iommulint(folder()).args(arguments), block("kdl").as_bytes());
    let report: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    // All of these would be long, and different with every new rule.
    let not_run = report["not_run"].as_array().expect("a list");
    assert!(not_run.contains(&example["not_run"][0]));
    example["not_run"] = report["not_run"].clone();
    assert_eq!(report, example);
}
