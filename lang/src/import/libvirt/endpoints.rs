//! What is plugged into the controllers.

use super::alias::alias;
use super::buses::Buses;
use super::controllers::{around, element_of, position, stated};
use super::iommufds::DomainIommufd;
use super::placement::{Implicit, Owner, PlacedDevice, Placement, Role};
use super::reader::Reader;
use crate::elaborate::Numbers;
use crate::span::{Origin, Written};
use crate::topology::{Device, Parent, PropertyValue, Vm};
use crate::xml::{Attribute, Element};

impl Reader {
    /// Puts host devices and emulated devices into `vm`, and their numbers beside them.
    pub(super) fn endpoints(
        &mut self,
        domain: Element<'_>,
        placement: &Placement,
        buses: &Buses,
        iommufd: Option<DomainIommufd<'_>>,
        vm: &mut Vm,
        numbers: &mut Numbers,
    ) {
        let Some(board) = vm.board() else { return };
        numbers.iommus = vec![None; vm.iommus.len()];
        for placed in &placement.devices {
            let element = element_of(domain, placed.owner);
            let address = placed.address.or_else(|| stated(element?));
            let bus = address.map_or(0, |address| address.value.bus);
            // Of what it sits on something could not be read.
            let Some(parent) = buses.parent(bus) else { continue };
            let at = address.and_then(position);
            let is_controller = element.is_none_or(|element| element.is("controller"));
            let is_the_boards = |at| parent == Parent::Root && board.own_device(at).is_some();
            if is_controller && at.is_some_and(is_the_boards) {
                continue;
            }
            match element {
                Some(element) if placed.kind.role == Role::Hostdev => {
                    self.judge_place((element, placed), (placement, buses), vm);
                    let place = self.place(element, address);
                    self.hostdev(element, (parent, place), iommufd, vm);
                    numbers.hostdevs.push(at);
                }
                Some(element) if element.is("iommu") => {
                    let listed = self.iommus.iter().position(|p| *p == element.position());
                    if let Some(listed) = listed {
                        vm.iommus[listed].placement = self.place(element, address);
                        numbers.iommus[listed] = at;
                    }
                }
                _ => {
                    let placement = element.map(|element| self.place(element, address));
                    vm.devices.push(Device {
                        name: Written::new(name(element, placed), place_of(domain, element)),
                        alias: element.and_then(alias),
                        driver: driver(placed)
                            .map(|driver| Written::new(driver, origin(domain, element))),
                        parent,
                        placement: placement.unwrap_or_default(),
                        properties: iommu_platform(element).into_iter().collect(),
                        origin: origin(domain, element),
                    });
                    numbers.devices.push(at);
                }
            }
        }
    }
}

fn origin(domain: Element<'_>, element: Option<Element<'_>>) -> Origin {
    element.map_or_else(|| around(domain), Element::origin)
}

/// Where it is written which bus it is on, if it is.
fn place_of(domain: Element<'_>, element: Option<Element<'_>>) -> Origin {
    let bus = element.and_then(|element| element.child("address")?.attribute("bus"));
    bus.map_or_else(|| origin(domain, element), Attribute::origin)
}

fn driver(placed: &PlacedDevice) -> Option<String> {
    (placed.kind.role != Role::Stray).then(|| placed.kind.driver.clone().into_owned())
}

/// Its alias, else what it is in the domain.
fn name(element: Option<Element<'_>>, placed: &PlacedDevice) -> String {
    if let Some(element) = element {
        let target = element.child("target").and_then(|target| target.value("dev"));
        let disk = target.filter(|_| element.is("disk")).map(str::to_owned);
        let alias = alias(element).map(|alias| alias.value);
        return alias.or(disk).unwrap_or_else(|| element.name().to_owned());
    }
    match placed.owner {
        Owner::Implicit(Implicit::Memballoon) => "memballoon".to_owned(),
        Owner::Implicit(Implicit::Video) => "video".to_owned(),
        _ => "controller".to_owned(),
    }
}

/// What `<driver iommu=>` becomes.
fn iommu_platform(
    element: Option<Element<'_>>,
) -> Option<(Written<String>, Written<PropertyValue>)> {
    let iommu = element?.child("driver")?.attribute("iommu")?;
    let key = Written::new("iommu_platform".to_owned(), iommu.name_origin());
    let value = PropertyValue::Boolean(iommu.value() == "on");
    Some((key, Written::new(value, iommu.origin())))
}
