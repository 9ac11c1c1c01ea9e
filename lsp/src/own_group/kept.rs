//! What has to stay as it is when a host device moves out of its group.

use std::collections::HashMap;

use iommulint_lang::check::Analysis;
use iommulint_lang::finding::Severity;
use iommulint_lang::topology::Vm;

/// What is to have moved.
pub(super) struct Moved<'a> {
    /// The position of the vm.
    pub(super) vm: usize,
    /// The name of the device.
    pub(super) device: &'a str,
    /// The name of its new group.
    pub(super) group: &'a str,
}

/// Whether every error after was there before.
pub(super) fn nothing_becomes_wrong(before: &Analysis, after: &Analysis) -> bool {
    let before = errors(before);
    errors(after).iter().all(|(error, count)| before.get(error).is_some_and(|known| count <= known))
}

/// How often there is each, by rule and headline: where they are changes.
fn errors(analysis: &Analysis) -> HashMap<(&str, &str), usize> {
    let mut counts = HashMap::new();
    for error in analysis.findings.iter().filter(|it| it.severity == Severity::Error) {
        *counts.entry((error.rule, error.headline.as_str())).or_default() += 1;
    }
    counts
}

/// Whether every device is behind the vSMMU that it was behind, but for the one, which is alone behind the new one.
pub(super) fn only_it_moves(before: &Analysis, after: &Analysis, moved: &Moved<'_>) -> bool {
    let (vms, vms_after) = (&before.topology.vms, &after.topology.vms);
    let expected = vms.iter().enumerate().map(|(position, vm)| {
        let mut groups = groups(vm);
        if position == moved.vm {
            for (device, group) in &mut groups {
                if *device == moved.device {
                    *group = Some(moved.group);
                }
            }
            groups.sort_unstable();
        }
        groups
    });
    let is_alone = vms_after.get(moved.vm).is_some_and(|vm| {
        groups(vm).iter().filter(|(_, group)| *group == Some(moved.group)).count() == 1
    });
    is_alone && expected.eq(vms_after.iter().map(groups))
}

/// Every device and the vSMMU that it is behind, by name.
fn groups(vm: &Vm) -> Vec<(&str, Option<&str>)> {
    let hostdevs = vm.hostdevs.iter().map(|it| (&it.name, it.parent));
    let devices = vm.devices.iter().map(|it| (&it.name, it.parent));
    let group = |parent| vm.vsmmu_over(parent).map(|(_, vsmmu)| vsmmu.name.value.as_str());
    let mut groups: Vec<_> = hostdevs
        .chain(devices)
        .map(|(name, parent)| (name.value.as_str(), group(parent)))
        .collect();
    groups.sort_unstable();
    groups
}
