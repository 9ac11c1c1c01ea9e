//! SARIF 2.1.0, the static analysis results interchange format of OASIS.

mod driver;
mod uri;

use std::collections::BTreeMap;
use std::ops::Range;

use iommulint_lang::finding::{Applicability, Finding, Fix, Label};
use iommulint_lang::span::FileId;
use serde::Serialize;

use super::fingerprint::Fingerprints;
use super::json::to_json;
use super::summary::NotRun;
use super::{Report, Summary, visible};
use crate::source::{Position, Source};
use crate::sources::Sources;

/// One log with one run.
pub(super) struct Sarif;

/// Where the schema of what is written is published.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

impl Report for Sarif {
    fn start(&self, _: &Summary) -> String {
        let driver = to_json(&driver::Driver::new());
        let bases = BTreeMap::from([(uri::BASE, Base::new())]);
        format!(
            "{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{{\
             \"tool\":{{\"driver\":{driver}}},\
             \"columnKind\":\"unicodeCodePoints\",\
             \"newlineSequences\":[\"\\r\\n\",\"\\n\",\"\\r\"],\
             \"originalUriBaseIds\":{},\
             \"results\":[\n",
            to_json(&bases)
        )
    }

    fn findings(&self, sources: &Sources, _: FileId, findings: &[Finding]) -> String {
        // The file has a name of its own beside the fingerprint.
        let mut fingerprints = Fingerprints::new(sources, "");
        let results: Vec<String> = findings
            .iter()
            .map(|finding| to_json(&result(sources, finding, fingerprints.of(finding))))
            .collect();
        results.join(",\n")
    }

    fn separator(&self) -> &'static str {
        ",\n"
    }

    fn end(&self, sources: &Sources, summary: &Summary) -> String {
        let artifacts: Vec<_> = sources.iter().map(Artifact::of).collect();
        let invocation = Invocation::of(summary);
        let (artifacts, invocation) = (to_json(&artifacts), to_json(&invocation));
        format!("],\n\"artifacts\":{artifacts},\n\"invocations\":[{invocation}]}}]}}\n")
    }

    fn is_one_document(&self) -> bool {
        true
    }
}

#[derive(Serialize)]
struct Base {
    description: Message,
}

impl Base {
    /// Without a URI: where the folder is on this machine is nobody's business.
    fn new() -> Self {
        Self { description: Message::new("the folder that iommulint was run in") }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult {
    rule_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Message,
    locations: [Place; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Place>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<DescribedFix>,
    partial_fingerprints: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

impl Message {
    /// `text` made harmless, and what SARIF would read as a placeholder or a link taken literally.
    fn new(text: &str) -> Self {
        let text = visible::lines(text).replace('{', "{{").replace('}', "}}");
        Self { text: text.replace("](", "] (") }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

impl ArtifactLocation {
    fn of(source: &Source) -> Self {
        let uri::Uri { uri, base } = uri::of(&source.name);
        Self { uri, uri_base_id: base }
    }
}

/// Lines and columns from 1; the end is not included.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

impl Region {
    fn of(source: &Source, range: Range<usize>) -> Self {
        let (start, end) = (source.position(range.start), source.position(range.end));
        Self {
            start_line: start.line,
            start_column: column(source, start),
            end_line: end.line,
            end_column: column(source, end),
        }
    }
}

/// The column as SARIF counts: a byte order mark is no part of the first line.
fn column(source: &Source, position: Position) -> usize {
    let has_mark = position.line == 1 && source.text.starts_with('\u{feff}');
    position.column.saturating_sub(usize::from(has_mark)).max(1)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DescribedFix {
    description: Message,
    artifact_changes: Vec<ArtifactChange>,
    properties: FixProperties,
}

#[derive(Serialize)]
struct FixProperties {
    applicability: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: Content,
}

#[derive(Serialize)]
struct Content {
    text: String,
}

#[derive(Serialize)]
struct Artifact {
    location: ArtifactLocation,
    length: usize,
    encoding: &'static str,
    roles: [&'static str; 1],
}

impl Artifact {
    fn of(source: &Source) -> Self {
        Self {
            location: ArtifactLocation::of(source),
            length: source.text.len(),
            encoding: "utf-8",
            roles: ["analysisTarget"],
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_configuration_notifications: Vec<Notification>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Notification {
    level: &'static str,
    message: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    associated_rule: Option<RuleReference>,
}

#[derive(Serialize)]
struct RuleReference {
    id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<usize>,
}

impl Invocation {
    fn of(summary: &Summary) -> Self {
        let not_run = |NotRun { rule, why }: &NotRun| Notification {
            level: "note",
            message: Message::new(&format!("{rule} was not run: {}", why.words())),
            associated_rule: Some(RuleReference { id: rule, index: driver::position(rule) }),
        };
        let unreadable = |why: &String| Notification {
            level: "error",
            message: Message::new(why),
            associated_rule: None,
        };
        Self {
            execution_successful: summary.unreadable.is_empty(),
            tool_configuration_notifications: summary.not_run.iter().map(not_run).collect(),
            tool_execution_notifications: summary.unreadable.iter().map(unreadable).collect(),
        }
    }
}

fn result(sources: &Sources, finding: &Finding, fingerprint: String) -> SarifResult {
    let related = finding.labels.iter().enumerate().map(|(position, label)| Place {
        id: Some(position + 1),
        message: Some(Message::new(super::fact(label))),
        ..location(sources, label)
    });
    let fixes = finding.fixes.iter().filter(|fix| fix.applicability != Applicability::DisplayOnly);
    SarifResult {
        rule_id: finding.rule,
        rule_index: driver::position(finding.rule),
        level: finding.severity.name(),
        message: Message::new(&text(finding)),
        locations: [location(sources, &finding.primary)],
        related_locations: related.collect(),
        fixes: fixes.map(|fix| describe(sources, fix)).collect(),
        partial_fingerprints: BTreeMap::from([("ruleAndText/v1", fingerprint)]),
    }
}

/// What is wrong, and what more there is to say of it.
fn text(finding: &Finding) -> String {
    let headline = visible::line(&finding.headline);
    let notes = finding.notes.iter().map(String::as_str);
    let more = notes.chain(finding.help.as_deref());
    std::iter::once(headline.as_ref()).chain(more).collect::<Vec<_>>().join("\n")
}

fn location(sources: &Sources, label: &Label) -> Place {
    let (source, range) = sources.at(label.origin);
    Place {
        id: None,
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation::of(source),
            region: Region::of(source, range),
        },
        message: Some(&label.text).filter(|text| !text.is_empty()).map(|text| Message::new(text)),
    }
}

/// A fix that a program may apply; how far it may be trusted is said in its properties, as SARIF
/// has no word for that.
fn describe(sources: &Sources, fix: &Fix) -> DescribedFix {
    let mut changes: BTreeMap<FileId, Vec<Replacement>> = BTreeMap::new();
    for edit in &fix.edits {
        let (source, range) = sources.at(edit.origin);
        changes.entry(edit.origin.file).or_default().push(Replacement {
            deleted_region: Region::of(source, range),
            inserted_content: Content { text: edit.text.clone() },
        });
    }
    let change = |(file, replacements)| ArtifactChange {
        artifact_location: ArtifactLocation::of(sources.of(file)),
        replacements,
    };
    DescribedFix {
        description: Message::new(&fix.title),
        artifact_changes: changes.into_iter().map(change).collect(),
        properties: FixProperties { applicability: super::json::applicability(fix) },
    }
}

#[cfg(test)]
mod tests;
