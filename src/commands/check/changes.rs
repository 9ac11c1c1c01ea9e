//! What `check` does to files beside looking at them.

use clap::Args;
use iommulint_lang::check::{add_allow, check};
use iommulint_lang::finding::Applicability;
use iommulint_lang::fix::edited;

use crate::input::{self, Input};
use crate::output::{OutputFile, log, write_file};
use crate::report::difference;
use crate::run::CheckedFile;

/// What may be changed.
#[derive(Debug, Args)]
#[command(next_help_heading = "Changes")]
pub(super) struct Changes {
    /// Apply the fixes that keep what was meant
    #[arg(long, group = "applies")]
    fix: bool,
    /// With --fix or --diff: apply also the fixes that may change what was meant
    #[arg(long, requires = "applies")]
    unsafe_fixes: bool,
    /// Show as a diff what --fix, --unsafe-fixes or --add-allow would change, and change nothing
    #[arg(long, group = "applies")]
    diff: bool,
    /// Allow everything that is found, for this reason: a comment above each place
    #[arg(
        long,
        value_name = "REASON",
        env = "IOMMULINT_ADD_ALLOW",
        value_parser = reason,
    )]
    add_allow: Option<String>,
}

/// A reason stands in one line.
fn reason(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("a reason is needed".to_owned()),
        text if text.chars().any(char::is_control) => Err("it must be one line".to_owned()),
        text => Ok(text.to_owned()),
    }
}

impl Changes {
    /// How far fixes are trusted; none when nothing is to be fixed.
    pub(super) fn trust(&self) -> Option<Applicability> {
        let wanted = self.fix || (self.diff && self.add_allow.is_none());
        match (wanted || self.unsafe_fixes, self.unsafe_fixes) {
            (false, _) => None,
            (true, false) => Some(Applicability::Safe),
            (true, true) => Some(Applicability::Unsafe),
        }
    }

    /// Whether the changes are shown in place of what is found.
    pub(super) fn are_shown_only(&self) -> bool {
        self.diff
    }

    /// Whether a file may be changed at all.
    pub(super) fn are_wanted(&self) -> bool {
        self.trust().is_some() || self.add_allow.is_some()
    }

    /// Allows what is found in `file`, if that is asked for.
    pub(super) fn allow(&self, file: &mut CheckedFile) {
        let (Some(reason), Some(analysis)) = (&self.add_allow, &file.analysis) else { return };
        let settings = &file.settings.check;
        let edits = add_allow(&analysis.parsed, &file.findings, settings, reason);
        file.allowed = edits.len();
        if !edits.is_empty() {
            file.change(edited(&file.source.text, &edits));
            file.take(check(file.text(), file.id, &file.settings.check));
        }
    }

    /// Gives standard input, which is excluded, to whoever waits for its text.
    pub(super) fn pass_on(&self, stdin: &Input) -> Result<(), String> {
        if self.are_wanted() && !self.diff {
            OutputFile::default().write_all(&input::read(stdin)?.text)?;
        }
        Ok(())
    }

    /// Whether comments that allow are to be added.
    pub(super) fn allow_is_wanted(&self) -> bool {
        self.add_allow.is_some()
    }
}

/// Writes the new texts: a file's into the file, that of standard input to standard output.
///
/// # Errors
///
/// When one of them cannot be written; those before it are, each as a whole.
pub(super) fn write(files: &[CheckedFile]) -> Result<(), String> {
    for file in files {
        match &file.input {
            Input::Stdin { .. } => OutputFile::default().write_all(&file.source.text)?,
            Input::File { path, .. } if file.before.is_some() => {
                write_file(path, file.source.text.as_bytes())?;
            }
            Input::File { .. } => {}
        }
    }
    say(files.iter().map(|file| file.fixed), "fix applied", "fixes applied");
    say(files.iter().map(|file| file.allowed), "comment added", "comments added");
    Ok(())
}

/// The changes as unified diffs.
pub(super) fn diffs(files: &[CheckedFile], color: bool) -> String {
    let diff = |file: &CheckedFile| {
        let before = file.before.as_deref()?;
        let name = file.source.name.as_str();
        Some(difference::unified((name, before), (name, &file.source.text), color))
    };
    files.iter().filter_map(diff).collect()
}

/// Says how many findings the changes would leave, when there are any: a short diff, or none, is no
/// sign that all is well.
pub(super) fn say_what_is_left(files: &[CheckedFile]) {
    let left: usize = files.iter().map(|file| file.findings.len()).sum();
    if left > 0 {
        log(&format!("{left} {} would be left", if left == 1 { "finding" } else { "findings" }));
    }
}

/// Says how much was done, given how much in each file.
fn say(done: impl Iterator<Item = usize> + Clone, one: &str, many: &str) {
    let files = done.clone().filter(|done| *done > 0).count();
    let of_noun = |n, one, many| format!("{n} {}", if n == 1 { one } else { many });
    if files > 0 {
        log(&format!("{} in {}", of_noun(done.sum(), one, many), of_noun(files, "file", "files")));
    }
}
