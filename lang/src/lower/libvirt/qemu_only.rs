//! What libvirt has no attribute for: `<qemu:override>`, and a global property on the command line.

use super::super::xml::Element;
use super::Lowering;
use crate::check::{PlacedKind, PlacedPort};

impl Lowering<'_, '_> {
    /// `<qemu:commandline>` and `<qemu:override>`, where needed.
    pub(super) fn qemu_only(&self) -> impl Iterator<Item = Element> {
        self.commandline().into_iter().chain(self.overrides())
    }

    /// libvirt gives `amd-iommu` no id, so that no override can name it.
    fn commandline(&self) -> Option<Element> {
        let remap = self.checked.iommu?.iommu.dma_remap?.value;
        let property = format!("amd-iommu.dma-remap={}", if remap { "on" } else { "off" });
        let arg = |value: &str| Element::new("qemu:arg").with("value", value);
        Some(Element::new("qemu:commandline").containing([arg("-global"), arg(&property)]))
    }

    /// Each device's properties, by its alias; controllers by index.
    fn overrides(&self) -> Option<Element> {
        let mut controllers: Vec<_> = self.checked.controllers.iter().collect();
        controllers.sort_by_key(|placed| placed.index);
        let reserves = controllers.into_iter().filter_map(|placed| {
            let PlacedKind::RootPort(PlacedPort { port, .. }) = placed.kind else { return None };
            let io = port.io_reserve.map(|size| property("io-reserve", size.value.0));
            let pref64 = port.pref64_reserve.map(|size| property("pref64-reserve", size.value.0));
            override_of(self.ids.controller(placed.id), io.into_iter().chain(pref64).collect())
        });
        let hostdevs = self.checked.hostdevs.iter().enumerate().filter_map(|(position, placed)| {
            let offset = placed.hostdev.vpasid_cap_offset?.value;
            let property = property("x-vpasid-cap-offset", offset);
            override_of(self.ids.hostdev(position), vec![property])
        });
        let all = Element::new("qemu:override").containing(reserves.chain(hostdevs));
        (!all.is_empty()).then_some(all)
    }
}

/// libvirt reads plain decimals only.
fn property(name: &str, value: impl ToString) -> Element {
    Element::new("qemu:property").with("name", name).with("type", "unsigned").with("value", value)
}

fn override_of(alias: &str, properties: Vec<Element>) -> Option<Element> {
    let any = !properties.is_empty();
    let frontend = Element::new("qemu:frontend").containing(properties);
    any.then(|| Element::new("qemu:device").with("alias", alias).containing([frontend]))
}
