//! A file that was checked before: what of it need not be judged again.

use super::Analysis;
use crate::hash::HashSet;
use crate::parsed::Parsed;
use crate::target::Target;
use crate::topology::{TargetNode, Topology, Vm};

/// Of which vms of a file is known that no rule has anything to say of them alone: those that stood in it
/// `before`, word for word, when that was so. Where they stand makes no difference to that.
pub(super) fn known_right(
    before: &Analysis,
    parsed: &Parsed,
    topology: &Topology,
    whole: &[bool],
    target: &Target,
) -> Vec<bool> {
    let is_the_same_question = before.target == *target
        && words(before.topology.target.as_ref()) == words(topology.target.as_ref());
    if !is_the_same_question {
        return vec![false; topology.vms.len()];
    }
    let vms = before.topology.vms.iter().zip(&before.right).filter(|(_, right)| **right);
    let right: HashSet<&str> = vms.filter_map(|(vm, _)| text(&before.parsed, vm)).collect();
    let is_known = |vm: &Vm| text(parsed, vm).is_some_and(|text| right.contains(text));
    topology.vms.iter().zip(whole).map(|(vm, whole)| *whole && is_known(vm)).collect()
}

/// What a file says of releases.
fn words(target: Option<&TargetNode>) -> Option<[Option<&str>; 2]> {
    let TargetNode { libvirt, qemu, .. } = target?;
    Some([libvirt, qemu].map(|release| Some(release.as_ref()?.value.as_str())))
}

/// A vm as it is written; none where files hold only one.
fn text<'a>(parsed: &'a Parsed, vm: &Vm) -> Option<&'a str> {
    let Parsed::Kdl(tree) = parsed else { return None };
    let node = tree.node_named_at(vm.origin.span.start)?;
    Some(node.span().of(tree.text()))
}
