//! Emulated devices, whose properties go to QEMU unchanged.

use super::super::argument::Argument;
use super::super::json_object::JsonObject;
use super::{Lowering, device};
use crate::topology::PropertyValue;

impl Lowering<'_, '_> {
    /// In file order.
    pub(super) fn devices(&self) -> impl Iterator<Item = Argument> {
        self.checked.devices.iter().enumerate().map(|(position, placed)| {
            let object = JsonObject::driver(placed.driver).string("id", self.ids.device(position));
            let properties = &placed.device.properties;
            let object = properties.iter().fold(object, |object, (key, value)| {
                let key = key.value.as_str();
                match &value.value {
                    PropertyValue::Text(text) => object.string(key, text),
                    PropertyValue::Integer(number) => object.number(key, *number),
                    PropertyValue::Boolean(on) => object.boolean(key, *on),
                }
            });
            device(self.place(object, placed.device.parent, placed.position))
        })
    }
}
