//! Root ports that need no node of their own: a device in a group implies one, and empty ones are counted.

use super::arrange::What;
use super::settle::Settled;
use crate::topology::{Board, ControllerKind, Vm};

/// Whether the language gives a host device without a slot a port of its own.
pub(super) fn gives_ports(vm: &Vm) -> bool {
    vm.board() != Some(Board::Pc)
}

impl Settled {
    /// How many items stand in the item, at any depth up to the first `most`.
    fn holds(&self, at: usize, most: usize) -> usize {
        let below = self.items.get(at + 1..).unwrap_or(&[]).iter().take(most);
        below.take_while(|item| item.depth > self.items[at].depth).count()
    }

    /// Whether the item is set apart by empty lines: a group, or what holds something.
    pub(super) fn is_block(&self, at: usize) -> bool {
        matches!(self.items[at].what, What::Vsmmu(_)) || self.holds(at, 1) > 0
    }

    /// Whether the item is a root port of which nothing has to be said.
    fn is_bare_port(&self, at: usize) -> bool {
        let What::Controller(id) = self.items[at].what else { return false };
        let controller = self.vm.controller(id);
        let ControllerKind::RootPort(port) = controller.kind else { return false };
        let numbers = [
            controller.index,
            controller.placement.slot,
            controller.placement.function,
            port.chassis,
            port.port,
        ];
        numbers.iter().all(Option::is_none)
            && port.io_reserve.is_none()
            && port.pref64_reserve.is_none()
            && controller.alias.is_none()
    }

    /// Whether the item stands in a group; none when it stands in neither a group nor the vm.
    fn is_in_group(&self, at: usize) -> Option<bool> {
        match self.items[at].parent {
            None => Some(false),
            Some(parent) => matches!(self.items[parent].what, What::Vsmmu(_)).then_some(true),
        }
    }

    /// How many empty ports of a group stand here, of which nothing has to be said.
    pub(super) fn spare_ports(&self, at: usize) -> usize {
        let is_spare = |at: &usize| {
            self.is_in_group(*at) == Some(true) && self.is_bare_port(*at) && self.holds(*at, 1) == 0
        };
        let ports = (at..self.items.len()).take_while(is_spare);
        ports.take_while(|next| self.items[*next].parent == self.items[at].parent).count()
    }

    /// Whether the item is a port that the one device in it implies.
    pub(super) fn implies_port(&self, at: usize) -> bool {
        let Some(in_group) = self.is_in_group(at) else { return false };
        if !gives_ports(&self.vm) || !self.is_bare_port(at) || self.holds(at, 2) != 1 {
            return false;
        }
        let placement = match self.items[at + 1].what {
            What::Hostdev(id) => self.vm.hostdevs[id.0 as usize].placement,
            What::Device(id) if in_group => self.vm.devices[id.0 as usize].placement,
            _ => return false,
        };
        placement.slot.is_none() && placement.function.is_none()
    }
}
