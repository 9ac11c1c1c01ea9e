//! Which bus a device is on, and where on it.

use std::collections::HashMap;

use super::{Builder, Place};
use crate::import::qemu::command_line::CommandLine;
use crate::import::qemu::json;
use crate::import::qemu::keyval;
use crate::import::qemu::pci_drivers::{is_bridge, is_on_pci};
use crate::import::qemu::properties::Properties;
use crate::import::qemu::value::{Given, Value};
use crate::rules::pci::{implicit_bus, unknown_bus};
use crate::rules::target::property_type;
use crate::span::{FileId, Origin, Written};
use crate::suggest::suggest;
use crate::topology::{Board, ControllerId, Parent, Placement};

/// The buses that the devices so far make.
#[derive(Debug, Default)]
pub(super) struct Buses {
    /// By name.
    made: HashMap<String, Made>,
    /// The devices of the whole command by id, and where that stands.
    announced: HashMap<String, Origin>,
    /// The PXB that was made last.
    last_pxb: Option<(ControllerId, String, Origin)>,
    /// Whether there may be buses of names that are not known.
    has_unknown: bool,
}

/// A bus that a device makes.
#[derive(Clone, Copy, Debug)]
enum Made {
    /// A controller of the model.
    By(ControllerId),
    /// Something that the model does not have.
    ByOther,
}

/// What a name of a bus stands for.
pub(super) enum Found {
    /// This bus.
    Bus(Parent),
    /// A bus that the model does not have, or that may exist.
    Other,
    /// None so far: where the device that makes it stands, if one does later, and another name that
    /// may be meant.
    None { later: Option<Origin>, near: Option<String> },
}

/// With more names than these one that is not known is compared with none.
const MOST_COMPARED: usize = 64;

impl Buses {
    /// Notes the ids of all devices of `command`.
    pub(super) fn announce(&mut self, command: &CommandLine<'_>, file: FileId) {
        self.has_unknown = !command.is_whole;
        for argument in super::options(command, &["device"]) {
            let Some(word) = argument.value else { continue };
            let properties = match json::read(file, word) {
                Ok(properties) => properties,
                Err(_) => keyval::read(file, word, None),
            };
            let mut ids = properties.into_iter().filter(|property| property.key.value == "id");
            if let Some(id) = ids.next()
                && let Some(name) = id.value.value.text()
            {
                self.announced.entry(name.to_owned()).or_insert(id.value.origin);
            }
        }
    }

    /// A controller of the model makes a bus. A name that is taken stays with the first.
    pub(super) fn add(&mut self, id: Option<&str>, controller: ControllerId) {
        self.insert(id, Made::By(controller));
    }

    /// Something that the model does not have makes a bus.
    pub(super) fn add_other(&mut self, id: Option<&str>) {
        self.insert(id, Made::ByOther);
    }

    fn insert(&mut self, id: Option<&str>, made: Made) {
        match id {
            Some(id) => {
                self.made.entry(id.to_owned()).or_insert(made);
            }
            None => self.has_unknown = true,
        }
    }

    /// A PXB is made.
    pub(super) fn add_pxb(&mut self, id: ControllerId, name: &str, origin: Origin) {
        self.last_pxb = Some((id, name.to_owned(), origin));
    }

    /// What the bus `name` is, on a machine of this family.
    pub(super) fn find(&self, name: &str, board: Option<Board>) -> Found {
        let is_root = match board {
            Some(board) => name == board.root_bus(),
            None => [Board::Virt.root_bus(), Board::Pc.root_bus()].contains(&name),
        };
        match self.made.get(name) {
            _ if is_root => Found::Bus(Parent::Root),
            Some(Made::By(id)) => Found::Bus(Parent::Controller(*id)),
            Some(Made::ByOther) => Found::Other,
            None if name.contains('/')
                || (self.has_unknown && !self.announced.contains_key(name)) =>
            {
                Found::Other
            }
            None => {
                let later = self.announced.get(name).copied();
                let root = board.map(Board::root_bus);
                let is_other_root = root.is_some() && ["pci.0", "pcie.0"].contains(&name);
                let near = if is_other_root {
                    root
                } else if self.made.len() <= MOST_COMPARED {
                    let mut names: Vec<&str> =
                        self.made.keys().map(String::as_str).chain(root).collect();
                    names.sort_unstable();
                    suggest(name, names)
                } else {
                    None
                };
                Found::None { later, near: near.map(str::to_owned) }
            }
        }
    }
}

impl Builder {
    /// The bus of a device of that `driver`.
    pub(super) fn place_of(
        &mut self,
        properties: &Properties<'_>,
        driver: &Written<String>,
    ) -> Place {
        let bus = match properties.text("bus", &mut self.findings) {
            Given::Here(bus) => bus,
            Given::Absent => return self.implicit(driver),
            Given::Unknown | Given::Wrong => {
                self.is_whole = false;
                return Place::Elsewhere;
            }
        };
        match self.buses.find(&bus.value, self.vm.board()) {
            Found::Bus(parent) => Place::On(parent),
            Found::Other => {
                self.is_whole &= !is_on_pci(&driver.value);
                Place::Elsewhere
            }
            Found::None { later, near } if is_on_pci(&driver.value) => {
                let near = near.as_deref();
                let makes_bus = is_bridge(&driver.value);
                self.findings.push(unknown_bus::not_found(&bus, later, near, makes_bus));
                Place::Elsewhere
            }
            Found::None { .. } => Place::NoPci,
        }
    }

    /// The bus of a device that names none: the root bus that was made last.
    fn implicit(&mut self, driver: &Written<String>) -> Place {
        if !is_on_pci(&driver.value) {
            return Place::NoPci;
        }
        let Some((id, name, origin)) = self.buses.last_pxb.clone() else {
            return Place::On(Parent::Root);
        };
        let pxb = (name.as_str(), origin);
        if is_bridge(&driver.value) {
            self.findings.push(implicit_bus::lands_on(driver.origin, &driver.value, pxb));
            return Place::On(Parent::Controller(id));
        }
        self.findings.push(implicit_bus::refused(driver.origin, &driver.value, pxb));
        Place::Elsewhere
    }

    /// `addr=`: `SLOT` or `SLOT.FUNCTION` in hexadecimal; a JSON number is both in one.
    pub(super) fn placement(&mut self, properties: &Properties<'_>) -> Placement {
        let Some(addr) = properties.get("addr") else { return Placement::default() };
        let whole = addr.value.origin;
        let (text, start) = match &addr.value.value {
            Value::Unknown => {
                self.is_whole = false;
                return Placement::default();
            }
            Value::Number(number) => {
                let Ok(devfn @ 0..) = number.parse::<i64>() else { return Placement::default() };
                let function = (devfn & 7 != 0).then(|| Written::new(devfn & 7, whole));
                return Placement { slot: Some(Written::new(devfn >> 3, whole)), function };
            }
            Value::Plain(text) | Value::Text(text) => (text.as_str(), addr.value_bytes.start),
            Value::Boolean(_) | Value::Other => ("", addr.value_bytes.start),
        };
        let (slot, function) = match text.split_once('.') {
            Some((slot, function)) => (slot, Some(function)),
            None => (text, None),
        };
        let read = |digits: &str, from: usize| {
            let origin = properties.place(start + from..start + from + digits.len());
            Some(Written::new(hexadecimal(digits)?, origin))
        };
        let placement = match function {
            None => read(slot, 0).map(|slot| Placement { slot: Some(slot), function: None }),
            Some(function) => read(slot, 0)
                .zip(read(function, slot.len() + 1))
                .map(|(slot, function)| Placement { slot: Some(slot), function: Some(function) }),
        };
        placement.unwrap_or_else(|| {
            let wanted = "a slot, or a slot and a function, in hexadecimal: `1f` or `1f.7`";
            let found = format!("`{text}`");
            self.findings.push(property_type::wrong_type(whole, "addr", wanted, &found));
            Placement::default()
        })
    }

    /// The element at the end of the controllers, which is about to be added.
    pub(super) fn next_controller(&self) -> ControllerId {
        ControllerId(u32::try_from(self.vm.controllers.len()).unwrap_or(u32::MAX))
    }
}

/// As `sscanf` reads `%x`.
fn hexadecimal(digits: &str) -> Option<i64> {
    let digits = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")).unwrap_or(digits);
    let is_plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
    is_plain.then(|| i64::from_str_radix(digits, 16).ok()).flatten()
}
