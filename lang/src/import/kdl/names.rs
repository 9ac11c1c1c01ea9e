//! Names that nothing else in the vm has.

use std::collections::{HashMap, HashSet};

use crate::span::Written;
use crate::topology::Vm;

/// Gives everything without a name one, and all but the first of one name another.
pub(super) fn settle(vm: &mut Vm) {
    if vm.name.value.is_empty() {
        "vm".clone_into(&mut vm.name.value);
    }
    let elements = vm
        .vsmmus
        .iter_mut()
        .map(|vsmmu| (&mut vsmmu.name, "smmu"))
        .chain(vm.hostdevs.iter_mut().map(|hostdev| (&mut hostdev.name, "hostdev")))
        .chain(vm.devices.iter_mut().map(|device| (&mut device.name, "device")));
    make_unique(elements.collect());
    settle_iommufds(vm);
}

/// iommufds are referred to by name: whoever names one that has no name gets the first such.
fn settle_iommufds(vm: &mut Vm) {
    let unnamed = vm.iommufds.iter().position(|iommufd| iommufd.name.value.is_empty());
    make_unique(vm.iommufds.iter_mut().map(|iommufd| (&mut iommufd.name, "iommufd")).collect());
    let Some(unnamed) = unnamed.map(|position| vm.iommufds[position].name.value.clone()) else {
        return;
    };
    let references = vm
        .iommus
        .iter_mut()
        .map(|iommu| &mut iommu.iommufd)
        .chain(vm.vsmmus.iter_mut().map(|vsmmu| &mut vsmmu.iommufd))
        .chain(vm.hostdevs.iter_mut().map(|hostdev| &mut hostdev.iommufd));
    for reference in references.flatten().filter(|reference| reference.value.is_empty()) {
        reference.value.clone_from(&unnamed);
    }
}

/// Names, each with what one that is missing begins with.
fn make_unique(names: Vec<(&mut Written<String>, &'static str)>) {
    let mut taken: HashSet<String> = names.iter().map(|(name, _)| name.value.clone()).collect();
    let mut seen: HashSet<String> = HashSet::new();
    let mut next_numbers: HashMap<String, u32> = HashMap::new();
    for (name, stem) in names {
        if !name.value.is_empty() && seen.insert(name.value.clone()) {
            continue;
        }
        let (start, first) = match name.value.as_str() {
            "" => (stem.to_owned(), 0),
            text => (format!("{text}-"), 2),
        };
        let next = next_numbers.entry(start.clone()).or_insert(first);
        let free = (*next..).map(|number| (number, format!("{start}{number}")));
        let free = free.into_iter().find(|(_, name)| !taken.contains(name));
        if let Some((number, free)) = free {
            *next = number.saturating_add(1);
            taken.insert(free.clone());
            name.value = free;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Origin;

    #[test]
    fn missing_and_double_names_become_free_ones() {
        let mut names: Vec<_> = ["", "gpu", "gpu", "gpu-2", "", "hostdev0", "gpu"]
            .map(|name| Written::new(name.to_owned(), Origin::default()))
            .into();
        make_unique(names.iter_mut().map(|name| (name, "hostdev")).collect());
        let names: Vec<&str> = names.iter().map(|name| name.value.as_str()).collect();
        assert_eq!(names, ["hostdev1", "gpu", "gpu-3", "gpu-2", "hostdev2", "hostdev0", "gpu-4"]);
    }
}
