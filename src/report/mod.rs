//! Reports of findings: one file each.

mod concise;
mod configuration;
pub(crate) mod difference;
mod frame;
mod full;
mod github;
mod json;
pub(crate) mod map;
mod narrated;
mod view;
pub(crate) mod visible;

pub(crate) use configuration::configuration;

use clap::ValueEnum;
use iommulint_lang::finding::{Finding, Label, Severity};
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
}

/// A report, written piece by piece.
pub(crate) trait Report {
    /// What stands before the first piece.
    fn start(&self) -> String {
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

/// How many there were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    /// Files checked.
    pub(crate) files: usize,
    /// Files with findings.
    pub(crate) files_with_findings: usize,
    /// Errors.
    pub(crate) errors: usize,
    /// Warnings.
    pub(crate) warnings: usize,
    /// Notes.
    pub(crate) notes: usize,
}

impl Summary {
    /// Counts one more file.
    pub(crate) fn add(&mut self, findings: &[Finding], _not_run: &[&'static str]) {
        self.files += 1;
        self.files_with_findings += usize::from(!findings.is_empty());
        for finding in findings {
            match finding.severity {
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
                Severity::Note => self.notes += 1,
            }
        }
    }

    /// How many findings there are at `severity` or above.
    pub(crate) fn at_or_above(&self, severity: Severity) -> usize {
        [
            (Severity::Error, self.errors),
            (Severity::Warning, self.warnings),
            (Severity::Note, self.notes),
        ]
        .into_iter()
        .filter(|&(of, _)| of >= severity)
        .map(|(_, count)| count)
        .sum()
    }
}
