//! The report of a run.

use std::io::IsTerminal as _;

use clap::Args;

use crate::color::Color;
use crate::output::{Output, OutputFile};
use crate::report::{Format, Report, Statistics, Summary, Why};
use crate::run::CheckedFile;
use crate::sources::Sources;

/// What is reported, how, and where it goes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct Reporting {
    /// What the report looks like
    #[arg(long, value_enum, default_value_t, env = "IOMMULINT_FORMAT")]
    format: Format,
    /// Count the findings of each rule
    #[arg(long)]
    statistics: bool,
    #[command(flatten)]
    output: OutputFile,
}

/// A report that was written.
pub(super) struct Reported {
    /// What it counts.
    pub(super) summary: Summary,
    /// Whether it had a reader to its end.
    pub(super) is_read: bool,
}

impl Reporting {
    /// Begins a new page on a terminal.
    ///
    /// # Errors
    ///
    /// When it cannot be written to.
    pub(super) fn begin_page(&self) -> Result<(), String> {
        if self.output.is_stdout() && std::io::stdout().is_terminal() {
            self.write("\x1b[2J\x1b[3J\x1b[H")?;
        }
        Ok(())
    }

    /// Whether what is written is coloured.
    pub(super) fn is_colored(&self, color: Color) -> bool {
        if self.output.is_stdout() { color.on(&std::io::stdout()) } else { color == Color::Always }
    }

    /// Writes something else than a report to where that would go.
    ///
    /// # Errors
    ///
    /// As [`OutputFile::write_all`].
    pub(super) fn write(&self, text: &str) -> Result<(), String> {
        self.output.write_all(text)
    }

    /// Reports on `files`, and on what was `unreadable`. When standard output holds a fixed text, the report
    /// goes to standard error.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub(super) fn report(
        &self,
        files: Vec<CheckedFile>,
        unreadable: Vec<String>,
        changed: bool,
        color: Color,
    ) -> Result<Reported, String> {
        let text_on_stdout = changed && files.iter().any(|file| file.input.is_stdin());
        let output = if text_on_stdout && self.output.is_stdout() {
            Output::Stderr
        } else {
            self.output.open()
        };
        let colored = match output {
            Output::Stderr => color.on(&std::io::stderr()),
            Output::Stdout { .. } | Output::File { .. } => self.is_colored(color),
        };
        let report = self.format.report(colored);
        let statistics = self.statistics.then(Statistics::default);
        let mut summary = Summary { unreadable, statistics, ..Summary::default() };
        let mut sources = Sources::default();
        let mut findings = Vec::with_capacity(files.len());
        for file in files {
            summary.add(&file.findings);
            summary.unconcerned += usize::from(!file.concerns_us && file.findings.is_empty());
            let why = Why::of(&file.findings);
            for rule in &file.not_run {
                summary.add_not_run(rule, why);
            }
            sources.insert(file.id, file.source);
            findings.push((file.id, file.findings));
        }
        let mut written = Written { output, report: report.as_ref(), document: String::new() };
        written.put(&report.start(&summary))?;
        let mut is_first = true;
        for (file, findings) in &findings {
            let piece = report.findings(&sources, *file, findings);
            if !piece.is_empty() {
                if !is_first {
                    written.put(report.separator())?;
                }
                is_first = false;
                written.put(&piece)?;
            }
        }
        written.put(&report.end(&sources, &summary))?;
        written.finish()?;
        Ok(Reported { summary, is_read: !written.output.is_closed() })
    }
}

/// A report being written.
struct Written<'a> {
    output: Output,
    report: &'a dyn Report,
    /// What is held back, because it makes sense as a whole only.
    document: String,
}

impl Written<'_> {
    fn put(&mut self, piece: &str) -> Result<(), String> {
        if self.report.is_one_document() {
            self.document.push_str(piece);
            return Ok(());
        }
        if piece.is_empty() { Ok(()) } else { self.output.write(piece.as_bytes()) }
    }

    fn finish(&mut self) -> Result<(), String> {
        self.output.write(self.document.as_bytes())?;
        self.output.finish()
    }
}
