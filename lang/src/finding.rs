//! What the front ends and the rules have to say about a file.

mod miette;

pub use miette::InSource;

use crate::span::Origin;

/// How bad a finding is, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; the configuration works.
    Note,
    /// Probably not what was meant.
    Warning,
    /// The configuration cannot work as written.
    Error,
}

impl Severity {
    /// The word reports use: `error`, `warning`, `note`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A place in a file, and a fact about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub origin: Origin,
    /// The fact; may be empty.
    pub text: String,
}

/// How far an automatic fix may be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applicability {
    /// Keeps what the user meant.
    Safe,
    /// Probably right, yet may change what the user meant.
    Unsafe,
    /// To be shown only: a person must decide.
    DisplayOnly,
}

/// Replaces the bytes at `origin` by `text`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; an empty span inserts.
    pub origin: Origin,
    /// What stands there afterwards.
    pub text: String,
}

/// A change that would remove a finding. Its edits do not overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the change does, in the imperative.
    pub title: String,
    /// How far it may be trusted.
    pub applicability: Applicability,
    /// The changes, in file order.
    pub edits: Vec<Edit>,
}

/// One mistake: which rule, where, what is wrong, why, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's name, such as `pci/bus-window`.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong: lower case, no final dot, user text in backticks.
    pub headline: String,
    /// The exact place of the mistake.
    pub primary: Label,
    /// The other parties to it.
    pub labels: Vec<Label>,
    /// Facts; among them the exact words of libvirt or QEMU.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Option<String>,
    /// Changes that would remove the finding.
    pub fixes: Vec<Fix>,
}

impl Finding {
    /// A finding with a headline and a place; the rest is added by the `with_…` methods.
    pub fn new(
        rule: &'static str,
        severity: Severity,
        origin: Origin,
        headline: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            severity,
            headline: headline.into(),
            primary: Label { origin, text: String::new() },
            labels: Vec::new(),
            notes: Vec::new(),
            help: None,
            fixes: Vec::new(),
        }
    }

    /// Where the rule is described.
    #[must_use]
    pub fn url(&self) -> String {
        rule_url(self.rule)
    }

    /// Says a fact at the primary place.
    #[must_use]
    pub fn with_text(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Points at another party to the mistake.
    #[must_use]
    pub fn with_label(mut self, origin: Origin, text: impl Into<String>) -> Self {
        self.labels.push(Label { origin, text: text.into() });
        self
    }

    /// Adds a fact, such as the message real libvirt or QEMU gives.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds several facts, or none.
    #[must_use]
    pub fn with_notes(mut self, notes: impl IntoIterator<Item = String>) -> Self {
        self.notes.extend(notes);
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Offers a change.
    #[must_use]
    pub fn with_fix(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }

    /// Offers a change of several edits, if all of them can be made.
    #[must_use]
    pub fn with_edits(
        self,
        title: impl Into<String>,
        applicability: Applicability,
        edits: impl IntoIterator<Item = Option<Edit>>,
    ) -> Self {
        match edits.into_iter().collect::<Option<Vec<_>>>() {
            Some(mut edits) if !edits.is_empty() => {
                edits.sort_by_key(|edit| edit.origin);
                self.with_fix(Fix { title: title.into(), applicability, edits })
            }
            _ => self,
        }
    }

    /// Offers to replace the bytes at `origin` by `text`.
    #[must_use]
    pub fn with_replacement(
        self,
        title: impl Into<String>,
        applicability: Applicability,
        origin: Origin,
        text: impl Into<String>,
    ) -> Self {
        self.with_fix(Fix {
            title: title.into(),
            applicability,
            edits: vec![Edit { origin, text: text.into() }],
        })
    }
}

/// Where the page of the rule `name` is.
pub(crate) fn rule_url(name: &str) -> String {
    format!("{}/blob/main/docs/rules/{name}.md", env!("CARGO_PKG_REPOSITORY"))
}
