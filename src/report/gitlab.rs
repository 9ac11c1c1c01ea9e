//! GitLab's Code Quality report, which its merge requests show.

use std::borrow::Cow;

use iommulint_lang::finding::{Finding, Severity};
use iommulint_lang::span::FileId;
use serde::Serialize;

use super::fingerprint::Fingerprints;
use super::json::to_json;
use super::{Report, Summary, visible};
use crate::sources::Sources;

/// One list of findings.
pub(super) struct Gitlab;

impl Report for Gitlab {
    fn start(&self, _: &Summary) -> String {
        "[".to_owned()
    }

    fn findings(&self, sources: &Sources, file: FileId, findings: &[Finding]) -> String {
        let path = path(&sources.of(file).name);
        let mut fingerprints = Fingerprints::new(sources, path);
        let described: Vec<String> = findings
            .iter()
            .map(|finding| to_json(&describe(sources, finding, path, fingerprints.of(finding))))
            .collect();
        described.join(",\n")
    }

    fn separator(&self) -> &'static str {
        ",\n"
    }

    fn end(&self, _: &Sources, _: &Summary) -> String {
        "]\n".to_owned()
    }

    fn is_one_document(&self) -> bool {
        true
    }
}

#[derive(Serialize)]
struct Described<'a> {
    description: Cow<'a, str>,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

fn describe<'a>(
    sources: &Sources,
    finding: &'a Finding,
    path: &'a str,
    fingerprint: String,
) -> Described<'a> {
    let (source, range) = sources.at(finding.primary.origin);
    Described {
        description: visible::line(&finding.headline),
        check_name: finding.rule,
        fingerprint,
        severity: match finding.severity {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Note => "info",
        },
        location: Location {
            path,
            lines: Lines {
                begin: source.position(range.start).line,
                end: source.position(range.end).line,
            },
        },
    }
}

/// GitLab finds no file by a path that begins with `./`.
fn path(name: &str) -> &str {
    name.strip_prefix("./").unwrap_or(name)
}
