//! Indexes of controllers that the domain has itself, between those that are written.

use super::writer::Writer;
use crate::elaborate::Numbers;
use crate::topology::{ControllerId, Index};

/// Where the indexes that are written leave gaps which controllers that are left out fill.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Filled {
    /// The first controller above all of them.
    above: Option<ControllerId>,
}

impl Filled {
    /// `all` has the controllers that are left out, too; none are filled where not all are.
    pub(super) fn between(all: &Numbers, written: &Numbers) -> Self {
        let indexes = |numbers: &Numbers| {
            let mut taken = [false; 256];
            for index in numbers.controllers.iter().filter_map(|controller| controller.index) {
                taken[usize::from(index.get())] = true;
            }
            taken
        };
        let (all, taken) = (indexes(all), indexes(written));
        let highest = taken.iter().rposition(|&taken| taken).unwrap_or(0);
        let mut gaps = (1..highest).filter(|&index| !taken[index]);
        let Some(last) = gaps.clone().next_back() else { return Self::default() };
        if !gaps.all(|index| all[index]) {
            return Self::default();
        }
        let above = (0..).zip(&written.controllers).filter_map(|(id, controller)| {
            let index = controller.index.filter(|index| usize::from(index.get()) > last)?;
            Some((index, ControllerId(id)))
        });
        Self { above: above.min_by_key(|(index, _): &(Index, _)| *index).map(|(_, id)| id) }
    }

    /// Allows the gaps, before the controller that would be told of them is written.
    pub(super) fn allow(self, writer: &mut Writer, id: ControllerId) {
        if self.above == Some(id) {
            writer.comment(
                "iommulint: allow pci/index-gap -- ",
                "the domain has the controllers in between",
            );
        }
    }
}
