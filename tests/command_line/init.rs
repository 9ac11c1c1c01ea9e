//! Files to begin with, and what CI systems read.

use std::fs;

use crate::run::{folder, run};

const PAGE: &str = include_str!("../../docs/ci.md");
const MATCHER: &str = include_str!("../../.github/iommulint-matcher.json");

#[test]
fn a_configuration_is_written_once_and_can_be_used() {
    let folder = folder(&[("a.kdl", b"vm \"a\" machine=\"virt\"\n")]);
    assert_eq!(run(&folder, &["init"]), (0, String::new(), "wrote iommulint.toml\n".to_owned()));
    let clean = "1 file checked, no findings\n".to_owned();
    assert_eq!(run(&folder, &["check"]), (0, clean, String::new()));

    let path = folder.path().join("iommulint.toml");
    fs::write(&path, "# mine\n").expect("it can be written");
    let (code, _, err) = run(&folder, &["init", "pre-commit", "config"]);
    assert!(code == 2 && err.contains("`iommulint.toml` is there already"), "{err}");
    assert_eq!(fs::read_to_string(&path).expect("it is there"), "# mine\n");
    assert!(!folder.path().join(".pre-commit-config.yaml").exists(), "nothing was written");

    assert_eq!(run(&folder, &["init", "--force"]).0, 0);
    let written = fs::read_to_string(&path).expect("it is there");
    assert_eq!(run(&folder, &["init", "--print"]), (0, written, String::new()));
}

#[test]
fn files_are_where_the_programs_look_for_them_and_as_the_page_shows_them() {
    let folder = folder(&[]);
    let (code, _, err) = run(&folder, &["init", "pre-commit", "github", "gitlab"]);
    assert_eq!(code, 0, "{err}");
    let blocks: Vec<&str> = PAGE
        .split("```yaml\n")
        .skip(1)
        .filter_map(|rest| rest.split_once("```").map(|(block, _)| block))
        .collect();
    let paths = [".pre-commit-config.yaml", ".github/workflows/iommulint.yml", ".gitlab-ci.yml"];
    for (path, shown) in paths.iter().zip(&blocks) {
        let written = fs::read_to_string(folder.path().join(path)).expect(path);
        assert_eq!(&written, shown, "{path}");
        assert!(PAGE.contains(&format!("`{path}`")), "{path}");
    }
    assert_eq!(blocks.len(), paths.len());
}

#[test]
fn the_problem_matcher_reads_the_concise_report() {
    let matcher: serde_json::Value = serde_json::from_str(MATCHER).expect("it is JSON");
    let pattern = &matcher["problemMatcher"][0]["pattern"][0];
    let expression = pattern["regexp"].as_str().expect("a string");
    let expression = regex::Regex::new(expression).expect("a regular expression");
    let group =
        |name: &str| usize::try_from(pattern[name].as_u64().expect(name)).expect("a small number");
    let text = b"vm \"a\" machine=\"virt\" {\n    iommufd \"i\"\n    pxb bus-nr=255\n}\n";
    let folder = folder(&[("a:b.kdl", text)]);
    let (_, out, _) = run(&folder, &["check", "--format=concise"]);
    let read: Vec<_> = out
        .lines()
        .map(|line| {
            let found = expression.captures(line).unwrap_or_else(|| panic!("{line}"));
            let part = |name| found[group(name)].to_owned();
            assert!(line.ends_with(&format!("] {}", part("message"))), "{line}");
            (part("file"), part("line"), part("column"), part("severity"), part("code"))
        })
        .collect();
    let expected = |line: &str, column: &str, severity: &str, code: &str| {
        ["a:b.kdl", line, column, severity, code].map(str::to_owned).into()
    };
    let expected: [(String, String, String, String, String); 2] = [
        expected("2", "13", "warning", "iommufd/unused"),
        expected("3", "16", "error", "pci/bus-nr-range"),
    ];
    assert_eq!(read, expected);
}
