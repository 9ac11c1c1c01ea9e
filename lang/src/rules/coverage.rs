//! Which vSMMU is over what, where that is settled.

use crate::hash::{HashSet, set_of};

use crate::topology::{IommuModel, Parent, RootComplex, Vm, Vsmmu, VsmmuId};

/// Answers for one vm. Not settled is what is over anything on a machine without vSMMUs, and what is
/// over a root complex when two vSMMUs claim it: other rules say so, and what follows is no mistake of
/// its own.
pub(super) struct Coverage<'vm> {
    vm: &'vm Vm,
    can_exist: bool,
    /// Those that two vSMMUs claim.
    shared: HashSet<RootComplex>,
}

impl<'vm> Coverage<'vm> {
    pub(super) fn of(vm: &'vm Vm) -> Self {
        let mut claimed = set_of(vm.vsmmus.len());
        let root_complexes = vm.vsmmus.iter().map(|vsmmu| vsmmu.root_complex);
        let shared = root_complexes.filter(|complex| !claimed.insert(*complex)).collect();
        Self { vm, can_exist: vm.can_have(IommuModel::Smmuv3), shared }
    }

    /// Whether it is settled what is behind `vsmmu`.
    pub(super) fn is_settled(&self, vsmmu: &Vsmmu) -> bool {
        self.can_exist && !self.shared.contains(&vsmmu.root_complex)
    }

    /// The vSMMU that what is plugged into `parent` is behind.
    pub(super) fn over(&self, parent: Parent) -> Option<(VsmmuId, &'vm Vsmmu)> {
        self.vm.vsmmu_over(parent).filter(|(_, vsmmu)| self.is_settled(vsmmu))
    }
}
