//! The root ports that libvirt adds, one for every controller index that is missing.

use super::occupants::occupants;
use crate::elaborate::BusWindow;
use crate::finding::{Applicability, Finding};
use crate::language::InEach;
use crate::rules::Context;
use crate::topology::{Board, ControllerId, Function, Parent, RootComplex, Slot, SlotFunction};

/// The words libvirt has when a port it wants to add finds no slot (`domain_addr.c`).
pub(super) const NO_SLOT: &str = "a PCIe slot is needed to connect a PCI controller model='pcie-root-port', but none is available, \
     and it cannot be automatically added";

/// Which ports libvirt adds, and where it puts them (measured on libvirt 12.8): on `pcie.0`, eight to a slot
/// and beside root ports that are there; when that is full on the PXB of the lowest index.
#[derive(Default)]
pub(super) struct AddedPorts {
    /// The indexes below the highest one that no controller has, rising. A port's chassis is its index.
    pub(super) indexes: Vec<u8>,
    /// How many sit on `pcie.0`.
    pub(super) on_root: u32,
    /// How many sit on the PXB of the lowest index.
    pub(super) on_pxb: Option<(ControllerId, u32)>,
    /// How many find no slot: libvirt then refuses the domain.
    pub(super) without_slot: u32,
}

impl AddedPorts {
    /// None are known where libvirt is not judged, where an index is wrong, twice there or could not be read
    /// (it may be the missing one), and on a machine that takes no PCIe port.
    pub(super) fn of(context: &Context<'_>) -> Self {
        let judged = context.target.judge_libvirt && context.whole;
        if !judged || context.vm.board().is_none_or(|board| board == Board::Pc) {
            return Self::default();
        }
        let Some(indexes) = missing_indexes(context) else { return Self::default() };
        if indexes.is_empty() {
            return Self::default();
        }
        let count = u32::try_from(indexes.len()).unwrap_or(u32::MAX);
        let on_root = count.min(room(context, Parent::Root));
        let rest = count - on_root;
        let lowest = context.vm.controllers().filter(|(_, controller)| controller.is_pxb());
        let lowest = lowest.min_by_key(|(id, _)| context.numbers.controller(*id).index);
        let on_pxb = lowest.filter(|_| rest > 0).map(|(id, _)| {
            let fits = rest.min(room(context, Parent::Controller(id)));
            (id, fits)
        });
        let without_slot = rest - on_pxb.map_or(0, |(_, count)| count);
        Self { indexes, on_root, on_pxb, without_slot }
    }

    /// How many there are below `root_complex`.
    pub(super) fn below(&self, root_complex: RootComplex) -> u32 {
        match root_complex {
            RootComplex::Root => self.on_root,
            RootComplex::Pxb(pxb) => {
                self.on_pxb.filter(|(id, _)| *id == pxb).map_or(0, |(_, count)| count)
            }
        }
    }

    /// The bus windows, what libvirt adds counted among what they need.
    pub(super) fn windows(&self, context: &Context<'_>) -> Vec<BusWindow> {
        let windows = context.numbers.windows.iter();
        windows
            .map(|window| {
                let added = self.below(window.root_complex);
                BusWindow { needed: window.needed.saturating_add(added), ..*window }
            })
            .collect()
    }
}

/// Says how there is no gap. Offers to have the indexes above the first one given out anew, where nothing
/// refers to a controller by its index.
pub(super) fn without_gaps(context: &Context<'_>, added: &AddedPorts, finding: Finding) -> Finding {
    let without_index = "number the controllers from 1 without gaps, or leave `index` out";
    let Some(help) = context.say(InEach::only_kdl(without_index)) else {
        return finding.with_help(
            "number the controllers from 1 without gaps, and write the new numbers in the `bus` of what \
             sits behind them",
        );
    };
    let finding = finding.with_help(help);
    let Some(&gap) = added.indexes.first() else { return finding };
    let written = context.vm.controllers.iter().filter_map(|controller| controller.index);
    let above = written.filter(|index| index.value > i64::from(gap));
    finding.with_edits(
        format!("leave out every `index` above {gap}"),
        Applicability::Unsafe,
        above.map(|index| context.source.without_property(index.origin)),
    )
}

/// The indexes below the highest one that no controller has; none where an index is wrong or twice there.
fn missing_indexes(context: &Context<'_>) -> Option<Vec<u8>> {
    let mut taken = [false; 256];
    for numbers in &context.numbers.controllers {
        let index = usize::from(numbers.index?.get());
        if std::mem::replace(&mut taken[index], true) {
            return None;
        }
    }
    let highest = taken.iter().rposition(|&taken| taken).unwrap_or(0);
    Some((1..=u8::MAX).take(highest).filter(|&index| !taken[usize::from(index)]).collect())
}

/// How many more root ports libvirt finds a place for on `bus`: all functions of a slot that is empty or
/// has root ports only.
fn room(context: &Context<'_>, bus: Parent) -> u32 {
    let mut root_ports = [0_u32; 32];
    let mut closed = [false; 32];
    for occupant in occupants(context).filter(|occupant| occupant.parent == bus) {
        let Some(at) = occupant.position else { continue };
        // Of the controllers only root ports and PXBs sit on a root complex.
        if occupant.is_controller && occupant.found_by_address {
            root_ports[usize::from(at.slot.get())] += 1;
        } else {
            closed[usize::from(at.slot.get())] = true;
        }
    }
    for slot in Slot::all().filter(|_| bus == Parent::Root) {
        let own = |function| context.vm.own_device(SlotFunction { slot, function });
        closed[usize::from(slot.get())] |= Function::all().any(|f| own(f).is_some());
    }
    let open = root_ports.iter().zip(closed).filter(|(_, closed)| !closed);
    open.map(|(&root_ports, _)| 8_u32.saturating_sub(root_ports)).sum()
}
