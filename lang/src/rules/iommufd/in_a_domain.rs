//! How a host device of a libvirt domain gets an iommufd.

use crate::rules::{Context, Value};
use crate::span::Origin;

/// What host devices lack, as far as their elements already say something.
pub(in crate::rules) struct InADomain {
    /// What to do.
    pub(in crate::rules) help: String,
    /// Of each device, where it says that it has none.
    pub(in crate::rules) off: Vec<Option<Origin>>,
}

/// What a `<driver>` says of the iommufd.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Driver {
    /// There is none.
    None,
    /// Nothing.
    Silent,
    /// That there is none.
    Off(Origin),
}

/// Of the host devices whose elements stand at `devices`.
pub(in crate::rules) fn in_a_domain(context: &Context<'_>, devices: &[Origin]) -> InADomain {
    let drivers: Vec<Driver> = devices.iter().map(|device| driver(context, *device)).collect();
    let all = |is: fn(&Driver) -> bool| drivers.iter().all(is);
    let help = if all(|driver| *driver == Driver::None) {
        "add `<driver iommufd='yes'/>` to each of these host devices"
    } else if all(|driver| *driver == Driver::Silent) {
        "add `iommufd='yes'` to the `<driver>` of each of these host devices"
    } else if all(|driver| matches!(driver, Driver::Off(_))) {
        "write `iommufd='yes'`, not `no`"
    } else {
        "let the `<driver>` of each of these host devices say `iommufd='yes'`"
    };
    let off = drivers.iter().map(|driver| match driver {
        Driver::Off(origin) => Some(*origin),
        Driver::None | Driver::Silent => None,
    });
    InADomain { help: help.to_owned(), off: off.collect() }
}

/// A change to the file tells it: another value, one more attribute, or a new element.
fn driver(context: &Context<'_>, device: Origin) -> Driver {
    match context.source.with_properties(device, &[("iommufd", Value::Switch(true))]) {
        Some(edit) if edit.text == "yes" => Driver::Off(edit.origin),
        Some(edit) if edit.text.starts_with(' ') => Driver::Silent,
        _ => Driver::None,
    }
}
