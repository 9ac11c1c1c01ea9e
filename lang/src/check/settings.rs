//! What a caller asks of a check, beside the text.

use crate::finding::Finding;
use crate::language::Language;
use crate::rules::{Level, Levels, Rule, RuleSet, group_of};
use crate::target::{LibvirtTarget, QemuTarget, Target};
use crate::topology::TargetNode;

/// What a caller asks of a check, beside the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The releases to judge against, whatever the file says: the command line's.
    pub target: RequestedTarget,
    /// The releases to judge against where the file says nothing: the configuration's.
    pub default_target: RequestedTarget,
    /// How bad the findings of a rule are, where it is not up to the rule.
    pub levels: Levels,
    /// Rules that no comment may allow.
    pub not_allowable: RuleSet,
    /// Which findings are wanted at all.
    pub selection: Selection,
}

/// Releases that are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RequestedTarget {
    /// The libvirt side.
    pub libvirt: Option<LibvirtTarget>,
    /// The QEMU side.
    pub qemu: Option<QemuTarget>,
}

/// Which rules' findings are wanted. All rules run all the same, so that a comment that allows one
/// of them counts as used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// These only, unless it is empty. A rule that is off is run when it is named here.
    pub select: RuleSet,
    /// Not these; wins over `select`.
    pub ignore: RuleSet,
}

/// Findings of this group say that a file was not understood: without them a broken file would
/// look clean, so they are always wanted.
const SYNTAX: &str = "syntax";

impl Selection {
    /// Whether the findings of `rule` are wanted.
    #[must_use]
    pub fn wants(&self, rule: &str) -> bool {
        let selected = self.select.is_empty() || self.select.covers(rule);
        group_of(rule) == SYNTAX || (selected && !self.ignore.covers(rule))
    }
}

impl Settings {
    /// Whether `rule` is run.
    #[must_use]
    pub fn runs(&self, rule: &Rule) -> bool {
        if self.selection.select.names(rule.name) {
            return true;
        }
        match self.levels.of(rule.name) {
            Some(level) => level != Level::Off,
            None => rule.on_by_default,
        }
    }

    /// What a topology is judged against: for each side what the caller insists on, else what its
    /// file says, else what the caller would have otherwise.
    ///
    /// A side that the file may have named where it `is_hidden` is not judged, unless the caller insists.
    ///
    /// `implied` is what a file's words are those of, where nobody says anything. A command line is QEMU's
    /// matter only.
    pub(super) fn target_of(
        &self,
        language: Language,
        node: Option<&TargetNode>,
        is_hidden: bool,
        implied: RequestedTarget,
    ) -> Target {
        let target = self.target_among(node, is_hidden, implied);
        match language {
            Language::Qemu => Target { judge_libvirt: false, judge_qemu: true, ..target },
            Language::Kdl | Language::Libvirt => target,
        }
    }

    fn target_among(
        &self,
        node: Option<&TargetNode>,
        is_hidden: bool,
        implied: RequestedTarget,
    ) -> Target {
        let asked = self.target;
        if is_hidden {
            let newest = Target::default();
            return Target {
                judge_libvirt: asked.libvirt.is_some(),
                judge_qemu: asked.qemu.is_some(),
                libvirt: asked.libvirt.unwrap_or(newest.libvirt),
                qemu: asked.qemu.unwrap_or(newest.qemu),
            };
        }
        let libvirt = node.and_then(|node| LibvirtTarget::parse(&node.libvirt.as_ref()?.value));
        let qemu = node.and_then(|node| QemuTarget::parse(&node.qemu.as_ref()?.value));
        // A file that names one side only is for that side only.
        let default = if libvirt.is_some() || qemu.is_some() {
            RequestedTarget::default()
        } else if self.default_target == RequestedTarget::default() {
            implied
        } else {
            self.default_target
        };
        Target::named(
            asked.libvirt.or(libvirt).or(default.libvirt),
            asked.qemu.or(qemu).or(default.qemu),
        )
    }

    /// Takes out the findings of rules that are off, and makes the others as bad as asked for.
    pub(super) fn level(&self, findings: &mut Vec<Finding>) {
        if self.levels.is_empty() {
            return;
        }
        findings.retain_mut(|finding| match self.levels.of(finding.rule) {
            None => true,
            Some(Level::On(severity)) => {
                finding.severity = severity;
                true
            }
            // Named on the command line.
            Some(Level::Off) => self.selection.select.names(finding.rule),
        });
    }

    /// Takes out what is not wanted.
    pub(super) fn select(&self, findings: &mut Vec<Finding>) {
        if self.selection != Selection::default() {
            findings.retain(|finding| self.selection.wants(finding.rule));
        }
    }
}
