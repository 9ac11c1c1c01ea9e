//! The buses of a domain, by the index of the controller that makes them.

use std::collections::HashMap;

use crate::topology::{ControllerId, Parent, RootComplex, Vm};
use crate::xml::Element;

/// What each index is the bus of.
#[derive(Debug, Default)]
pub(super) struct Buses {
    /// By index.
    controllers: HashMap<u32, Bus>,
    /// By the position of the controller's element.
    elements: HashMap<u32, ControllerId>,
    /// The index of the PXB that has that bus number, as written or given out.
    bus_numbers: HashMap<u8, u32>,
}

#[derive(Clone, Copy, Debug)]
struct Bus {
    controller: ControllerId,
    /// What makes it, for people.
    noun: &'static str,
    is_pxb: bool,
    /// The position of its element, if it has one.
    element: Option<u32>,
    /// Whether its own place is written.
    is_placed: bool,
}

impl Buses {
    /// Adds the bus of a controller.
    pub(super) fn add(
        &mut self,
        index: u32,
        controller: ControllerId,
        noun: &'static str,
        bus_nr: Option<u8>,
        (element, is_placed): (Option<u32>, bool),
    ) {
        let is_pxb = noun == PXB;
        self.controllers.entry(index).or_insert(Bus {
            controller,
            noun,
            is_pxb,
            element,
            is_placed,
        });
        if let Some(element) = element {
            self.elements.insert(element, controller);
        }
        if let Some(bus_nr) = bus_nr {
            self.bus_numbers.entry(bus_nr).or_insert(index);
        }
    }

    /// What is plugged into the bus of that index is plugged into; none where no such controller is.
    pub(super) fn parent(&self, index: u32) -> Option<Parent> {
        if index == 0 {
            return Some(Parent::Root);
        }
        self.controllers.get(&index).map(|bus| Parent::Controller(bus.controller))
    }

    /// The position of the listed controller with that index.
    pub(super) fn listed(&self, index: u32) -> Option<u32> {
        self.controllers.get(&index)?.element
    }

    /// Whether it is written where the controller with that index sits.
    pub(super) fn is_placed(&self, index: u32) -> bool {
        self.controllers.get(&index).is_some_and(|bus| bus.is_placed)
    }

    /// The root complex that a vSMMU translates for which is tied to that index; else what it is.
    pub(super) fn root_complex(&self, index: i32) -> Result<RootComplex, &'static str> {
        if index == 0 {
            return Ok(RootComplex::Root);
        }
        let bus = u32::try_from(index).ok().and_then(|index| self.controllers.get(&index));
        match bus {
            Some(bus) if bus.is_pxb => Ok(RootComplex::Pxb(bus.controller)),
            Some(bus) if bus.element.is_some() => Err(bus.noun),
            Some(_) => Err("a root port that libvirt adds"),
            None => Err(NO_CONTROLLER),
        }
    }

    /// The PXB above the bus of that index, and the PXB's own index.
    pub(super) fn pxb_above(&self, index: i32, vm: &Vm) -> Option<(ControllerId, u32)> {
        let bus = self.controllers.get(&u32::try_from(index).ok()?)?;
        let RootComplex::Pxb(pxb) = vm.root_complex(Parent::Controller(bus.controller)) else {
            return None;
        };
        let (index, _) = self.controllers.iter().find(|(_, bus)| bus.controller == pxb)?;
        Some((pxb, *index))
    }

    /// The root complex of a PXB, by its element.
    pub(super) fn of_element(&self, element: Element<'_>) -> Option<RootComplex> {
        self.elements.get(&element.position()).map(|controller| RootComplex::Pxb(*controller))
    }

    /// The index of the PXB with that bus number.
    pub(super) fn pxb_of_bus_nr(&self, number: i32) -> Option<u32> {
        u8::try_from(number).ok().and_then(|number| self.bus_numbers.get(&number).copied())
    }
}

/// What an index is that no controller has.
pub(super) const NO_CONTROLLER: &str = "no controller";

/// What a PXB is called.
pub(super) const PXB: &str = "a PXB";
