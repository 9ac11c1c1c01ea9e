//! Reports held to the schemas that are published for them, on the wrong files of the corpus and on
//! the cases of `reports/`.

use std::collections::HashSet;
use std::path::Path;

use jsonschema::Validator;
use serde_json::Value;

use crate::run::{iommulint, stdout};

/// The folders whose files are reported on, and a file that cannot be read.
const INPUT: [&str; 4] = ["corpus/err", "tests/reports", "examples", "gone.kdl"];

pub(crate) fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn report(format: &str, more: &[&str]) -> String {
    let mut command = iommulint(folder());
    let output = command.args(["check", "--format", format]).args(INPUT).args(more).output();
    stdout(&output.expect("the binary runs"))
}

fn json_report(format: &str) -> Value {
    serde_json::from_str(&report(format, &[])).expect("it is JSON")
}

/// The schema of that name; formats such as that of a URI are looked at.
fn schema(path: &str) -> Validator {
    schema_with(path, |_| {})
}

/// The schema of that name after a `change`.
pub(crate) fn schema_with(path: &str, change: impl Fn(&mut Value)) -> Validator {
    let text = std::fs::read_to_string(folder().join(path)).expect("it can be read");
    // The pattern of SARIF's languages has a bracket too many, which not every engine takes.
    let mut schema = serde_json::from_str(&text.replace("{2}]?$", "{2}?$")).expect("it is JSON");
    change(&mut schema);
    jsonschema::options().should_validate_formats(true).build(&schema).expect("it is a schema")
}

/// What is wrong with `document`, if anything.
pub(crate) fn complaints(schema: &Validator, document: &Value) -> Vec<String> {
    let complaint =
        |error: jsonschema::ValidationError<'_>| format!("{}: {error}", error.instance_path());
    schema.iter_errors(document).map(complaint).take(20).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

#[test]
fn sarif_is_as_its_schema_says() {
    let schema = schema("tests/schemas/sarif-2.1.0.json");
    let log = json_report("sarif");
    assert_eq!(complaints(&schema, &log), [] as [&str; 0]);
    let run = &log["runs"][0];
    assert!(list(&run["results"]).len() > 150);

    // The schema is really asked.
    let mut wrong = log.clone();
    wrong["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] =
        0.into();
    assert_eq!(complaints(&schema, &wrong).len(), 1);
    let mut wrong = log.clone();
    wrong["runs"][0]["artifacts"][0]["location"]["uri"] = "a b".into();
    assert_eq!(complaints(&schema, &wrong).len(), 1);
}

#[test]
fn what_sarif_refers_to_is_there() {
    let log = json_report("sarif");
    let run = &log["runs"][0];
    let rules = list(&run["tool"]["driver"]["rules"]);
    let artifacts: HashSet<_> =
        list(&run["artifacts"]).iter().map(|artifact| &artifact["location"]).collect();
    let mut places = 0;
    let mut fingerprints = HashSet::new();
    for result in list(&run["results"]) {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("a number"));
        assert_eq!(rules[index.expect("it is small")]["id"], result["ruleId"]);
        let related = result.get("relatedLocations").map_or(&[][..], list);
        for place in list(&result["locations"]).iter().chain(related) {
            places += 1;
            assert!(artifacts.contains(&place["physicalLocation"]["artifactLocation"]), "{place}");
        }
        for change in result.get("fixes").map_or(&[][..], list) {
            assert!(artifacts.contains(&change["artifactChanges"][0]["artifactLocation"]));
        }
        let place = &result["locations"][0]["physicalLocation"]["artifactLocation"];
        let fingerprint = &result["partialFingerprints"]["ruleAndText/v1"];
        assert!(fingerprints.insert((place, fingerprint)), "{result}");
    }
    assert!(places > 300, "{places}");
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(list(&invocation["toolExecutionNotifications"]).len(), 1);
    for notification in list(&invocation["toolConfigurationNotifications"]) {
        let rule = &notification["associatedRule"];
        let index = usize::try_from(rule["index"].as_u64().expect("a number"));
        assert_eq!(rules[index.expect("it is small")]["id"], rule["id"]);
    }
}

#[test]
fn gitlab_is_as_documented_and_every_fingerprint_is_another() {
    let schema = schema("tests/schemas/gitlab-code-quality.json");
    let report = json_report("gitlab");
    assert_eq!(complaints(&schema, &report), [] as [&str; 0]);
    let fingerprints: HashSet<_> =
        list(&report).iter().map(|finding| &finding["fingerprint"]).collect();
    assert!(fingerprints.len() > 150);
    assert_eq!(fingerprints.len(), list(&report).len());

    let mut wrong = report.clone();
    wrong[0]["severity"] = "error".into();
    assert_eq!(complaints(&schema, &wrong).len(), 1);
}

#[test]
fn junit_counts_what_is_in_it() {
    let report = report("junit", &[]);
    let document = roxmltree::Document::parse(&report).expect("it is XML");
    let root = document.root_element();
    let number = |node: roxmltree::Node<'_, '_>, name: &str| -> usize {
        node.attribute(name).expect("it is there").parse().expect("a number")
    };
    let count = |node: roxmltree::Node<'_, '_>, name: &str| {
        node.descendants().filter(|child| child.has_tag_name(name)).count()
    };
    let suites = root.children().filter(|child| child.has_tag_name("testsuite"));
    for node in suites.chain([root]) {
        for (attribute, tag) in
            [("tests", "testcase"), ("failures", "failure"), ("errors", "error")]
        {
            assert_eq!(number(node, attribute), count(node, tag), "{:?}", node.attribute("name"));
        }
    }
    assert!(count(root, "failure") > 150);
    assert_eq!(count(root, "error"), 1);
    assert!(count(root, "testcase") > count(root, "failure") + count(root, "error"));
}

#[test]
fn every_format_says_as_much() {
    let findings = list(&json_report("json")["findings"]).len();
    assert_eq!(list(&json_report("sarif")["runs"][0]["results"]).len(), findings);
    assert_eq!(list(&json_report("gitlab")).len(), findings);
    assert_eq!(report("concise", &[]).lines().count(), findings);
}
