//! `target/too-old`

use std::cmp::Reverse;

use super::side::{Side, judged};
use super::uses::{Use, uses};
use crate::finding::Finding;
use crate::language::InEach;
use crate::rules::{Check, Context, declare_rule};
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
    let uses = uses(context);
    let needs: Vec<Need<'_>> = judged(context).filter_map(|side| Need::of(side, &uses)).collect();
    match &needs[..] {
        // The same thing is too new for both: one mistake.
        [libvirt, qemu] if libvirt.used.feature == qemu.used.feature => {
            findings.push(too_old(context, &needs));
        }
        _ => findings.extend(needs.chunks(1).map(|need| too_old(context, need))),
    }
}

/// What one side is too old for.
struct Need<'a> {
    side: Side<'a>,
    /// The use that needs the newest release: with that one, all others are there too.
    used: &'a Use,
    /// What else it is too old for.
    others: Vec<&'static str>,
}

impl<'a> Need<'a> {
    fn of(side: Side<'a>, all: &'a [Use]) -> Option<Self> {
        let release = |used: &Use| match side.since(used.feature) {
            Since::Release(release) | Since::Within { by: release, .. } => Some(release),
            Since::Always | Since::Never => None,
        };
        let lacking = all.iter().filter(|used| !side.has(used.feature));
        let lacking: Vec<_> = lacking.filter_map(|used| Some((release(used)?, used))).collect();
        let (_, used) =
            *lacking.iter().max_by_key(|(release, used)| (*release, Reverse(used.origin)))?;
        let others = lacking.iter().filter(|(_, other)| other.feature != used.feature);
        let others = others.map(|(_, other)| other.what).collect();
        Some(Self { side, used, others })
    }

    /// Such as `libvirt 12.1`.
    fn needed(&self) -> String {
        format!("{} {}", self.side.program(), self.side.since(self.used.feature))
    }
}

/// One finding for needs of one place.
fn too_old(context: &Context<'_>, needs: &[Need<'_>]) -> Finding {
    let used = needs[0].used;
    let list = |words: Vec<String>| words.join(" and ");
    let releases = list(needs.iter().map(Need::needed).collect());
    let targets = list(needs.iter().map(|need| need.side.to_string()).collect());
    let mut finding = TOO_OLD
        .at(used.origin, format!("{} needs {releases}, but the target is {targets}", used.what));
    for Need { side, others, .. } in needs {
        if let Some(name) = side.written {
            finding = finding.with_label(name.origin, "the target");
        }
        if !others.is_empty() {
            finding = finding.with_note(format!(
                "too new for {side} {} also: {}",
                if others.len() == 1 { "is" } else { "are" },
                others.join(", ")
            ));
        }
    }
    finding.with_help(context.say(InEach {
        kdl: "name newer releases in `target`, if those are what will run the vm",
        libvirt: "check it for newer releases, if those are what will run the domain",
        qemu: "check it for newer releases, if those are what will run the vm",
    }))
}
