//! The rules, run on every vm of a file.

use super::Settings;
use crate::finding::Finding;
use crate::rules::{self, Check, Context};
use crate::topology::Topology;

/// Runs every rule on the vms of a topology, but for those of which is `known` that no rule has anything to say
/// of them alone. What there is to say, rule by rule; and of which vms,
/// all of which could be read, nothing was said.
pub(super) fn judge(
    vms: &[Context<'_>],
    known: Option<&[bool]>,
    topology: &Topology,
    settings: &Settings,
) -> (Vec<Finding>, Vec<bool>) {
    let mut findings = Vec::new();
    let mut right: Vec<bool> = vms.iter().map(|vm| vm.whole).collect();
    let nothing = vec![false; vms.len()];
    let known = known.unwrap_or(&nothing);
    for rule in rules::all().filter(|rule| settings.runs(rule)) {
        let (check, only_whole) = match rule.check {
            Check::EachVm(check) => (check, false),
            Check::EachWholeVm(check) => (check, true),
            Check::EachFile(check) => {
                check(topology, &mut findings);
                continue;
            }
            Check::WhileReading => continue,
        };
        for ((vm, known), right) in vms.iter().zip(known).zip(&mut right) {
            if *known || (only_whole && !vm.whole) {
                continue;
            }
            let before = findings.len();
            check(vm, &mut findings);
            *right &= findings.len() == before;
        }
    }
    (findings, right)
}
