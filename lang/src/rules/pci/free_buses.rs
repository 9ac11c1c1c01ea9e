//! Bus numbers that no window needs.

use crate::hash::HashMap;
use std::fmt::Write as _;

use super::added_ports::AddedPorts;
use crate::elaborate::TakenBuses;
use crate::rules::Context;
use crate::topology::{BusNr, ControllerId, RootComplex};

/// The bus numbers that some root complex needs.
pub(super) fn taken(context: &Context<'_>) -> TakenBuses {
    let mut taken = TakenBuses::default();
    for window in AddedPorts::of(context).windows(context) {
        if let Some(first) = window.first {
            taken.take(first, window.needed);
        }
    }
    taken
}

/// Bus numbers for PXBs that are written with one they cannot have.
pub(super) struct FreeBuses {
    taken: TakenBuses,
    needed: HashMap<ControllerId, u32>,
}

impl FreeBuses {
    pub(super) fn of(context: &Context<'_>) -> Self {
        let windows = context.numbers.windows.iter();
        let needed = windows.filter_map(|window| match window.root_complex {
            RootComplex::Root => None,
            RootComplex::Pxb(id) => Some((id, window.needed)),
        });
        Self { taken: moved(context).1, needed: needed.collect() }
    }

    /// The highest with room for what is below `pxb`. No two are given one number.
    pub(super) fn take(&mut self, pxb: ControllerId) -> Option<BusNr> {
        self.taken.take_highest(self.needed.get(&pxb).copied().unwrap_or(1))
    }
}

/// Where the PXBs may go that cannot stay where they are written: at a number another one has, or
/// in too small a window. No two go to one place, so that all may go. The first of several PXBs at one
/// number stays: too small a window would only become that of the next one.
pub(super) fn moves(context: &Context<'_>) -> HashMap<ControllerId, BusNr> {
    moved(context).0
}

/// The moves, and what is taken when they are made.
fn moved(context: &Context<'_>) -> (HashMap<ControllerId, BusNr>, TakenBuses) {
    let mut taken = taken(context);
    let mut pxbs_at = [0_u32; 256];
    let pxbs = context.numbers.windows.iter().filter(|w| w.root_complex != RootComplex::Root);
    for first in pxbs.filter_map(|window| window.first) {
        pxbs_at[usize::from(first)] += 1;
    }
    let mut has_pxb = [false; 256];
    let mut moves = HashMap::default();
    for window in &context.numbers.windows {
        let RootComplex::Pxb(id) = window.root_complex else { continue };
        let Some((first, available)) = window.first.zip(window.available()) else { continue };
        let duplicate = std::mem::replace(&mut has_pxb[usize::from(first)], true);
        let too_small = window.needed > available && pxbs_at[usize::from(first)] == 1;
        if (duplicate || too_small)
            && let Some(bus_nr) = taken.take_highest(window.needed)
        {
            moves.insert(id, bus_nr);
        }
    }
    (moves, taken)
}

/// Whether there is room for all windows, were every bus number given out.
pub(super) fn fit(context: &Context<'_>) -> bool {
    let mut taken = TakenBuses::default();
    context.numbers.windows.iter().all(|window| match window.root_complex {
        RootComplex::Root => {
            taken.take(0, window.needed);
            true
        }
        RootComplex::Pxb(_) => taken.take_highest(window.needed).is_some(),
    })
}

/// The ranges for a message: `1–191 and 200–247`.
pub(super) fn described(ranges: &[(u8, u8)]) -> String {
    let mut text = String::new();
    for (position, (first, last)) in ranges.iter().enumerate() {
        let separator = match position {
            0 => "",
            _ if position + 1 == ranges.len() => " and ",
            _ => ", ",
        };
        let _ = write!(text, "{separator}{first}");
        if first != last {
            let _ = write!(text, "–{last}");
        }
    }
    text
}

/// `1 bridge`, `3 bridges`.
pub(super) fn counted(count: u32, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
