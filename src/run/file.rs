//! One file of a run.

use iommulint_lang::check::{Analysis, check};
use iommulint_lang::finding::{Applicability, Finding};
use iommulint_lang::fix::fix;
use iommulint_lang::language::Text;
use iommulint_lang::span::FileId;
use iommulint_settings::FileSettings;

use super::Failure;
use crate::input::{self, Input};
use crate::lint::Lint;
use crate::source::Source;

/// One file, checked.
pub(crate) struct CheckedFile {
    /// Where it comes from.
    pub(crate) input: Input,
    /// Its number in the run.
    pub(crate) id: FileId,
    /// Its text as it is now.
    pub(crate) source: Source,
    /// Its text as it was read, when that was changed.
    pub(crate) before: Option<String>,
    /// How many fixes were applied.
    pub(crate) fixed: usize,
    /// How many comments that allow were added.
    pub(crate) allowed: usize,
    /// What it was checked with.
    pub(crate) settings: FileSettings,
    /// What there is to say, in file order.
    pub(crate) findings: Vec<Finding>,
    /// The rules that could not be run on all of it.
    pub(crate) not_run: Vec<&'static str>,
    /// Whether there is anything in it to judge.
    pub(crate) concerns_us: bool,
    /// All that is known of it but the findings, where that is needed later: it is large.
    pub(crate) analysis: Option<Analysis>,
}

impl CheckedFile {
    /// Checks `input`, the one at `position`, after applying fixes as far as `trust` says, when it
    /// says something. `keeps_analysis` says whether all that is known of it is needed later.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or not be decided what it is checked with.
    pub(crate) fn check(
        position: usize,
        input: &Input,
        lint: &Lint,
        trust: Option<Applicability>,
        keeps_analysis: bool,
    ) -> Result<Self, Failure> {
        let id =
            u32::try_from(position).map_err(|_| Failure::Input("too many files".to_owned()))?;
        let id = FileId(id);
        let source = input::read(input).map_err(Failure::Input)?;
        let settings = lint.settings(input.path()).map_err(Failure::Configuration)?;
        let mut file = Self {
            input: input.clone(),
            id,
            source,
            before: None,
            fixed: 0,
            allowed: 0,
            settings,
            findings: Vec::new(),
            not_run: Vec::new(),
            concerns_us: true,
            analysis: None,
        };
        let text = file.text();
        let analysis = match trust {
            None => check(text, id, &file.settings.check),
            Some(trust) => {
                let fixed = fix(text, id, &file.settings.check, trust);
                file.fixed = fixed.applied.len();
                file.change(fixed.text);
                fixed.analysis
            }
        };
        file.take(analysis);
        // Without a host there is nothing to compare it with.
        if !keeps_analysis && file.settings.host.is_none() {
            file.analysis = None;
        }
        Ok(file)
    }

    /// Its text as it is now, and what it is written in.
    pub(crate) fn text(&self) -> Text {
        self.input.language().text(self.source.text.as_str())
    }

    /// Gives it another text.
    pub(crate) fn change(&mut self, text: String) {
        if text != self.source.text {
            let name = self.source.name.clone();
            let before = std::mem::replace(&mut self.source, Source::new(name, text));
            self.before.get_or_insert(before.text);
        }
    }

    /// Takes what is known of its text.
    pub(crate) fn take(&mut self, mut analysis: Analysis) {
        self.findings = std::mem::take(&mut analysis.findings);
        self.not_run = std::mem::take(&mut analysis.not_run);
        self.concerns_us = analysis.concerns_us;
        self.analysis = Some(analysis);
    }
}
