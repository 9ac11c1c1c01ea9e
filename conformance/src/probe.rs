//! What a rule's documentation claims of libvirt and QEMU, as something that can be run.

use std::fmt::Write as _;

use crate::{Libvirt, Outcome, Qemu, Root};

/// One claim: a paragraph and the block after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Which program, and what it is given.
    pub input: Input,
    /// Which machine.
    pub board: Board,
    /// What it is claimed to say: none when it accepts.
    pub refusal: Option<String>,
}

/// What a program is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// For libvirt: children of `<devices>`, or a whole domain.
    Xml(String),
    /// For QEMU: arguments, in shell words.
    Args(String),
}

/// The machine a block is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Board {
    /// Arm `virt`.
    Virt,
    /// x86 `q35`.
    Q35,
    /// x86 `pc`.
    Pc,
}

/// Every claim in the section "What libvirt and QEMU say" of a rule's Markdown.
///
/// # Errors
///
/// A block without a paragraph that says what the program does with it.
pub fn probes(markdown: &str) -> Result<Vec<Probe>, String> {
    let Some((_, section)) = markdown.split_once("## What libvirt and QEMU say\n") else {
        return Ok(Vec::new());
    };
    let section = section.split("\n## ").next().unwrap_or(section);
    let mut probes = Vec::new();
    let mut parts = section.split("```");
    let mut claim = parts.next().unwrap_or_default();
    while let (Some(block), rest) = (parts.next(), parts.next()) {
        let (info, body) = block.split_once('\n').unwrap_or((block, ""));
        let mut words = info.split_whitespace();
        let input = match words.next() {
            Some("xml") => Some(Input::Xml(body.to_owned())),
            Some("args") => Some(Input::Args(body.to_owned())),
            _ => None,
        };
        if let Some(input) = input {
            let board = match words.next() {
                None | Some("virt") => Board::Virt,
                Some("q35") => Board::Q35,
                Some("pc") => Board::Pc,
                Some(other) => return Err(format!("no board `{other}`")),
            };
            let program = if matches!(input, Input::Xml(_)) { "libvirt" } else { "QEMU" };
            probes.push(Probe { board, refusal: refusal(program, claim)?, input });
        }
        claim = rest.unwrap_or_default();
    }
    Ok(probes)
}

/// The message that the last paragraph of `claim` which begins with `program` quotes; none when it accepts.
fn refusal(program: &str, claim: &str) -> Result<Option<String>, String> {
    let paragraphs: Vec<String> = claim
        .split("\n\n")
        .map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    let said =
        paragraphs.iter().rev().find_map(|paragraph| paragraph.strip_prefix(program)).ok_or_else(
            || format!("no paragraph before the block begins with `{program}`: {claim}"),
        )?;
    let said = said.trim_start();
    if said.starts_with("accepts it") {
        return Ok(None);
    }
    let quoted = said.strip_prefix("refuses it: ").and_then(|rest| {
        let mark = if rest.starts_with("``") { "``" } else { "`" };
        let rest = rest.strip_prefix(mark)?;
        rest.split_once(mark).map(|(message, _)| message.trim().to_owned())
    });
    quoted.map(Some).ok_or_else(|| format!("neither accepts nor refuses: {program} {said}"))
}

impl Probe {
    /// Runs it; an error says how the claim is not true.
    ///
    /// # Errors
    ///
    /// What the program really said.
    pub fn run(&self, root: &Root, libvirt: &Libvirt) -> Result<(), String> {
        let said = match &self.input {
            Input::Xml(xml) => {
                let domain = self.board.domain(xml);
                libvirt.define(&domain).and_then(|_| libvirt.to_native(&domain)).map(drop)
            }
            Input::Args(args) => self.board.start(root, args),
        };
        match (&self.refusal, said) {
            (None, Ok(())) => Ok(()),
            (Some(message), Err(said)) if said.contains(message) => Ok(()),
            (None, Err(said)) => Err(format!("claimed to be accepted, but: {said}")),
            (Some(message), Ok(())) => Err(format!("accepted, but claimed: {message}")),
            (Some(message), Err(said)) => Err(format!("claimed: {message}\nbut: {said}")),
        }
    }
}

impl Board {
    /// A domain with these children of `<devices>`; a whole domain as it is.
    fn domain(self, xml: &str) -> String {
        if xml.trim_start().starts_with("<domain") {
            return xml.to_owned();
        }
        let (os, features) = match self {
            Self::Virt => (
                "<os firmware='efi'><type arch='aarch64' machine='virt'>hvm</type></os>",
                "<acpi/><gic version='3'/>",
            ),
            Self::Q35 => ("<os><type arch='x86_64' machine='q35'>hvm</type></os>", "<acpi/>"),
            Self::Pc => ("<os><type arch='x86_64' machine='pc'>hvm</type></os>", "<acpi/>"),
        };
        let usb =
            if xml.contains("type='usb'") { "" } else { "<controller type='usb' model='none'/>" };
        format!(
            "<domain type='qemu'><name>probe</name><memory unit='GiB'>1</memory><vcpu>4</vcpu>{os}\
             <features>{features}</features><devices>{usb}\n{xml}\n<memballoon model='none'/></devices></domain>"
        )
    }

    /// Starts QEMU with these arguments, paused.
    fn start(self, root: &Root, args: &str) -> Result<(), String> {
        let (qemu, machine): (Qemu, &str) = match self {
            Self::Virt => (Qemu::aarch64(root), "virt,gic-version=3"),
            Self::Q35 => (Qemu::x86_64(root), "q35"),
            Self::Pc => (Qemu::x86_64(root), "pc"),
        };
        let mut words: Vec<String> =
            ["-M", machine, "-cpu", "max", "-m", "1024", "-nodefaults"].map(str::to_owned).to_vec();
        words.extend(crate::split_words(&args.replace("\\\n", " ")));
        let Outcome { started, exit, stderr } = qemu.run(&words);
        if started {
            return Ok(());
        }
        let mut said = stderr;
        let _ = write!(said, "{exit:?}");
        Err(said)
    }
}
