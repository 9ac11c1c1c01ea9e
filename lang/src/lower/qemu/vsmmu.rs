//! vSMMUs, in the syntax of each generation.

use super::super::argument::Argument;
use super::super::json_object::JsonObject;
use super::{Lowering, device};
use crate::target::QemuProfile;
use crate::topology::{Parent, RootComplex, Vsmmu};

impl Lowering<'_, '_> {
    /// In file order.
    pub(super) fn vsmmus(&self) -> impl Iterator<Item = Argument> {
        self.checked.vm.vsmmus.iter().enumerate().map(|(position, vsmmu)| {
            let bus = self.ids.bus(match vsmmu.root_complex {
                RootComplex::Root => Parent::Root,
                RootComplex::Pxb(pxb) => Parent::Controller(pxb),
            });
            let id = self.ids.vsmmu(position);
            match self.profile {
                QemuProfile::RfcNested => {
                    let nested = JsonObject::driver("arm-smmuv3-nested").string("id", id);
                    device(nested.string("pci-bus", bus))
                }
                QemuProfile::RfcAccel => {
                    device(JsonObject::driver("arm-smmuv3-accel").string("bus", bus))
                }
                QemuProfile::Nvidia => nvidia(vsmmu, bus, id),
                QemuProfile::Release => device(self.release(vsmmu, bus, id)),
            }
        })
    }

    fn release(&self, vsmmu: &Vsmmu, bus: &str, id: &str) -> JsonObject {
        let object = JsonObject::driver("arm-smmuv3").string("primary-bus", bus).string("id", id);
        let accel = &vsmmu.acceleration;
        if !accel.enabled || self.options.stand_in {
            return object;
        }
        let number = |value: i64| value.to_string();
        object
            .boolean("accel", true)
            .with(accel.ats.and_then(|w| w.value.fixed()), |object, on| object.on_off("ats", on))
            .with(accel.ril.and_then(|w| w.value.fixed()), |object, on| object.on_off("ril", on))
            .with(accel.ssidsize.and_then(|w| w.value.fixed()), |object, n| {
                object.string("ssidsize", &number(n))
            })
            .with(accel.oas.and_then(|w| w.value.fixed()), |object, n| {
                object.string("oas", &number(n))
            })
            .with(accel.cmdqv.and_then(|w| w.value.fixed()), |object, on| {
                object.on_off("cmdqv", on)
            })
    }
}

/// The vendor's builds differ from releases in the JSON types of the properties as well, from
/// one build to the next: so in the `key=value` form, where a type is not seen.
fn nvidia(vsmmu: &Vsmmu, bus: &str, id: &str) -> Argument {
    let on_off = |on: bool| if on { "on" } else { "off" };
    let accel = &vsmmu.acceleration;
    let mut properties =
        vec![("primary-bus", bus.replace(',', ",,")), ("id", id.replace(',', ",,"))];
    if accel.enabled {
        properties.push(("accel", on_off(true).to_owned()));
        let pasid = accel.ssidsize.and_then(|w| w.value.fixed()).map(|bits| bits > 0);
        let optional = [
            ("ats", accel.ats.and_then(|w| w.value.fixed()).map(|on| on_off(on).to_owned())),
            ("ril", accel.ril.and_then(|w| w.value.fixed()).map(|on| on_off(on).to_owned())),
            ("pasid", pasid.map(|on| on_off(on).to_owned())),
            ("oas", accel.oas.and_then(|w| w.value.fixed()).map(|bits| bits.to_string())),
            ("cmdqv", accel.cmdqv.and_then(|w| w.value.fixed()).map(|on| on_off(on).to_owned())),
        ];
        properties.extend(optional.into_iter().filter_map(|(key, value)| Some((key, value?))));
    }
    let properties = properties.iter().map(|(key, value)| format!(",{key}={value}"));
    Argument::new("-device", format!("arm-smmuv3{}", properties.collect::<String>()))
}
