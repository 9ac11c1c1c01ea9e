//! What is found between files whose vms run on one host.

use iommulint_lang::check::{Analysis, Neighbour, Settings, across, check};
use iommulint_lang::finding::Severity;
use iommulint_lang::rules::{Level, RuleName};
use iommulint_lang::span::FileId;

const FIRST: &str = r#"vm "a" machine="virt" { hostdev "gpu0" host="0009:01:00.0"; }"#;
const SECOND: &str = r#"vm "b" machine="virt" { hostdev "gpu7" host="0009:01:00.0"; }"#;
const RULE: &str = "hostdev/shared-between-vms";

/// Where the findings are, whom they name, and how bad they are.
fn found(files: &[(&str, &str)], settings: &Settings) -> Vec<(u32, Vec<u32>, Severity)> {
    let ids = (0..).map(FileId);
    let analyses: Vec<Analysis> =
        ids.zip(files).map(|(id, (_, text))| check(*text, id, settings)).collect();
    for analysis in &analyses {
        assert_eq!(analysis.findings, [], "nothing is wrong with one file alone");
    }
    let neighbours: Vec<Neighbour<'_>> = files
        .iter()
        .zip(&analyses)
        .map(|((host, _), analysis)| Neighbour { host, analysis, settings })
        .collect();
    across(&neighbours)
        .into_iter()
        .map(|finding| {
            assert_eq!(finding.rule, RULE);
            let others = finding.labels.iter().map(|label| label.origin.file.0).collect();
            (finding.primary.origin.file.0, others, finding.severity)
        })
        .collect()
}

#[test]
fn a_device_of_one_host_in_two_files_is_found_in_the_later() {
    let files = [("h1", FIRST), ("h1", SECOND), ("h1", SECOND)];
    let expected = [(1, vec![0], Severity::Warning), (2, vec![0], Severity::Warning)];
    assert_eq!(found(&files, &Settings::default()), expected);
}

#[test]
fn another_host_has_other_devices() {
    assert_eq!(found(&[("h1", FIRST), ("h2", SECOND)], &Settings::default()), []);
}

#[test]
fn a_comment_in_the_later_file_allows_it_and_is_never_unused() {
    let allowed = format!("// iommulint: allow-file {RULE} -- never at the same time\n{SECOND}");
    assert_eq!(found(&[("h1", FIRST), ("h1", &allowed)], &Settings::default()), []);
}

#[test]
fn severity_is_as_configured() {
    let name: RuleName = RULE.parse().expect("there is such a rule");
    let mut settings = Settings::default();
    settings.levels.set(name, Level::On(Severity::Error));
    let files = [("h1", FIRST), ("h1", SECOND)];
    assert_eq!(found(&files, &settings), [(1, vec![0], Severity::Error)]);
    settings.levels.set(name, Level::Off);
    assert_eq!(found(&files, &settings), []);
}
