//! However a file is named, it is checked with the same settings: what is found in it is the same.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::run::{folder, iommulint, run_with};

/// Settings that differ by path, so that they matter.
const CONFIGURATION: &str = r#"
exclude = ["corpus/err/lint/**"]
[rules]
"pci/index-gap" = "error"
"iommu/migration" = "warning"
[[overrides]]
paths = ["corpus/err/iommufd/**"]
target = { qemu = "10.2" }
rules.pci = "note"
[[overrides]]
paths = ["corpus/err/pci/**"]
policy.not-allowable = ["hostdev"]
"#;

/// Copies what is below `from`, and gives the paths of the files as seen from there.
fn copy(from: &Path, name: &Path, to: &Path, files: &mut Vec<String>) {
    fs::create_dir_all(to.join(name)).expect("a folder can be made");
    for entry in fs::read_dir(from.join(name)).expect("it can be read") {
        let name = name.join(entry.expect("it can be read").file_name());
        if from.join(&name).is_dir() {
            copy(from, &name, to, files);
        } else {
            fs::copy(from.join(&name), to.join(&name)).expect("it can be copied");
            files.push(name.to_str().expect("a plain name").to_owned());
        }
    }
}

/// The findings of a JSON report, by file.
fn by_file(report: &[u8]) -> BTreeMap<String, Vec<Value>> {
    let report: Value = serde_json::from_slice(report).expect("it is JSON");
    let mut findings: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for finding in report["findings"].as_array().expect("a list") {
        let file = finding["file"].as_str().expect("a string").to_owned();
        findings.entry(file).or_default().push(finding.clone());
    }
    findings
}

#[test]
fn a_folder_names_and_standard_input_are_alike() {
    let scratch = folder(&[("iommulint.toml", CONFIGURATION.as_bytes())]);
    let mut files = Vec::new();
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    copy(project, Path::new("corpus/err"), scratch.path(), &mut files);
    let check = |arguments: &[&str], input: &[u8]| {
        let mut check = iommulint(&scratch);
        check.args(["check", "--format=json", "--force-exclude"]).args(arguments);
        by_file(&run_with(&mut check, input).stdout)
    };
    let of_folder = check(&["corpus"], b"");
    assert!(of_folder.len() > 50, "{} files with findings", of_folder.len());
    assert!(!of_folder.keys().any(|file| file.starts_with("corpus/err/lint/")));

    let names: Vec<&str> = files.iter().map(String::as_str).collect();
    assert_eq!(check(&names, b""), of_folder, "by their names");

    let mut by_stdin = BTreeMap::new();
    for file in &files {
        let text = fs::read(scratch.path().join(file)).expect("it can be read");
        by_stdin.append(&mut check(&["-", "--stdin-filename", file], &text));
    }
    assert_eq!(by_stdin, of_folder, "through standard input");
}
