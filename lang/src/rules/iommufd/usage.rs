//! Which iommufds a vm declares, and what names them.

use crate::hash::{HashMap, HashSet};

use crate::language::InEach;
use crate::rules::Context;
use crate::rules::coverage::Coverage;
use crate::span::Written;
use crate::syntax::quote;
use crate::topology::{Hostdev, Iommufd, Vm, Vsmmu, VsmmuId};

/// The declared iommufds by name; of those of one name the first. One without a name has none.
pub(super) fn declared(vm: &Vm) -> HashMap<&str, &Iommufd> {
    let mut declared = HashMap::default();
    for iommufd in distinct(vm) {
        declared.insert(iommufd.name.value.as_str(), iommufd);
    }
    declared
}

/// The declared iommufds in file order, without those whose name is missing or taken.
pub(super) fn distinct(vm: &Vm) -> impl Iterator<Item = &Iommufd> {
    let mut seen = HashSet::default();
    vm.iommufds.iter().filter(move |iommufd| {
        !iommufd.name.value.is_empty() && seen.insert(iommufd.name.value.as_str())
    })
}

/// The only iommufd of the vm, if there is exactly one.
pub(in crate::rules) fn only(vm: &Vm) -> Option<&Iommufd> {
    let mut all = distinct(vm);
    all.next().filter(|_| all.next().is_none())
}

/// Every name that something gives for its iommufd, in file order.
pub(super) fn references(vm: &Vm) -> Vec<&Written<String>> {
    let iommus = vm.iommus.iter().filter_map(|iommu| iommu.iommufd.as_ref());
    let vsmmus = vm.vsmmus.iter().filter_map(|vsmmu| vsmmu.iommufd.as_ref());
    let hostdevs = vm.hostdevs.iter().filter_map(|hostdev| hostdev.iommufd.as_ref());
    let mut references: Vec<_> = iommus.chain(vsmmus).chain(hostdevs).collect();
    references.sort_by_key(|name| name.origin);
    references
}

/// The names that nothing declares, each with every place it is used at. Nothing when an iommufd
/// lacks its name, as that may be the one meant.
pub(super) fn unknown(vm: &Vm) -> Vec<Vec<&Written<String>>> {
    if vm.iommufds.iter().any(|iommufd| iommufd.name.value.is_empty()) {
        return Vec::new();
    }
    let declared = declared(vm);
    let mut positions = HashMap::default();
    let mut unknown: Vec<Vec<&Written<String>>> = Vec::new();
    for name in references(vm) {
        if declared.contains_key(name.value.as_str()) {
            continue;
        }
        let position = *positions.entry(name.value.as_str()).or_insert(unknown.len());
        match unknown.get_mut(position) {
            Some(uses) => uses.push(name),
            None => unknown.push(vec![name]),
        }
    }
    unknown
}

/// The accelerated vSMMUs that have no iommufd for a host device behind them, in file order, each
/// with those devices.
pub(super) fn lacking(vm: &Vm) -> Vec<(&Vsmmu, Vec<&Hostdev>)> {
    let mut lacking: HashMap<VsmmuId, Vec<&Hostdev>> = HashMap::default();
    for hostdev in vm.hostdevs.iter().filter(|hostdev| vm.iommufd_of(hostdev).is_none()) {
        if let Some((id, vsmmu)) = vm.vsmmu_over(hostdev.parent)
            && vsmmu.acceleration.enabled
        {
            lacking.entry(id).or_default().push(hostdev);
        }
    }
    vm.vsmmus().filter_map(|(id, vsmmu)| Some((vsmmu, lacking.remove(&id)?))).collect()
}

/// The declared iommufds that nothing names, in file order. None when a name is unknown or one is
/// lacking: it may be the one that was meant there.
pub(in crate::rules) fn unused(vm: &Vm) -> Vec<&Iommufd> {
    let is_passed = |hostdev: &Hostdev| hostdev.fd.is_some() && vm.iommufd_of(hostdev).is_none();
    if !unknown(vm).is_empty() || !lacking(vm).is_empty() || vm.hostdevs.iter().any(is_passed) {
        return Vec::new();
    }
    let used: HashSet<&str> = references(vm).iter().map(|name| name.value.as_str()).collect();
    distinct(vm).filter(|iommufd| !used.contains(iommufd.name.value.as_str())).collect()
}

/// A host device's own iommufd, and the other one of the accelerated vSMMU it is behind.
pub(super) struct Mismatch<'vm> {
    /// As the host device names it.
    pub(super) own: &'vm Written<String>,
    /// That of the vSMMU; of one that names none, that of its first host device.
    pub(super) expected: &'vm Written<String>,
    /// The vSMMU.
    pub(super) vsmmu: &'vm Vsmmu,
}

/// Every mismatch of declared iommufds, in file order.
pub(super) fn mismatches(vm: &Vm) -> Vec<Mismatch<'_>> {
    let declared = declared(vm);
    let is_declared = |name: &&Written<String>| declared.contains_key(name.value.as_str());
    let coverage = Coverage::of(vm);
    let mut expectations = HashMap::default();
    let mut mismatches = Vec::new();
    for hostdev in &vm.hostdevs {
        let Some(own) = hostdev.iommufd.as_ref().filter(is_declared) else { continue };
        let Some((id, vsmmu)) = coverage.over(hostdev.parent) else { continue };
        if !vsmmu.acceleration.enabled {
            continue;
        }
        let expected =
            *expectations.entry(id).or_insert_with(|| vsmmu.iommufd.as_ref().unwrap_or(own));
        if is_declared(&expected) && expected.value != own.value {
            mismatches.push(Mismatch { own, expected, vsmmu });
        }
    }
    mismatches
}

/// What puts something on the iommufd of that name, as it is written.
pub(in crate::rules) fn naming(context: &Context<'_>, iommufd: &str) -> String {
    context.say(InEach {
        kdl: format!("iommufd={}", quote(iommufd)),
        // A domain has one, which has no name in the file.
        libvirt: "<driver iommufd='yes'/>".to_owned(),
        qemu: format!("iommufd={iommufd}"),
    })
}
