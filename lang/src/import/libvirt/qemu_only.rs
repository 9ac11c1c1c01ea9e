//! What a domain says to QEMU past libvirt: `<qemu:override>` and `<qemu:commandline>`.

use std::collections::HashMap;

use crate::span::{Origin, Written};
use crate::topology::{ControllerKind, Size, Vm, automatic_numbers, libvirt_keeps};
use crate::xml::Element;

/// The namespace's elements, without their prefix.
fn named<'t>(within: Element<'t>, name: &'static str) -> impl Iterator<Item = Element<'t>> {
    within
        .children()
        .filter(move |child| child.is_foreign() && child.name().rsplit(':').next() == Some(name))
}

/// Reads into `vm` what only QEMU has, of controllers and host devices. `index` is that of each controller.
pub(super) fn read(domain: Element<'_>, vm: &mut Vm, index: &[Option<u8>]) {
    let mut frontends: HashMap<&str, Element<'_>> = HashMap::new();
    for overridden in named(domain, "override") {
        for device in named(overridden, "device") {
            if let (Some(alias), Some(frontend)) =
                (device.value("alias"), named(device, "frontend").next())
            {
                frontends.entry(alias).or_insert(frontend);
            }
        }
    }
    if !frontends.is_empty() {
        ports(vm, index, &frontends);
        hostdevs(vm, &frontends);
    }
}

/// What `-global` says of a switch that all devices of the driver have, in either of its forms.
pub(super) fn global(domain: Element<'_>, driver: &str, name: &str) -> Option<Written<bool>> {
    let arguments = named(domain, "commandline").flat_map(|line| named(line, "arg"));
    let (short, long) =
        (format!("{driver}.{name}="), format!("driver={driver},property={name},value="));
    let said = arguments.filter_map(|argument| {
        let argument = argument.attribute("value")?;
        let text = argument.value();
        let value = text.strip_prefix(&short).or_else(|| text.strip_prefix(&long))?;
        let on = matches!(value, "on" | "yes" | "true" | "y");
        Some(Written::new(on, argument.origin()))
    });
    said.last()
}

fn ports(vm: &mut Vm, index: &[Option<u8>], frontends: &HashMap<&str, Element<'_>>) {
    for (controller, index) in vm.controllers.iter_mut().zip(index) {
        let kept = controller.alias.as_ref().filter(|alias| libvirt_keeps(&alias.value));
        let id =
            kept.map(|alias| alias.value.clone()).or(index.map(|index| format!("pci.{index}")));
        let Some(frontend) = id.and_then(|id| frontends.get(id.as_str())) else { continue };
        if let ControllerKind::RootPort(port) | ControllerKind::SwitchDownstream(port) =
            &mut controller.kind
        {
            let size = |name| {
                let (number, origin) = property(*frontend, name)?;
                Some(Written::new(Size(u64::try_from(number).ok()?), origin))
            };
            port.io_reserve = size("io-reserve");
            port.pref64_reserve = size("pref64-reserve");
        }
    }
}

fn hostdevs(vm: &mut Vm, frontends: &HashMap<&str, Element<'_>>) {
    let ids: Vec<String> =
        automatic_numbers(vm.hostdevs.iter().map(|hostdev| hostdev.alias.as_ref()))
            .map(|(alias, number)| match alias.filter(|alias| libvirt_keeps(&alias.value)) {
                Some(alias) => alias.value.clone(),
                None => format!("hostdev{number}"),
            })
            .collect();
    for (hostdev, id) in vm.hostdevs.iter_mut().zip(ids) {
        let offset = frontends.get(id.as_str()).and_then(|f| property(*f, "x-vpasid-cap-offset"));
        hostdev.vpasid_cap_offset = offset.map(|(number, origin)| Written::new(number, origin));
    }
}

/// A number that is given to the device.
fn property(frontend: Element<'_>, name: &str) -> Option<(i64, Origin)> {
    let property =
        named(frontend, "property").find(|property| property.value("name") == Some(name))?;
    let value = property.attribute("value")?;
    Some((value.value().parse().ok()?, value.origin()))
}
