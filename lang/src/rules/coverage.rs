//! Which vSMMU is over what, where that is settled.

use crate::topology::{IommuModel, Parent, RootComplex, Vm, Vsmmu, VsmmuId};

/// Answers for one vm. Not settled is what is over anything on a machine without vSMMUs, and what is
/// over the root bus when two vSMMUs claim it: other rules say so, and what follows is no mistake of
/// its own.
pub(super) struct Coverage<'vm> {
    vm: &'vm Vm,
    can_exist: bool,
    root_is_shared: bool,
}

impl<'vm> Coverage<'vm> {
    pub(super) fn of(vm: &'vm Vm) -> Self {
        let on_root = vm.vsmmus.iter().filter(|vsmmu| vsmmu.root_complex == RootComplex::Root);
        Self {
            vm,
            can_exist: vm.can_have(IommuModel::Smmuv3),
            root_is_shared: on_root.take(2).count() == 2,
        }
    }

    /// Whether it is settled what is behind `vsmmu`.
    pub(super) fn is_settled(&self, vsmmu: &Vsmmu) -> bool {
        self.can_exist && !(self.root_is_shared && vsmmu.root_complex == RootComplex::Root)
    }

    /// The vSMMU that what is plugged into `parent` is behind.
    pub(super) fn over(&self, parent: Parent) -> Option<(VsmmuId, &'vm Vsmmu)> {
        self.vm.vsmmu_over(parent).filter(|(_, vsmmu)| self.is_settled(vsmmu))
    }
}
