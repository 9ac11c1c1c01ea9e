//! Host devices, emulated devices, and the generic initiators of the former.

use super::{Builder, Place};
use crate::import::qemu::pci_drivers::{is_bridge, is_on_pci};
use crate::import::qemu::properties::Properties;
use crate::import::qemu::property_types;
use crate::import::qemu::value::{Given, Property, Value, boolean, integer};
use crate::rules::hostdev::fd_without_id;
use crate::rules::numa::{EmptyCells, unknown_cell};
use crate::rules::pci::wrong_parent;
use crate::span::Written;
use crate::topology::{Board, Device, HostAddress, Hostdev, NumberSet, Parent, PropertyValue};

/// `-object acpi-generic-initiator`: a NUMA cell of a device's own.
pub(super) struct Initiator {
    /// The id of the device.
    pub(super) device: String,
    /// The cell.
    pub(super) node: Written<i64>,
}

/// Properties of an emulated device that say where it is and what it is called; the model has them
/// elsewhere.
const PLACE: [&str; 5] = ["driver", "id", "bus", "addr", "multifunction"];

/// Properties that rules look at: with a value that is not known, the device is left out.
const JUDGED: [&str; 3] = ["iommu_platform", "disable-legacy", "disable-modern"];

impl Builder {
    /// `vfio-pci`
    pub(super) fn hostdev(&mut self, properties: &Properties<'_>, driver: &Written<String>) {
        let alias = self.id(properties);
        let nameless = matches!(alias, Given::Absent);
        let alias = self.known(alias);
        let Place::On(parent) = self.place_of(properties, driver) else {
            self.is_whole = false;
            return;
        };
        let placement = self.placement(properties);
        self.seat(properties, parent, placement, driver);
        let host = self.host(properties);
        let iommufd = properties.text("iommufd", &mut self.findings);
        let iommufd = self.known(iommufd);
        let fd = properties.text("fd", &mut self.findings).known();
        if let Some(fd) = fd.as_ref().filter(|_| nameless) {
            self.findings.push(fd_without_id::nameless(fd.origin));
        }
        let offset = properties.integer("x-vpasid-cap-offset", &mut self.findings);
        let vpasid_cap_offset = self.known(offset);
        let name = alias.clone().or_else(|| host.clone()).unwrap_or_else(|| driver.clone());
        self.is_kept = true;
        self.vm.hostdevs.push(Hostdev {
            name,
            alias,
            host,
            parent,
            placement,
            iommufd,
            fd: fd.and_then(|fd| Some(Written::new(integer(&fd.value)?, fd.origin))),
            managed: None,
            rombar: rombar(properties),
            vpasid_cap_offset,
            generic_initiator: None,
            cells: Vec::new(),
            origin: driver.origin,
        });
    }

    /// `host=`, or the end of `sysfsdev=` where that is an address.
    fn host(&mut self, properties: &Properties<'_>) -> Option<Written<String>> {
        let host = properties.text("host", &mut self.findings);
        if let Some(host) = host.known() {
            return Some(host.map(|host| address_of_qemu(&host).unwrap_or(host)));
        }
        let path = properties.get("sysfsdev")?;
        let text = path.value.value.text()?;
        let address = text.trim_end_matches('/').rsplit('/').next()?;
        HostAddress::parse(address)?;
        let start = path.value_bytes.start + text.find(address)?;
        let place = properties.place(start..start + address.len());
        Some(Written::new(address.to_owned(), place))
    }

    /// Any other device: those on a bus of the model are kept.
    pub(super) fn other_device(&mut self, properties: &Properties<'_>, driver: Written<String>) {
        let id = self.id(properties);
        let makes_bus =
            is_bridge(&driver.value) || matches!(driver.value.as_str(), "pxb" | "pxb-cxl");
        if makes_bus {
            match &id {
                Given::Here(id) => self.buses.add_other(Some(&id.value)),
                _ => self.buses.add_other(None),
            }
        }
        let is_known = is_on_pci(&driver.value);
        if let Given::Here(id) = &id
            && !is_known
        {
            // One of another build of QEMU may be a bridge.
            self.buses.add_other(Some(&id.value));
        }
        let alias = self.known(id);
        let parent = match self.place_of(properties, &driver) {
            Place::On(Parent::Controller(id)) if !is_known && self.vm.controller(id).is_pxb() => {
                self.is_whole = false;
                return;
            }
            Place::On(parent) => parent,
            Place::Elsewhere => {
                self.is_whole = false;
                return;
            }
            Place::NoPci => return,
        };
        if let Some(board @ (Board::Q35 | Board::Virt)) = self.vm.board()
            && driver.value == "pxb"
            && parent == Parent::Root
        {
            self.findings.push(wrong_parent::conventional_pxb(driver.origin, board));
        }
        let is_modelled = !matches!(driver.value.as_str(), "pxb" | "pxb-cxl");
        let unknown = |property: &Property| {
            JUDGED.contains(&property.key.value.as_str()) && property.value.value == Value::Unknown
        };
        if !is_modelled || properties.iter().any(unknown) {
            self.is_whole = false;
            return;
        }
        let placement = self.placement(properties);
        self.seat(properties, parent, placement, &driver);
        // All of them go on as they are.
        properties.ask_for_all();
        let kept = |property: &&Property| !PLACE.contains(&property.key.value.as_str());
        let globals = self.globals_of(&driver.value, properties);
        let own = properties.iter().filter(kept).filter_map(|property| {
            let value = property_value(&property.key.value, &property.value.value)?;
            Some((property.key.clone(), Written::new(value, property.value.origin)))
        });
        let properties = own.chain(globals).collect();
        self.is_kept = true;
        self.vm.devices.push(Device {
            name: Self::name(alias.as_ref(), &driver),
            alias,
            origin: driver.origin,
            driver: Some(driver),
            parent,
            placement,
            properties,
        });
    }

    /// What `-global` says of a device of that `driver`, where the device itself says nothing.
    fn globals_of(
        &self,
        driver: &str,
        properties: &Properties<'_>,
    ) -> Vec<(Written<String>, Written<PropertyValue>)> {
        let is_virtio = driver.starts_with("virtio-") && driver.contains("-pci");
        let applies =
            |of: &str| of == driver || (is_virtio && matches!(of, "virtio-pci" | "virtio-device"));
        let globals = self.globals.iter().filter(|global| applies(&global.driver));
        let globals = globals.filter(|global| properties.get(&global.property).is_none());
        let globals = globals.filter_map(|global| {
            let origin = global.value.origin;
            let value =
                property_value(&global.property, &Value::plain(global.value.value.clone()))?;
            Some((Written::new(global.property.clone(), origin), Written::new(value, origin)))
        });
        globals.collect()
    }

    /// Gives the host devices the cells of their generic initiators.
    pub(super) fn attach_initiators(&mut self) {
        let mut by_device: std::collections::HashMap<String, Vec<Written<i64>>> =
            std::collections::HashMap::new();
        let cells = self.vm.numa.as_ref().map(|numa| numa.cells.len());
        let mut not_made = Vec::new();
        for Initiator { device, node } in std::mem::take(&mut self.initiators) {
            // Without any cell QEMU makes no table of them, and starts.
            if let Some(cells) = cells.filter(|_| self.has_defaults)
                && usize::try_from(node.value).is_ok_and(|number| number >= cells)
            {
                not_made.push(node);
                continue;
            }
            by_device.entry(device).or_default().push(node);
        }
        for hostdev in &mut self.vm.hostdevs {
            let Some(nodes) = hostdev.alias.as_ref().and_then(|id| by_device.remove(&id.value))
            else {
                continue;
            };
            let cells = nodes.into_iter().filter_map(|node| {
                Some(Written::new(u32::try_from(node.value).ok()?, node.origin))
            });
            hostdev.cells = cells.collect();
            let set = hostdev.cells.iter().map(|cell| (cell.value, cell.value)).collect();
            hostdev.generic_initiator = NumberSet::of_ranges(set)
                .zip(hostdev.cells.first())
                .map(|(set, first)| Written::new(set, first.origin));
        }
        not_made.sort_by_key(|node| (node.value, node.origin));
        if not_made.is_empty() {
            return;
        }
        self.is_whole = false;
        let mut empty = EmptyCells::of(&self.vm);
        for node in not_made {
            let next = empty.make();
            self.findings.push(unknown_cell::not_made(node, next, empty.take()));
        }
    }
}

/// A host's address with as many digits as it usually has: QEMU takes `1:0.0`, too
/// (`set_pci_host_devaddr`).
fn address_of_qemu(text: &str) -> Option<String> {
    let (rest, function) = text.rsplit_once('.')?;
    let mut numbers = rest.rsplit(':').map(|digits| u16::from_str_radix(digits, 16).ok());
    let (slot, bus) = (numbers.next()??, numbers.next()??);
    let domain = numbers.next().unwrap_or(Some(0))?;
    let address = format!("{domain:04x}:{bus:02x}:{slot:02x}.{function}");
    (numbers.next().is_none() && HostAddress::parse(&address).is_some()).then_some(address)
}

/// `rombar`, which was a number and is a switch in newer releases.
fn rombar(properties: &Properties<'_>) -> Option<Written<bool>> {
    let rombar = properties.get("rombar")?;
    let on = match &rombar.value.value {
        Value::Boolean(on) => Some(*on),
        Value::Number(text) | Value::Plain(text) | Value::Text(text) => {
            boolean(text).or_else(|| integer(text).map(|number| number != 0))
        }
        Value::Other | Value::Unknown => None,
    };
    Some(Written::new(on?, rombar.value.origin))
}

/// A property that goes to QEMU unchanged; none for what is not known.
fn property_value(key: &str, value: &Value) -> Option<PropertyValue> {
    Some(match value {
        Value::Plain(text) => property_types::typed(key, text),
        Value::Text(text) => PropertyValue::Text(text.clone()),
        Value::Number(text) => match text.parse() {
            Ok(number) => PropertyValue::Integer(number),
            Err(_) => return None,
        },
        Value::Boolean(on) => PropertyValue::Boolean(*on),
        Value::Other | Value::Unknown => return None,
    })
}
