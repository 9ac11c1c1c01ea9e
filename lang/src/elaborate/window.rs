//! How many bus numbers each root complex needs, and has.

use super::{BusWindow, ControllerNumbers};
use crate::topology::{BusNr, ControllerId, Parent, RootComplex, Vm};

/// How many bus numbers each root complex needs: its own, and one for every bridge below.
pub(super) struct Needs {
    /// `pcie.0`.
    pub(super) root: u32,
    /// By [`ControllerId`]; 0 for what is not a PXB.
    pub(super) pxbs: Vec<u32>,
}

impl Needs {
    fn add_bridge(&mut self, root_complex: RootComplex) {
        match root_complex {
            RootComplex::Root => self.root += 1,
            RootComplex::Pxb(pxb) => self.pxbs[pxb.0 as usize] += 1,
        }
    }
}

/// Counts the bridges of `vm`, emulated devices among them.
pub(super) fn needs(vm: &Vm) -> Needs {
    let mut needs = Needs { root: 1, pxbs: vec![0; vm.controllers.len()] };
    let mut root_complexes: Vec<RootComplex> = Vec::with_capacity(vm.controllers.len());
    for (id, controller) in vm.controllers() {
        let root_complex = if controller.is_pxb() {
            RootComplex::Pxb(id)
        } else {
            match controller.parent {
                Parent::Root => RootComplex::Root,
                // A parent stands before its children.
                Parent::Controller(parent) => root_complexes[parent.0 as usize],
            }
        };
        root_complexes.push(root_complex);
        needs.add_bridge(root_complex);
    }
    for device in vm.devices.iter().filter(|device| device.is_bridge()) {
        needs.add_bridge(match device.parent {
            Parent::Root => RootComplex::Root,
            Parent::Controller(parent) => root_complexes[parent.0 as usize],
        });
    }
    needs
}

/// The bus windows: `pcie.0` first, then the PXBs in file order. A window ends before the next
/// PXB's number, or with 255.
pub(super) fn windows(vm: &Vm, needs: &Needs, numbers: &[ControllerNumbers]) -> Vec<BusWindow> {
    let mut firsts: Vec<u8> =
        numbers.iter().filter_map(|numbers| numbers.bus_nr).map(BusNr::get).collect();
    firsts.sort_unstable();
    firsts.dedup();
    let last = |first: u8| {
        let next = firsts.partition_point(|&other| other <= first);
        firsts.get(next).map_or(u8::MAX, |next| next - 1)
    };
    let root = BusWindow {
        root_complex: RootComplex::Root,
        first: Some(0),
        last: Some(last(0)),
        needed: needs.root,
    };
    let pxbs = vm.controllers().filter(|(_, controller)| controller.is_pxb()).map(|(id, _)| {
        let ControllerId(position) = id;
        let first = numbers[position as usize].bus_nr.map(BusNr::get);
        BusWindow {
            root_complex: RootComplex::Pxb(id),
            first,
            last: first.map(last),
            needed: needs.pxbs[position as usize],
        }
    });
    std::iter::once(root).chain(pxbs).collect()
}
