//! `iommulint lower`

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use iommulint_lang::check::{Checked, Side};
use iommulint_lang::language::Language;
use iommulint_lang::lower::{self, libvirt, qemu};
use iommulint_lang::span::FileId;

use crate::color::Color;
use crate::exit::Exit;
use crate::input::{self, Input};
use crate::one_file::{OneFile, choose};
use crate::output::{OutputFile, log};
use crate::report::{Format, difference};
use crate::sources::Sources;

/// Write a vm as QEMU arguments or libvirt XML; refuses what does not check
#[derive(Debug, Args)]
pub(crate) struct Lower {
    #[command(flatten)]
    file: OneFile,
    #[command(flatten)]
    result: Written,
    #[command(flatten)]
    shape: Shape,
    /// Compare with this file instead of writing: exit with 1 and a diff when it differs
    #[arg(
        long,
        value_name = "FILE",
        env = "IOMMULINT_CHECK",
        help_heading = "Output",
        conflicts_with = "output_file"
    )]
    check: Option<PathBuf>,
    #[command(flatten)]
    output: OutputFile,
}

/// What is written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Result")]
#[group(required = true, multiple = false)]
struct Written {
    /// QEMU arguments
    #[arg(long)]
    qemu: bool,
    /// libvirt XML
    #[arg(long)]
    libvirt: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Result")]
struct Shape {
    /// The vm to lower, when the file has several
    #[arg(long, value_name = "NAME", env = "IOMMULINT_VM")]
    vm: Option<String>,
    /// How QEMU arguments are written down [default: shell]
    #[arg(long, value_enum, env = "IOMMULINT_STYLE", conflicts_with = "libvirt")]
    style: Option<Style>,
    /// A complete command line or domain instead of the part that iommulint is about
    #[arg(long)]
    whole: bool,
    /// Merge into this libvirt domain instead, keeping every other byte of it; the file itself is left as
    /// it is unless `--output-file` names it
    #[arg(
        long,
        value_name = "FILE",
        env = "IOMMULINT_INTO",
        conflicts_with_all = ["qemu", "whole"]
    )]
    into: Option<PathBuf>,
    /// Put an emulated device in place of each host device and turn acceleration off: the same
    /// topology for a machine without the hardware
    #[arg(long, conflicts_with = "into")]
    stand_in: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Style {
    /// One flag and its value a line, quoted for a shell
    Shell,
    /// One JSON array of strings
    Json,
    /// Every word followed by a NUL byte, as `xargs -0` takes them
    Nul,
}

impl From<Style> for lower::Style {
    fn from(style: Style) -> Self {
        match style {
            Style::Shell => Self::Shell,
            Style::Json => Self::Json,
            Style::Nul => Self::Nul,
        }
    }
}

impl Lower {
    pub(crate) fn run(&self, color: Color) -> Result<Exit, String> {
        let side = if self.result.libvirt { Side::Libvirt } else { Side::Qemu };
        let (sources, analysis) = match self.file.analyse(Some(side), None, color)? {
            Ok(read) => read,
            Err(exit) => return Ok(exit),
        };
        let names: Vec<&str> =
            analysis.topology.vms.iter().map(|vm| vm.name.value.as_str()).collect();
        let position = choose(&names, self.shape.vm.as_deref())?;
        let checked = analysis.checked(position).ok_or_else(|| {
            format!(
                "cannot lower `{}`: an error is allowed in it that leaves values unknown",
                names[position]
            )
        })?;
        if self.result.libvirt {
            for name in libvirt::left_out(&checked) {
                log(&format!("device `{name}` is left out: it belongs to the base domain"));
            }
        }
        let result = match &self.shape.into {
            Some(base) => match merged(base, sources, &checked, color)? {
                Some(result) => result,
                None => return Ok(Exit::Findings),
            },
            None => self.lowered(&checked),
        };
        if let Some(committed) = &self.check {
            return self.compare(committed, &result, color);
        }
        self.output.write_all(&result)?;
        Ok(Exit::Clean)
    }

    /// What is written for `checked`.
    fn lowered(&self, checked: &Checked<'_>) -> String {
        let Shape { whole, stand_in, .. } = self.shape;
        if self.result.libvirt {
            return match (stand_in, whole) {
                (true, whole) => libvirt::stand_in(checked, whole),
                (false, true) => libvirt::domain(checked),
                (false, false) => libvirt::devices(checked),
            };
        }
        let arguments = qemu::arguments(checked, qemu::Options { whole, stand_in });
        let program = whole.then(|| qemu::program(checked));
        lower::render(program, &arguments, self.shape.style.map(Into::into).unwrap_or_default())
    }

    fn compare(&self, committed: &Path, result: &str, color: Color) -> Result<Exit, String> {
        let source = input::read(&file(committed))?;
        if source.text == result {
            return Ok(Exit::Clean);
        }
        let colored = color.on(&std::io::stdout());
        let difference =
            difference::unified((&source.name, &source.text), ("lowered now", result), colored);
        self.output.write_all(&difference)?;
        Ok(Exit::Findings)
    }
}

/// `checked`, which is in `sources`, merged into the domain in `base`; none when that is refused, which standard error says.
fn merged(
    base: &Path,
    mut sources: Sources,
    checked: &Checked<'_>,
    color: Color,
) -> Result<Option<String>, String> {
    sources.insert(BASE, input::read(&file(base))?);
    match lower::merge::into(&sources.of(BASE).text, BASE, checked) {
        Ok(result) => Ok(Some(result)),
        Err(findings) => {
            let report = Format::Full.report(color.on(&std::io::stderr()));
            log(report.findings(&sources, BASE, &findings).trim_end());
            Ok(None)
        }
    }
}

/// A file that is read as it is.
fn file(path: &Path) -> Input {
    Input::File { path: path.to_path_buf(), language: Language::Libvirt }
}

/// The domain that is merged into; the file of the vm is 0.
const BASE: FileId = FileId(1);
