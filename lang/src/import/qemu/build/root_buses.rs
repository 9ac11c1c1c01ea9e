//! Which root buses are left for vSMMUs that name none.

use std::collections::HashSet;

use super::Builder;
use super::buses::Found;
use crate::rules::iommu::primary_bus;
use crate::span::Written;
use crate::topology::{Board, ControllerId, Parent, RootComplex};

/// A vSMMU without a root bus, which is a finding.
pub(super) struct Unplaced {
    /// Which finding.
    finding: usize,
    /// What the vSMMU goes by.
    name: String,
    /// What it names its bus by.
    key: &'static str,
    /// The bus that it names, which is made only later.
    later: Option<String>,
    /// How many controllers stand before it.
    before: usize,
    /// What it names a bus by that is no name for it, and that bus.
    misnamed: Option<(&'static str, String)>,
}

impl Builder {
    /// Notes that the newest finding is about a vSMMU that goes by `name`.
    pub(super) fn note_unplaced(
        &mut self,
        name: &Written<String>,
        key: &'static str,
        later: Option<&str>,
    ) {
        self.unplaced.push(Unplaced {
            finding: self.findings.len().saturating_sub(1),
            name: name.value.clone(),
            key,
            later: later.map(str::to_owned),
            before: self.vm.controllers.len(),
            misnamed: None,
        });
    }

    /// Notes that the newest of them names its `bus` by another `key`.
    pub(super) fn note_misnamed(&mut self, key: &'static str, bus: &str) {
        if let Some(newest) = self.unplaced.last_mut() {
            newest.misnamed = Some((key, bus.to_owned()));
        }
    }

    /// Says what each of them can do, now that it is known which root buses have a vSMMU. None is named twice.
    pub(super) fn help_unplaced(&mut self) {
        let unplaced = std::mem::take(&mut self.unplaced);
        let mut named: HashSet<RootComplex> = HashSet::new();
        // Each has at least as many controllers before it as the one before.
        let mut next = 0;
        for Unplaced { finding, name, key, later, before, misnamed } in unplaced {
            let later = later.and_then(|bus| match self.buses.find(&bus, self.vm.board()) {
                Found::Bus(Parent::Controller(id)) if self.vm.controller(id).is_pxb() => {
                    Some((bus, RootComplex::Pxb(id)))
                }
                _ => None,
            });
            let help = match (misnamed, later) {
                (Some((other, bus)), _) => primary_bus::in_place_of(other, key, &bus),
                (None, Some((bus, of))) => {
                    if let Some((_, first)) = self.vm.vsmmu_of(of) {
                        primary_bus::taken(&bus, &first.name.value, &name)
                    } else {
                        named.insert(of);
                        primary_bus::further_down(&bus)
                    }
                }
                (None, None) => {
                    let is_free = |of| self.vm.vsmmu_of(of).is_none() && !named.contains(&of);
                    let free = self.free_root_bus(&mut next, before, is_free);
                    named.extend(free.map(|(of, _)| of));
                    primary_bus::name_one(key, free.map(|(_, name)| name))
                }
            };
            if let Some(finding) = self.findings.get_mut(finding) {
                finding.help = Some(help);
            }
        }
    }

    /// A root bus that `is_free`: a PXB of the first `before` controllers, from the `next` on, or else the machine's
    /// own.
    fn free_root_bus(
        &self,
        next: &mut usize,
        before: usize,
        is_free: impl Fn(RootComplex) -> bool,
    ) -> Option<(RootComplex, &str)> {
        while let Some(controller) = self.vm.controllers.get(*next).filter(|_| *next < before) {
            let id = ControllerId(u32::try_from(*next).unwrap_or(u32::MAX));
            *next += 1;
            if let Some(name) = controller.alias.as_ref().filter(|_| controller.is_pxb())
                && is_free(RootComplex::Pxb(id))
            {
                return Some((RootComplex::Pxb(id), &name.value));
            }
        }
        let root = self.vm.board().unwrap_or(Board::Virt).root_bus();
        is_free(RootComplex::Root).then_some((RootComplex::Root, root))
    }
}
