//! `iommulint fmt`

use std::path::{Path, PathBuf};

use clap::Args;
use iommulint_lang::check::Selection;
use iommulint_lang::finding::Finding;
use iommulint_lang::format::format;
use iommulint_lang::span::FileId;
use iommulint_lang::syntax::parse;

use crate::color::Color;
use crate::exit::Exit;
use crate::input::{self, Exclusion, Input, Languages, Reading};
use crate::lint::{Configuration, Lint, Targets};
use crate::output::{Output, OutputFile, log, log_error, write_file};
use crate::report::{Format, difference, visible};
use crate::run::{self, Failure};
use crate::source::Source;
use crate::sources::Sources;

/// Give files the canonical layout; comments and meaning stay
///
/// Files with syntax errors are left alone, and the errors are reported.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit code: 0 done, 1 syntax errors, or with --check or --diff a file that would \
                  change, 2 usage, unreadable input or a file that cannot be written."
)]
pub(crate) struct Fmt {
    /// Files, folders (all `.kdl` files in them that .gitignore does not exclude), or `-` for
    /// standard input, which is written to standard output
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    reading: Reading,
    /// Leave out what the configuration excludes even when it is named
    #[arg(long, help_heading = "Input")]
    force_exclude: bool,
    #[command(flatten)]
    configuration: Configuration,
    #[command(flatten)]
    writing: Writing,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
struct Writing {
    /// Change nothing: name the files that would change
    #[arg(long)]
    check: bool,
    /// Change nothing: show as a diff what would change
    #[arg(long)]
    diff: bool,
}

/// One file, laid out.
struct LaidOut {
    input: Input,
    source: Source,
    /// Its text in the canonical layout; none when it has syntax errors.
    result: Option<String>,
    /// The syntax errors.
    findings: Vec<Finding>,
}

/// The number of each file: each is reported on by itself.
const FILE: FileId = FileId(0);

impl LaidOut {
    /// Lays out `input`, unless it is excluded and has to come out as it went in.
    fn of(input: &Input, lint: &Lint, is_left_alone: bool) -> Result<Self, Failure> {
        // What cannot be told to be excluded is not changed.
        lint.settings(input.path()).map_err(Failure::Configuration)?;
        let source = input::read(input).map_err(Failure::Input)?;
        let (result, findings) = if is_left_alone {
            (Some(source.text.clone()), Vec::new())
        } else {
            let (tree, findings) = parse(source.text.as_str(), FILE);
            (format(&tree), findings)
        };
        Ok(Self { input: input.clone(), source, result, findings })
    }

    /// Its text in the canonical layout, when it has another one now.
    fn change(&self) -> Option<&str> {
        self.result.as_deref().filter(|result| *result != self.source.text)
    }
}

impl Fmt {
    pub(crate) fn run(&self, color: Color) -> Result<Exit, String> {
        let lint = Lint::new(&self.configuration, &Targets::default(), Selection::default())?;
        let excludes = |path: &Path| lint.excludes(path);
        let exclusion = Exclusion { excludes: &excludes, named: self.force_exclude };
        let found = input::find(&self.paths, &self.reading, Languages::Kdl, exclusion);
        for error in &found.errors {
            log_error(error);
        }
        let outcomes = run::each(&found.inputs, None, |_, input| {
            let is_left_alone = input.is_stdin() && exclusion.leaves_out(input.path());
            LaidOut::of(input, &lint, is_left_alone)
        });
        let (files, failures) = run::sort_out(outcomes);
        failures.log(color);
        let mut is_unusable = !failures.is_empty() || !found.errors.is_empty();

        let mut stdout = OutputFile::default().open();
        let mut counts = Counts::default();
        let mut is_wrong = false;
        for file in files {
            is_wrong |= file.result.is_none() || (self.writes_nothing() && file.change().is_some());
            if self.writing.diff {
                show_difference(&file, &mut stdout, color)?;
            } else if self.writing.check {
                name_changed(&file, &mut stdout)?;
            } else if let Err(why) = write(&file, &mut stdout)? {
                log_error(&why);
                is_unusable = true;
                continue;
            }
            counts.add(&file);
            report(file, color);
        }
        if let Some(summary) = counts.summary(self.writes_nothing()) {
            log(&summary);
        }
        Ok(match (is_unusable, is_wrong) {
            (true, _) => Exit::Unusable,
            (false, true) => Exit::Findings,
            (false, false) => Exit::Clean,
        })
    }

    fn writes_nothing(&self) -> bool {
        self.writing.check || self.writing.diff
    }
}

/// Gives a file its new text; that of standard input goes to standard output, changed or not. A file
/// that cannot be written is no reason to leave the others.
fn write(file: &LaidOut, stdout: &mut Output) -> Result<Result<(), String>, String> {
    match (&file.input, &file.result, file.change()) {
        (Input::Stdin { .. }, Some(result), _) => stdout.write(result.as_bytes()).map(Ok),
        (Input::File { path, .. }, _, Some(change)) => Ok(write_file(path, change.as_bytes())),
        _ => Ok(Ok(())),
    }
}

fn show_difference(file: &LaidOut, stdout: &mut Output, color: Color) -> Result<(), String> {
    let Some(change) = file.change() else { return Ok(()) };
    let name = file.source.name.as_str();
    let colored = color.on(&std::io::stdout());
    let difference = difference::unified((name, &file.source.text), (name, change), colored);
    stdout.write(difference.as_bytes())
}

fn name_changed(file: &LaidOut, stdout: &mut Output) -> Result<(), String> {
    if file.change().is_none() {
        return Ok(());
    }
    let name = visible::line(&file.source.name);
    stdout.write(format!("would reformat {name}\n").as_bytes())
}

/// Says on standard error what is wrong with a file.
fn report(file: LaidOut, color: Color) {
    if !file.findings.is_empty() {
        let report = Format::Full.report(color.on(&std::io::stderr()));
        log(report.findings(&Sources::one(file.source), FILE, &file.findings).trim_end());
    }
}

/// How many files there were, standard input apart: that is no file.
#[derive(Default)]
struct Counts {
    changed: usize,
    unchanged: usize,
    broken: usize,
}

impl Counts {
    fn add(&mut self, file: &LaidOut) {
        if matches!(file.input, Input::Stdin { .. }) {
            return;
        }
        let count = match (&file.result, file.change()) {
            (None, _) => &mut self.broken,
            (Some(_), Some(_)) => &mut self.changed,
            (Some(_), None) => &mut self.unchanged,
        };
        *count += 1;
    }

    /// What was done, or would be; none when there was nothing to do it to.
    fn summary(&self, writes_nothing: bool) -> Option<String> {
        let (changed, unchanged) = if writes_nothing {
            ("would be reformatted", "already formatted")
        } else {
            ("reformatted", "left unchanged")
        };
        let parts = [
            (self.changed, changed),
            (self.unchanged, unchanged),
            (self.broken, "left alone for syntax errors"),
        ];
        let said = parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| {
            let noun = if *count == 1 { "file" } else { "files" };
            format!("{count} {noun} {what}")
        });
        Some(said.collect::<Vec<_>>().join(", ")).filter(|summary| !summary.is_empty())
    }
}
