//! Ids for what has none in the command line.

use std::collections::HashSet;

use super::Builder;
use crate::span::{Origin, Written};

impl Builder {
    /// In the model what has no id goes by an automatic one: `pci.1`, `hostdev0`. Where some id of the
    /// command line looks like one of these, it has an id of its own instead, so that none is there
    /// twice.
    pub(super) fn name_the_nameless(&mut self) {
        let vm = &mut self.vm;
        let mut taken: HashSet<String> = HashSet::new();
        let aliases = vm
            .controllers
            .iter()
            .map(|controller| &controller.alias)
            .chain(vm.vsmmus.iter().map(|vsmmu| &vsmmu.alias))
            .chain(vm.iommus.iter().map(|iommu| &iommu.alias))
            .chain(vm.hostdevs.iter().map(|hostdev| &hostdev.alias))
            .chain(vm.devices.iter().map(|device| &device.alias));
        taken.extend(aliases.flatten().map(|alias| alias.value.clone()));
        let is_taken = |prefix: &str| taken.iter().any(|id| id.starts_with(prefix));
        let clashes =
            [is_taken("pci."), is_taken("iommu"), is_taken("hostdev"), is_taken("device")];
        let mut next = 0_u32;
        let mut name = |alias: &mut Option<Written<String>>, clashes: bool, origin: Origin| {
            while clashes && alias.is_none() {
                let id = format!("nameless{next}");
                next += 1;
                if taken.insert(id.clone()) {
                    *alias = Some(Written::new(id, origin));
                }
            }
        };
        for controller in &mut vm.controllers {
            name(&mut controller.alias, clashes[0], controller.origin);
        }
        for vsmmu in &mut vm.vsmmus {
            name(&mut vsmmu.alias, clashes[1], vsmmu.origin);
        }
        for hostdev in &mut vm.hostdevs {
            name(&mut hostdev.alias, clashes[2], hostdev.origin);
        }
        for device in &mut vm.devices {
            name(&mut device.alias, clashes[3], device.origin);
        }
    }
}
