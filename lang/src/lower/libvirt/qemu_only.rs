//! What libvirt has no attribute for: `<qemu:override>`, and a global property on the command line.

use super::super::xml::Element;
use super::Lowering;
use crate::check::{PlacedKind, PlacedPort};

/// The namespace of what libvirt hands on to QEMU unseen.
pub(in crate::lower) const QEMU_NAMESPACE: &str = "http://libvirt.org/schemas/domain/qemu/1.0";

/// Properties that libvirt is to add to one device.
pub(in crate::lower) struct Override {
    /// Whose.
    pub(in crate::lower) on: OverrideOn,
    /// By name; libvirt reads plain decimals only.
    pub(in crate::lower) properties: Vec<(&'static str, String)>,
}

/// The device an override is for.
#[derive(Clone, Copy)]
pub(in crate::lower) enum OverrideOn {
    /// A controller, by its position among the vm's.
    Controller(usize),
    /// A host device, by its position among the vm's.
    Hostdev(usize),
}

impl Override {
    /// `<qemu:device>` for the device libvirt calls `alias`.
    pub(in crate::lower) fn element(&self, alias: &str) -> Element {
        let frontend = Element::new("qemu:frontend").containing(self.property_elements());
        Element::new("qemu:device").with("alias", alias).containing([frontend])
    }

    /// `<qemu:property>` of each.
    pub(in crate::lower) fn property_elements(&self) -> impl Iterator<Item = Element> {
        self.properties.iter().map(|(name, value)| {
            let property = Element::new("qemu:property").with("name", name);
            property.with("type", "unsigned").with("value", value)
        })
    }
}

impl Lowering<'_, '_> {
    /// `<qemu:commandline>` and `<qemu:override>`, where needed.
    pub(super) fn qemu_only(&self) -> impl Iterator<Item = Element> {
        let commandline = self.global_property().map(|property| {
            let args = ["-global", &property].map(qemu_arg);
            Element::new("qemu:commandline").containing(args)
        });
        let devices = self.overrides().into_iter().map(|over| {
            over.element(match over.on {
                OverrideOn::Controller(at) => self.ids.controller(self.checked.controllers[at].id),
                OverrideOn::Hostdev(at) => self.ids.hostdev(at),
            })
        });
        let overrides = Element::new("qemu:override").containing(devices);
        commandline.into_iter().chain((!overrides.is_empty()).then_some(overrides))
    }

    /// The argument of `-global`. libvirt gives `amd-iommu` no id, so that no override can name it.
    pub(in crate::lower) fn global_property(&self) -> Option<String> {
        let remap = self.checked.iommu?.iommu.dma_remap?.value;
        Some(format!("{DMA_REMAP}{}", if remap { "on" } else { "off" }))
    }

    /// The overrides of controllers, by index, then of host devices.
    pub(in crate::lower) fn overrides(&self) -> Vec<Override> {
        let mut controllers: Vec<_> = self.checked.controllers.iter().enumerate().collect();
        controllers.sort_by_key(|(_, placed)| placed.index);
        let reserves = controllers.into_iter().filter_map(|(at, placed)| {
            let PlacedKind::RootPort(PlacedPort { port, .. }) = placed.kind else { return None };
            let io = port.io_reserve.map(|size| ("io-reserve", size.value.0.to_string()));
            let pref64 =
                port.pref64_reserve.map(|size| ("pref64-reserve", size.value.0.to_string()));
            let properties: Vec<_> = io.into_iter().chain(pref64).collect();
            let any = !properties.is_empty();
            any.then_some(Override { on: OverrideOn::Controller(at), properties })
        });
        let hostdevs = self.checked.hostdevs.iter().enumerate().filter_map(|(at, placed)| {
            let offset = placed.hostdev.vpasid_cap_offset.filter(|_| !self.stand_in)?;
            let offset = offset.value.to_string();
            let properties = vec![("x-vpasid-cap-offset", offset)];
            Some(Override { on: OverrideOn::Hostdev(at), properties })
        });
        reserves.chain(hostdevs).collect()
    }
}

/// The global property that the language has, up to its value.
pub(crate) const DMA_REMAP: &str = "amd-iommu.dma-remap=";

/// `<qemu:arg>`: one word of QEMU's command line.
pub(in crate::lower) fn qemu_arg(word: &str) -> Element {
    Element::new("qemu:arg").with("value", word)
}
