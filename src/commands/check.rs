//! `iommulint check`

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use clap::{Args, ValueEnum};
use iommulint_lang::check::{Analysis, Settings, check};
use iommulint_lang::finding::{Finding, Severity};
use iommulint_lang::span::FileId;

use crate::color::Color;
use crate::exit::Exit;
use crate::input::{self, Input, Kind};
use crate::lint::Targets;
use crate::output::{Output, OutputFile, log_error};
use crate::report::{Format, Report, Summary};
use crate::selection::Selection;
use crate::source::Source;
use crate::sources::Sources;

/// Check files and report what is wrong with them
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Files, folders (all `.kdl` files in them that .gitignore does not exclude), or `-` for
    /// standard input
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    targets: Targets,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    reporting: Reporting,
    #[command(flatten)]
    output: OutputFile,
    #[command(flatten)]
    ending: Ending,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
struct Reading {
    /// What the named files are written in, whatever their names say: `kdl`
    #[arg(long, value_name = "KIND", env = "IOMMULINT_FROM")]
    from: Option<Kind>,
    /// What reports call standard input
    #[arg(long, value_name = "NAME", default_value = "<stdin>", env = "IOMMULINT_STDIN_FILENAME")]
    stdin_filename: String,
    /// How many files to check at the same time [default: as many as there are processors]
    #[arg(short, long, value_name = "N", env = "IOMMULINT_JOBS")]
    jobs: Option<NonZeroUsize>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
struct Reporting {
    /// What the report looks like
    #[arg(long, value_enum, default_value_t, env = "IOMMULINT_FORMAT")]
    format: Format,
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

/// One file, checked.
struct Checked {
    file: FileId,
    source: Source,
    findings: Vec<Finding>,
    not_run: Vec<&'static str>,
}

impl Check {
    pub(crate) fn run(&self, color: Color) -> Result<Exit, String> {
        let found = input::find(&self.paths, &self.reading.stdin_filename, self.reading.from);
        let colored = if self.output.is_stdout() {
            color.on(&std::io::stdout())
        } else {
            color == Color::Always
        };
        let report = self.reporting.format.report(colored);
        let mut run = Run {
            output: self.output.open(),
            report: report.as_ref(),
            document: String::new(),
            is_first: true,
            summary: Summary { unreadable: found.errors.clone(), ..Summary::default() },
            sources: Sources::default(),
            checked: Vec::new(),
        };
        for error in &found.errors {
            log_error(error);
        }
        self.check_all(&found.inputs, |checked| run.take(checked));
        run.finish()?;
        let failing = run.summary.at_or_above(self.ending.fail_on.severity());
        Ok(if !run.summary.unreadable.is_empty() {
            Exit::Unusable
        } else if failing > 0 && !self.ending.exit_zero {
            Exit::Findings
        } else {
            Exit::Clean
        })
    }

    /// Checks all inputs, several at a time, and hands them to `take` in their order.
    fn check_all(&self, inputs: &[Input], mut take: impl FnMut(Result<Checked, String>)) {
        let next = AtomicUsize::new(0);
        let (send, receive) = mpsc::channel();
        thread::scope(|scope| {
            for _ in 0..self.workers(inputs.len()) {
                let (send, next) = (send.clone(), &next);
                scope.spawn(move || {
                    loop {
                        let position = next.fetch_add(1, Ordering::Relaxed);
                        let Some(input) = inputs.get(position) else { break };
                        if send.send((position, self.check(position, input))).is_err() {
                            break;
                        }
                    }
                });
            }
            drop(send);
            let mut waiting = std::collections::BTreeMap::new();
            let mut wanted = 0;
            for (position, checked) in &receive {
                waiting.insert(position, checked);
                while let Some(checked) = waiting.remove(&wanted) {
                    take(checked);
                    wanted += 1;
                }
            }
        });
    }

    fn workers(&self, inputs: usize) -> usize {
        let processors = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
        self.reading.jobs.map_or_else(processors, NonZeroUsize::get).min(inputs)
    }

    fn check(&self, position: usize, input: &Input) -> Result<Checked, String> {
        let source = input::read(input)?;
        let file = FileId(u32::try_from(position).map_err(|_| "too many files")?);
        let settings = Settings { selection: self.selection.asked(), ..self.targets.settings() };
        let Analysis { findings, not_run, .. } = check(source.text.as_str(), file, &settings);
        Ok(Checked { file, source, findings, not_run })
    }
}

/// The report being put together.
struct Run<'a> {
    output: Output,
    report: &'a dyn Report,
    /// What is held back, because it makes sense as a whole only.
    document: String,
    is_first: bool,
    summary: Summary,
    sources: Sources,
    /// The findings of each file, in the order of the run.
    checked: Vec<(FileId, Vec<Finding>)>,
}

impl Run<'_> {
    fn take(&mut self, checked: Result<Checked, String>) {
        match checked {
            Err(why) => {
                log_error(&why);
                self.summary.unreadable.push(why);
            }
            Ok(Checked { file, source, findings, not_run }) => {
                for rule in not_run {
                    self.summary.add_not_run(rule, "a vm could not be read as a whole");
                }
                self.summary.add(&findings);
                self.sources.insert(file, source);
                self.checked.push((file, findings));
            }
        }
    }

    fn put(&mut self, piece: &str) -> Result<(), String> {
        if self.report.is_one_document() {
            self.document.push_str(piece);
            return Ok(());
        }
        if piece.is_empty() { Ok(()) } else { self.output.write(piece.as_bytes()) }
    }

    fn finish(&mut self) -> Result<(), String> {
        self.put(&self.report.start(&self.summary))?;
        for (file, findings) in std::mem::take(&mut self.checked) {
            let piece = self.report.findings(&self.sources, file, &findings);
            if !piece.is_empty() {
                if !self.is_first {
                    self.put(self.report.separator())?;
                }
                self.is_first = false;
                self.put(&piece)?;
            }
        }
        self.put(&self.report.end(&self.sources, &self.summary))?;
        self.output.write(self.document.as_bytes())?;
        self.output.finish()
    }
}
