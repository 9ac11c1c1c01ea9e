//! `target/too-old`

use std::cmp::Reverse;
use std::fmt::Display;

use super::uses::{Use, uses};
use crate::finding::Finding;
use crate::rules::{Check, Context, declare_rule};
use crate::span::Written;
use crate::target::Since;

declare_rule! {
    /// ## What it does
    ///
    /// Checks that the target releases have everything the vm uses, and says which release does.
    ///
    /// ## Why
    ///
    /// An older libvirt drops attributes it does not know, and an older QEMU does not start.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// target libvirt="11.10"
    ///
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// target libvirt="12.8"
    ///
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// Only the newest releases are run here: what came when is in the table of the releases, with its evidence.
    ///
    /// ## References
    ///
    /// - `lang/src/target/feature.rs`
    pub(super) static TOO_OLD = {
        name: "target/too-old",
        summary: "the target releases have what the vm uses",
        severity: Error,
        needs: Target,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let target = context.target;
    let uses = uses(context.vm);
    if target.judge_libvirt {
        let needs = uses.iter().filter(|used| !target.libvirt.has(used.feature));
        let needs = needs.map(|used| (used, target.libvirt.since(used.feature)));
        let node = context.target_node.and_then(|node| node.libvirt.as_ref());
        findings.extend(newest("libvirt", &target.libvirt, needs, node));
    }
    if target.judge_qemu {
        let needs = uses.iter().filter(|used| !target.qemu.has(used.feature));
        let needs = needs.map(|used| (used, target.qemu.since(used.feature)));
        let node = context.target_node.and_then(|node| node.qemu.as_ref());
        findings.extend(newest("QEMU", &target.qemu, needs, node));
    }
}

/// The use that needs the newest release: with that one, all others are there too.
fn newest<'a>(
    program: &str,
    target: &dyn Display,
    needs: impl Iterator<Item = (&'a Use, Since)>,
    node: Option<&Written<String>>,
) -> Option<Finding> {
    let release = |since: Since| match since {
        Since::Release(release) | Since::Within { by: release, .. } => Some(release),
        Since::Always | Since::Never => None,
    };
    let needs: Vec<_> =
        needs.filter_map(|(used, since)| Some((release(since)?, used, since))).collect();
    let (_, used, since) =
        needs.iter().max_by_key(|(release, used, _)| (*release, Reverse(used.origin)))?;
    let mut finding = TOO_OLD.at(
        used.origin,
        format!("{} needs {program} {since}, but the target is {target}", used.what),
    );
    if let Some(node) = node {
        finding = finding.with_label(node.origin, "the target");
    }
    let others: Vec<&str> = needs
        .iter()
        .filter(|(_, other, _)| other.feature != used.feature)
        .map(|(_, other, _)| other.what)
        .collect();
    if !others.is_empty() {
        finding = finding.with_note(format!("too new for it are also: {}", others.join(", ")));
    }
    Some(
        finding.with_help(format!(
            "name a newer {program} in `target`, if that is what will run the vm"
        )),
    )
}
