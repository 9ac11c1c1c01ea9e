//! `iommulint check`

mod changes;
mod reporting;
mod watch;

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use iommulint_lang::finding::Severity;

use crate::color::Color;
use crate::exit::Exit;
use crate::input::{self, Exclusion, Found, Input, Languages, Reading};
use crate::lint::{Configuration, Lint, Targets};
use crate::output::{log, log_error};
use crate::run::{self, CheckedFile, Failures};
use crate::selection::Selection;

use changes::Changes;
use reporting::{Reported, Reporting};
use watch::Watch;

/// Check files and report what is wrong with them
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Files, folders (all `.kdl` files in them that .gitignore does not exclude), or `-` for
    /// standard input
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    reading: Reading,
    /// Leave out what the configuration excludes even when it is named
    #[arg(long, help_heading = "Input")]
    force_exclude: bool,
    /// How many files to check at the same time [default: as many as there are processors]
    #[arg(short, long, value_name = "N", env = "IOMMULINT_JOBS", help_heading = "Input")]
    jobs: Option<NonZeroUsize>,
    /// Check again whenever a file changes, until Ctrl-C
    #[arg(long, conflicts_with_all = ["add_allow", "diff"], help_heading = "Input")]
    watch: bool,
    #[command(flatten)]
    configuration: Configuration,
    #[command(flatten)]
    targets: Targets,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    changes: Changes,
    #[command(flatten)]
    reporting: Reporting,
    #[command(flatten)]
    ending: Ending,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Exit code")]
struct Ending {
    /// The least severity that makes the exit code 1
    #[arg(long, value_enum, default_value_t, value_name = "SEVERITY", env = "IOMMULINT_FAIL_ON")]
    fail_on: FailOn,
    /// Exit with 0 whatever is found
    #[arg(long)]
    exit_zero: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// Errors
    Error,
    /// Warnings and errors
    #[default]
    Warning,
    /// Any finding
    Note,
}

impl FailOn {
    const fn severity(self) -> Severity {
        match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Note => Severity::Note,
        }
    }
}

/// How a check of everything ended.
struct Round {
    exit: Exit,
    /// Whether what was written had a reader.
    is_read: bool,
    /// The configuration files that were used, or could not be.
    configurations: BTreeSet<PathBuf>,
}

impl Check {
    pub(crate) fn run(&self, color: Color) -> Result<Exit, String> {
        if self.watch { self.run_again_and_again(color) } else { Ok(self.round(color)?.exit) }
    }

    fn run_again_and_again(&self, color: Color) -> Result<Exit, String> {
        let mut watch = Watch::new(&self.paths)?;
        loop {
            self.reporting.begin_page()?;
            let round = self.round(color)?;
            if !round.is_read {
                return Ok(round.exit);
            }
            for configuration in &round.configurations {
                watch.look_at(configuration)?;
            }
            log("watching for changes: Ctrl-C ends it");
            watch.wait()?;
        }
    }

    fn round(&self, color: Color) -> Result<Round, String> {
        let lint = Lint::new(&self.configuration, &self.targets, self.selection.asked())?;
        let found = self.find(&lint)?;
        let (files, failures) = self.check_all(&found.inputs, &lint);
        failures.log(color);
        let used = files.iter().filter_map(|file| file.settings.configuration.clone());
        let unusable = failures.configurations().map(Path::to_path_buf);
        let configurations = used.chain(unusable).collect();
        let mut unreadable = found.errors;
        unreadable.extend(failures.sentences());
        let is_unusable = !unreadable.is_empty();
        let (exit, is_read) = if self.changes.are_shown_only() {
            (self.show_changes(&files, color)?, true)
        } else {
            let Reported { summary, is_read } = self.change_and_report(files, unreadable, color)?;
            let failing = summary.at_or_above(self.ending.fail_on.severity());
            (if failing > 0 { Exit::Findings } else { Exit::Clean }, is_read)
        };
        let exit = match exit {
            _ if is_unusable => Exit::Unusable,
            Exit::Findings if self.ending.exit_zero => Exit::Clean,
            exit => exit,
        };
        Ok(Round { exit, is_read, configurations })
    }

    /// What the command line names; what is wrong with that is said on standard error.
    fn find(&self, lint: &Lint) -> Result<Found, String> {
        let excludes = |path: &Path| lint.excludes(path);
        let exclusion = Exclusion { excludes: &excludes, named: self.force_exclude };
        let mut found = input::find(&self.paths, &self.reading, Languages::All, exclusion);
        for error in &found.errors {
            log_error(error);
        }
        let is_excluded =
            |input: &mut Input| input.is_stdin() && exclusion.leaves_out(input.path());
        for stdin in found.inputs.extract_if(.., is_excluded) {
            self.changes.pass_on(&stdin)?;
        }
        Ok(found)
    }

    /// The files, each checked by itself and all together, fixed, and allowed what they may be.
    fn check_all(&self, inputs: &[Input], lint: &Lint) -> (Vec<CheckedFile>, Failures) {
        let outcomes = run::each(inputs, self.jobs, |position, input| {
            let keeps_analysis = self.changes.allow_is_wanted();
            CheckedFile::check(position, input, lint, self.changes.trust(), keeps_analysis)
        });
        let (mut files, failures) = run::sort_out(outcomes);
        run::compare(&mut files);
        if self.changes.allow_is_wanted() {
            for file in &mut files {
                self.changes.allow(file);
            }
            run::compare(&mut files);
        }
        (files, failures)
    }

    fn show_changes(&self, files: &[CheckedFile], color: Color) -> Result<Exit, String> {
        self.reporting.write(&changes::diffs(files, self.reporting.is_colored(color)))?;
        changes::say_what_is_left(files);
        let is_changed = files.iter().any(|file| file.before.is_some());
        Ok(if is_changed { Exit::Findings } else { Exit::Clean })
    }

    fn change_and_report(
        &self,
        files: Vec<CheckedFile>,
        unreadable: Vec<String>,
        color: Color,
    ) -> Result<Reported, String> {
        let changes_text = self.changes.are_wanted();
        if changes_text {
            changes::write(&files)?;
        }
        self.reporting.report(files, unreadable, changes_text, color)
    }
}
