//! Bus numbers as firmware gives them out: depth first, by slot and function, from each root.

use crate::check::{Checked, PlacedKind};
use crate::topology::{ControllerId, Parent, SlotFunction};

/// The number of every bus of a vm.
pub(super) struct Buses {
    root_last: u8,
    /// By [`ControllerId`]: number, last number below, depth.
    behind: Vec<Option<(u8, u8, u8)>>,
}

impl Buses {
    /// The number of the bus behind `parent`.
    pub(super) fn number(&self, parent: Parent) -> Option<u8> {
        match parent {
            Parent::Root => Some(0),
            Parent::Controller(id) => Some(self.behind[id.0 as usize]?.0),
        }
    }

    /// The last number that it or a bus below it has.
    pub(super) fn last_below(&self, parent: Parent) -> Option<u8> {
        match parent {
            Parent::Root => Some(self.root_last),
            Parent::Controller(id) => Some(self.behind[id.0 as usize]?.1),
        }
    }

    /// How many bridges are between it and its root bus.
    pub(super) fn depth(&self, parent: Parent) -> u8 {
        match parent {
            Parent::Root => 0,
            Parent::Controller(id) => self.behind[id.0 as usize].map_or(0, |(_, _, depth)| depth),
        }
    }
}

/// A bridge and where it sits on its bus: a controller, or none for an emulated device of which only the
/// number that its bus takes matters.
type Bridge = (SlotFunction, Option<ControllerId>);

/// Numbers the buses of every root complex.
pub(super) fn buses(checked: &Checked<'_>) -> Buses {
    let mut children: Vec<Vec<Bridge>> = vec![Vec::new(); checked.controllers.len()];
    let mut on_root = Vec::new();
    let mut buses = Buses { root_last: 0, behind: vec![None; checked.controllers.len()] };
    let mut pxbs = Vec::new();
    let mut add = |parent, bridge: Bridge| match parent {
        Parent::Root => on_root.push(bridge),
        Parent::Controller(id) => children[id.0 as usize].push(bridge),
    };
    for placed in &checked.controllers {
        match placed.kind {
            PlacedKind::Pxb { bus_nr, .. } => pxbs.push((placed.id, bus_nr.get())),
            _ => add(placed.controller.parent, (placed.position, Some(placed.id))),
        }
    }
    for placed in checked.devices.iter().filter(|placed| placed.device.is_bridge()) {
        add(placed.device.parent, (placed.position, None));
    }
    buses.root_last = number_below(&mut buses.behind, &children, on_root, 0);
    for (pxb, first) in pxbs {
        let below = children[pxb.0 as usize].clone();
        let last = number_below(&mut buses.behind, &children, below, first);
        buses.behind[pxb.0 as usize] = Some((first, last, 0));
    }
    buses
}

/// Numbers everything below a root bus `first`, and says the last number given out.
fn number_below(
    behind: &mut [Option<(u8, u8, u8)>],
    children: &[Vec<Bridge>],
    mut bridges: Vec<Bridge>,
    first: u8,
) -> u8 {
    enum Step {
        Enter(Option<ControllerId>, u8),
        Leave(ControllerId),
    }
    let in_turn = |bridges: &mut Vec<Bridge>, depth: u8| {
        bridges.sort_unstable();
        let steps: Vec<Step> =
            bridges.iter().rev().map(|&(_, id)| Step::Enter(id, depth)).collect();
        steps
    };
    let mut last = first;
    let mut steps = in_turn(&mut bridges, 1);
    while let Some(step) = steps.pop() {
        match step {
            Step::Enter(id, depth) => {
                last = last.saturating_add(1);
                let Some(id) = id else { continue };
                behind[id.0 as usize] = Some((last, last, depth));
                steps.push(Step::Leave(id));
                let mut below = children[id.0 as usize].clone();
                steps.extend(in_turn(&mut below, depth.saturating_add(1)));
            }
            Step::Leave(id) => {
                if let Some((_, last_below, _)) = &mut behind[id.0 as usize] {
                    *last_below = last;
                }
            }
        }
    }
    last
}
