//! The findings of the parser: one function for each mistake, with its wording.

mod strings;
mod structure;
mod words;

use super::chars::{is_disallowed, is_newline};
use super::errors::{self, LIMIT};
use super::prescan::Prescan;
use crate::finding::{Applicability, Edit, Finding, Fix, Severity};
use crate::span::{FileId, Origin, Span};

/// Collects findings, and counts those beyond the limit.
#[derive(Clone)]
pub(crate) struct Mistakes {
    file: FileId,
    findings: Vec<Finding>,
    more: usize,
}

impl Mistakes {
    pub(crate) fn new(file: FileId) -> Self {
        Self { file, findings: Vec::new(), more: 0 }
    }

    /// How many mistakes there are so far.
    pub(crate) fn count(&self) -> usize {
        self.findings.len() + self.more
    }

    /// Whether further mistakes are counted only.
    pub(crate) fn is_full(&self) -> bool {
        self.findings.len() >= LIMIT
    }

    /// Whether there is a finding of `rule`.
    pub(crate) fn has(&self, rule: &str) -> bool {
        self.findings.iter().any(|finding| finding.rule == rule)
    }

    /// Forgets the newest finding if it is about `span`.
    pub(crate) fn take_back(&mut self, span: Span) {
        if self.more == 0 {
            self.findings.pop_if(|finding| finding.primary.origin.span == span);
        }
    }

    /// Lets the fixes of all findings but the first `since` that write something at byte `offset` write a
    /// space before it, which is missing there as well.
    pub(crate) fn space_fixes(&mut self, since: usize, offset: u32) {
        let fixes = self.findings.iter_mut().skip(since).flat_map(|finding| &mut finding.fixes);
        for edit in fixes.flat_map(|fix| &mut fix.edits) {
            if edit.origin.span.start == offset && !edit.text.is_empty() {
                edit.text.insert(0, ' ');
            }
        }
    }

    /// The findings in file order; the last one counts those left out.
    pub(crate) fn into_findings(mut self) -> Vec<Finding> {
        self.findings.sort_by_key(|finding| finding.primary.origin.span);
        if self.more > 0
            && let Some(last) = self.findings.last()
        {
            let headline = format!("{} more syntax errors are not shown", self.more);
            let origin = last.primary.origin;
            self.findings.push(
                Finding::new(errors::TOO_MANY_ERRORS, Severity::Error, origin, headline)
                    .with_help("correct the errors above first: later ones may follow from them"),
            );
        }
        self.findings
    }

    /// Adds the finding that `describe` builds upon a headline, unless there are too many.
    fn add(
        &mut self,
        rule: &'static str,
        span: Span,
        headline: impl FnOnce() -> String,
        describe: impl FnOnce(Finding, FileId) -> Finding,
    ) {
        if self.is_full() {
            self.more += 1;
            return;
        }
        let origin = Origin::new(self.file, span);
        let finding = Finding::new(rule, Severity::Error, origin, headline());
        self.findings.push(describe(finding, self.file));
    }

    pub(crate) fn too_long(&mut self, len: usize) {
        self.add(
            errors::TOO_LONG,
            Span::default(),
            || format!("the file has {len} bytes, at most 4294967295 can be read"),
            |finding, _| finding,
        );
    }

    pub(crate) fn disallowed(&mut self, text: &str, prescan: &Prescan) {
        for &span in &prescan.disallowed {
            let c = span.of(text).chars().next().unwrap_or_default();
            self.add(
                errors::DISALLOWED_CHARACTER,
                span,
                || format!("U+{:04X} ({}) may not stand in a KDL file", u32::from(c), name_of(c)),
                |finding, file| {
                    finding
                        .with_text("invisible character")
                        .with_help(format!(
                            "remove it, or write `\\u{{{:X}}}` inside of a quoted string",
                            u32::from(c)
                        ))
                        .with_replacement(
                            "remove the character",
                            Applicability::Unsafe,
                            Origin::new(file, span),
                            "",
                        )
                },
            );
        }
        self.more += prescan.more_disallowed;
    }
}

/// What a disallowed character is called.
fn name_of(c: char) -> &'static str {
    match c {
        '\0' => "NUL",
        '\u{7F}' => "DEL",
        '\u{FEFF}' => "byte order mark",
        '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
            "text direction control"
        }
        _ => "control character",
    }
}

/// A fix with one edit.
fn replace(
    title: impl Into<String>,
    applicability: Applicability,
    file: FileId,
    span: Span,
    text: impl Into<String>,
) -> Fix {
    let edits = vec![Edit { origin: Origin::new(file, span), text: text.into() }];
    Fix { title: title.into(), applicability, edits }
}

/// `text` as a quoted KDL string.
pub(crate) fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if is_newline(c) || is_disallowed(c) => quoted.extend(c.escape_unicode()),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// The text as a headline shows it: at most 40 characters of its first line.
fn shown(text: &str) -> String {
    let line = text.split(super::chars::is_newline).next().unwrap_or("");
    if line.chars().count() <= 40 {
        return line.to_owned();
    }
    let mut short: String = line.chars().take(39).collect();
    short.push('…');
    short
}
