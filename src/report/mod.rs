//! Reports of findings: one file each.

mod concise;
mod configuration;
pub(crate) mod difference;
mod fingerprint;
mod frame;
mod full;
mod github;
mod gitlab;
mod json;
mod junit;
pub(crate) mod map;
mod narrated;
mod sarif;
mod statistics;
mod summary;
mod view;

pub(crate) use configuration::configuration;
pub(crate) use iommulint_lang::visible;
pub(crate) use statistics::Statistics;
pub(crate) use summary::{Summary, Why};

use clap::ValueEnum;
use iommulint_lang::finding::{Finding, Label};
use iommulint_lang::span::FileId;

use crate::source::{Position, Source};
use crate::sources::Sources;

/// What a report looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Each finding with the source around it
    #[default]
    Full,
    /// One line each: `file:line:column: severity[rule] text`
    Concise,
    /// Sentences, for screen readers
    Narrated,
    /// One JSON document
    Json,
    /// GitHub workflow commands, which annotate the lines of a pull request
    Github,
    /// SARIF 2.1.0, which code scanning of GitHub and many other services take
    Sarif,
    /// GitLab's Code Quality report
    Gitlab,
    /// JUnit's XML, which nearly every CI system shows
    Junit,
}

/// A report, written piece by piece.
pub(crate) trait Report {
    /// What stands before the first piece.
    fn start(&self, _: &Summary) -> String {
        String::new()
    }

    /// The findings whose primary place is in `file`; their other places are in any of `sources`.
    /// Not empty when there are findings.
    fn findings(&self, sources: &Sources, file: FileId, findings: &[Finding]) -> String;

    /// What stands between two pieces.
    fn separator(&self) -> &'static str {
        ""
    }

    /// What stands after the last piece; `sources` are all files that were checked.
    fn end(&self, sources: &Sources, summary: &Summary) -> String;

    /// Whether the report makes sense only when all of it is there.
    fn is_one_document(&self) -> bool {
        false
    }
}

impl Format {
    /// The report of this format; `color` matters to [`Format::Full`] only.
    pub(crate) fn report(self, color: bool) -> Box<dyn Report> {
        match self {
            Self::Full => Box::new(full::Full { color }),
            Self::Concise => Box::new(concise::Concise),
            Self::Narrated => Box::new(narrated::Narrated),
            Self::Json => Box::new(json::Json),
            Self::Github => Box::new(github::Github),
            Self::Sarif => Box::new(sarif::Sarif),
            Self::Gitlab => Box::new(gitlab::Gitlab),
            Self::Junit => Box::new(junit::Junit),
        }
    }
}

/// The most findings of one file that are drawn: nobody reads more.
const MOST_DRAWN: usize = 500;

/// The findings to draw, and a line about those that are not.
fn to_draw(findings: &[Finding]) -> (&[Finding], String) {
    let drawn = findings.get(..MOST_DRAWN).unwrap_or(findings);
    let left = match findings.len() - drawn.len() {
        0 => String::new(),
        left => format!("{left} more findings in this file: `--format concise` lists all\n\n"),
    };
    (drawn, left)
}

/// The labels of a finding in other files than the primary one.
fn elsewhere(finding: &Finding) -> impl Iterator<Item = &Label> {
    let here = finding.primary.origin.file;
    finding.labels.iter().filter(move |label| label.origin.file != here)
}

/// What a label says; never nothing.
fn fact(label: &Label) -> &str {
    if label.text.is_empty() { "here" } else { &label.text }
}

/// The file that a label is in, and where it begins.
fn start<'a>(sources: &'a Sources, label: &Label) -> (&'a Source, Position) {
    let (source, range) = sources.at(label.origin);
    (source, source.position(range.start))
}
