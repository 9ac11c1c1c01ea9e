//! What the real programs and we say of a domain, side by side.

use std::fmt;
use std::path::Path;

use iommulint_lang::check::{Settings, check};
use iommulint_lang::finding::Severity;
use iommulint_lang::language::Language;
use iommulint_lang::span::FileId;

use crate::interfaces::in_their_places;
use crate::startable::{ACCELERATION_WALL, startable};
use crate::{Exit, Libvirt, Outcome, Qemu, Root};

/// Longest message in the table, in characters.
const WIDEST: usize = 72;

/// What libvirt says of one domain.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Whether the schema takes it: `virt-xml-validate`.
    pub is_valid: bool,
    /// `virsh define`.
    pub define: Result<(), String>,
    /// `virsh domxml-to-native`.
    pub native: Result<(), String>,
    /// The command line, with interfaces in their places.
    pub command_line: Option<Vec<String>>,
}

/// What QEMU says of libvirt's command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// There is no command line, or no such QEMU here.
    NotTried,
    /// The machine is complete, as libvirt wrote it apart from what `startable` stands in for.
    Started,
    /// Only once its SMMUs were emulated: QEMU got as far as wanting KVM for them, which is not here.
    StartedUnaccelerated,
    /// Its last words.
    Refused(String),
}

/// Everything that is said of one file.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// What libvirt says.
    pub asked: Asked,
    /// What QEMU says.
    pub start: Start,
    /// What we say.
    pub found: Vec<Found>,
}

/// Asks libvirt about a domain of which the schema's verdict is known.
#[must_use]
pub fn ask(libvirt: &Libvirt, text: &str, is_valid: bool) -> Asked {
    let here = runnable_here(text);
    let define = libvirt.define(&here).map_err(|said| outlived(libvirt, said));
    let native = libvirt.to_native(&here).map_err(|said| outlived(libvirt, said));
    let command_line = match &define {
        Ok(kept) if kept.contains("<interface ") => libvirt.to_native(&in_their_places(kept)).ok(),
        _ => native.clone().ok(),
    };
    let (define, native) = (define.map(drop), native.map(drop));
    Asked { is_valid, define, native, command_line }
}

/// What libvirt said; where its daemon broke over the question, that, and there is a new one for the next.
fn outlived(libvirt: &Libvirt, said: String) -> String {
    if !said.contains("End of file while reading data") {
        return said;
    }
    libvirt.restart();
    "libvirtd crashes".to_owned()
}

/// Starts what libvirt wrote.
#[must_use]
pub fn start(root: &Root, native: &[String]) -> Start {
    let run = |accelerated| -> Option<Outcome> {
        let (program, words) = startable(native, accelerated)?;
        let qemu = match program {
            "qemu-system-aarch64" => Qemu::aarch64(root),
            "qemu-system-x86_64" => Qemu::x86_64(root),
            _ => return None,
        };
        Some(qemu.run(&words))
    };
    match run(true) {
        None => Start::NotTried,
        Some(outcome) if outcome.started => Start::Started,
        Some(outcome) if outcome.stderr.contains(ACCELERATION_WALL) => match run(false) {
            Some(outcome) if !outcome.started => Start::Refused(last_words(&outcome)),
            _ => Start::StartedUnaccelerated,
        },
        Some(outcome) => Start::Refused(last_words(&outcome)),
    }
}

/// A domain as a machine without KVM and with another CPU can be asked about it.
fn runnable_here(text: &str) -> String {
    let any_cpu = text
        .replace("mode='host-passthrough'", "mode='maximum'")
        .replace("mode=\"host-passthrough\"", "mode=\"maximum\"")
        .replace("mode='host-model'", "mode='maximum'")
        .replace("mode=\"host-model\"", "mode=\"maximum\"");
    if text.contains("aarch64") {
        return any_cpu;
    }
    any_cpu.replacen("type='kvm'", "type='qemu'", 1).replacen("type=\"kvm\"", "type=\"qemu\"", 1)
}

/// Why QEMU ended: its last line that is no warning, without its own name and the option.
fn last_words(outcome: &Outcome) -> String {
    let mut lines = outcome.stderr.lines();
    let line = lines.rfind(|line| !line.trim().is_empty() && !line.contains("warning: "));
    let line = line.unwrap_or_default();
    let line = line
        .split_once("qemu-system-")
        .map_or(line, |(_, rest)| rest.split_once(": ").map_or(rest, |(_, message)| message));
    // `-device {"driver":"pxb-pcie",…}: message`
    let message = match line.rsplit_once("}: ") {
        Some((option, message)) if option.starts_with('-') => message,
        _ => line,
    };
    match outcome.exit {
        Exit::Signal(signal) => format!("signal {signal}: {message}"),
        Exit::Status(_) => message.to_owned(),
    }
}

impl Verdict {
    /// Whether libvirt or QEMU refuse the domain; the schema does not count, as `define` does not ask it.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.asked.define.is_err()
            || self.asked.native.is_err()
            || matches!(self.start, Start::Refused(_))
    }

    /// Its row in the table.
    #[must_use]
    pub fn row(&self, path: &Path) -> String {
        let define = said(self.asked.define.as_ref().err());
        let native = match (&self.asked.define, &self.asked.native) {
            (Err(define), Err(native)) if define == native => "as define".to_owned(),
            (_, native) => said(native.as_ref().err()),
        };
        let start = match &self.start {
            Start::NotTried => "–".to_owned(),
            Start::Started => "starts".to_owned(),
            Start::StartedUnaccelerated => "starts unaccelerated".to_owned(),
            Start::Refused(message) => said(Some(message)),
        };
        let schema = if self.asked.is_valid { "valid" } else { "invalid" };
        format!(
            "| {} | {schema} | {define} | {native} | {start} | {} |",
            path.display(),
            self.findings()
        )
    }

    fn findings(&self) -> String {
        let said: Vec<String> = self.found.iter().map(ToString::to_string).collect();
        if said.is_empty() { "–".to_owned() } else { said.join(", ") }
    }
}

/// A finding of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    severity: Severity,
    rule: &'static str,
}

impl Found {
    /// What `check` says of a domain, in the order of the file.
    #[must_use]
    pub fn all(text: &str) -> Vec<Self> {
        let findings =
            check(Language::Libvirt.text(text), FileId(0), &Settings::default()).findings;
        let found = findings.into_iter();
        found.map(|found| Self { severity: found.severity, rule: found.rule }).collect()
    }

    /// Whether the domain would not work.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Whether it is only worth knowing.
    #[must_use]
    pub fn is_note(&self) -> bool {
        self.severity == Severity::Note
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.rule)?;
        match self.severity {
            Severity::Error => Ok(()),
            Severity::Warning => f.write_str(" (warning)"),
            Severity::Note => f.write_str(" (note)"),
        }
    }
}

/// A message as it fits into a cell.
fn said(message: Option<&String>) -> String {
    let Some(message) = message else {
        return "accepted".to_owned();
    };
    let line = message.lines().next().unwrap_or_default();
    let mut short: String = line.chars().take(WIDEST).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    format!("`{}`", short.replace('|', "\\|").replace('`', "'"))
}
