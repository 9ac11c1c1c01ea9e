//! vSMMUs, and the IOMMUs of a whole machine.

use super::buses::Found;
use super::{Builder, Place};
use crate::import::qemu::properties::Properties;
use crate::import::qemu::value::{Given, Value, size};
use crate::rules::iommu::{bypass, primary_bus};
use crate::rules::target::property_type;
use crate::span::{Origin, Written};
use crate::topology::{
    Acceleration, Granule, IommuModel, MachineIommu, NumberOrAuto, Parent, Placement, Renamed,
    RenamedWord, RootComplex, Vsmmu, VsmmuId,
};

impl Builder {
    /// `arm-smmuv3`, and what it was called before.
    pub(super) fn vsmmu(&mut self, properties: &Properties<'_>, driver: &Written<String>) {
        let (word, key) = match driver.value.as_str() {
            "arm-smmuv3" => (None, "primary-bus"),
            "arm-smmuv3-accel" => (Some(RenamedWord::AccelDevice), "bus"),
            _ => (Some(RenamedWord::NestedDevice), "pci-bus"),
        };
        let alias = self.id(properties);
        let alias = self.known(alias);
        let name = Self::name(alias.as_ref(), driver);
        if word.is_none()
            && let (Some(_), Some(bus)) = (properties.get(key), properties.get("bus"))
        {
            let text = properties.text_of(bus.bytes.clone());
            self.findings.push(primary_bus::on_a_bus(bus.key.origin, text));
        }
        let (root_complex, bus) = match properties.text(key, &mut self.findings) {
            Given::Here(bus) => (self.root_complex(&bus, key, &name), Some(bus.origin)),
            Given::Absent => {
                self.findings.push(primary_bus::missing(driver.origin, key));
                self.note_unplaced(&name, key, None);
                let other = ["bus", "pci-bus"].into_iter().filter(|other| *other != key);
                let other = other.filter_map(|other| Some((other, properties.get(other)?)));
                let mut other = other.filter_map(|(key, bus)| Some((key, bus.value.value.text()?)));
                if let Some((other, bus)) = other.next() {
                    self.note_misnamed(other, bus);
                }
                (None, None)
            }
            Given::Unknown | Given::Wrong => (None, None),
        };
        let mut acceleration = self.acceleration(properties, driver.origin);
        if let Some(word) = word {
            acceleration.enabled = true;
            acceleration.origin = Some(driver.origin);
            self.rename(properties, word, driver, key);
        }
        let Some(root_complex) = root_complex else {
            self.is_whole = false;
            return;
        };
        let id = VsmmuId(u32::try_from(self.vm.vsmmus.len()).unwrap_or(u32::MAX));
        let claimed = match root_complex {
            RootComplex::Root => &mut self.vm.root_vsmmu,
            RootComplex::Pxb(pxb) => &mut self.vm.controllers[pxb.0 as usize].vsmmu,
        };
        claimed.get_or_insert(id);
        self.is_kept = true;
        self.vm.vsmmus.push(Vsmmu {
            name,
            alias,
            iommufd: None,
            host: None,
            acceleration,
            root_complex,
            on_root_bus: None,
            bus,
            origin: driver.origin,
        });
    }

    /// The root complex whose bus goes by that name.
    fn root_complex(
        &mut self,
        bus: &Written<String>,
        key: &'static str,
        vsmmu: &Written<String>,
    ) -> Option<RootComplex> {
        match self.buses.find(&bus.value, self.vm.board()) {
            Found::Bus(Parent::Root) => Some(RootComplex::Root),
            Found::Bus(Parent::Controller(id)) => {
                let controller = self.vm.controller(id);
                if controller.is_pxb() {
                    return Some(RootComplex::Pxb(id));
                }
                let origin = controller.origin;
                self.findings.push(primary_bus::no_root_bus(bus, origin));
                self.note_unplaced(vsmmu, key, None);
                None
            }
            Found::Other => None,
            Found::None { later, near } => {
                self.findings.push(primary_bus::not_found(bus, later, near.as_deref()));
                if later.is_some() || near.is_none() {
                    self.note_unplaced(vsmmu, key, later.map(|_| bus.value.as_str()));
                }
                None
            }
        }
    }

    fn acceleration(&mut self, properties: &Properties<'_>, driver: Origin) -> Acceleration {
        let findings = &mut self.findings;
        let enabled = properties.boolean("accel", findings);
        let ats = properties.on_off_auto("ats", findings);
        let ril = properties.on_off_auto("ril", findings);
        let oas = properties.number_or_auto("oas", "`auto`, 44 or 48", findings);
        let cmdqv = properties.on_off_auto("cmdqv", findings);
        let ssidsize =
            properties.number_or_auto("ssidsize", "`auto` or a number from 0 to 20", findings);
        let pasid = properties.boolean("pasid", findings);
        let switch = match &enabled {
            Given::Here(written) => Some(written.origin),
            _ => None,
        };
        // One of unknown value is taken to be on where that is wrong least often.
        let is_on = match &enabled {
            Given::Here(written) => written.value,
            Given::Unknown | Given::Wrong => true,
            Given::Absent => false,
        };
        self.known(enabled);
        let mut ssidsize = self.known(ssidsize);
        if let Some(pasid) = self.known(pasid) {
            // The width that such a build has when it is on.
            let bits = NumberOrAuto::Number(if pasid.value { 20 } else { 0 });
            ssidsize = ssidsize.or(Some(Written::new(bits, pasid.origin)));
            self.rename_pasid(properties, pasid.value);
        }
        Acceleration {
            enabled: is_on,
            origin: is_on.then_some(switch.unwrap_or(driver)),
            switch,
            ats: self.known(ats),
            ril: self.known(ril),
            ssidsize,
            oas: self.known(oas),
            cmdqv: self.known(cmdqv),
        }
    }

    /// Notes a device's older name, and what makes today's of it.
    fn rename(
        &mut self,
        properties: &Properties<'_>,
        word: RenamedWord,
        driver: &Written<String>,
        key: &str,
    ) {
        let mut edits = vec![(driver.origin, "arm-smmuv3".to_owned())];
        if let Some(bus) = properties.get(key) {
            let end = bus.bytes.end;
            edits.push((bus.key.origin, "primary-bus".to_owned()));
            let accel = if properties.is_json() { ",\"accel\":true" } else { ",accel=on" };
            if properties.get("accel").is_none() {
                edits.push((properties.place(end..end), accel.to_owned()));
            }
        }
        if !properties.is_verbatim() {
            edits.clear();
        }
        let bus = properties.get(key).and_then(|bus| bus.value.value.text());
        let today = bus.map(|bus| format!("arm-smmuv3,primary-bus={bus},accel=on"));
        self.vm.renamed.push(Renamed { word, origin: driver.origin, today, edits });
    }

    fn rename_pasid(&mut self, properties: &Properties<'_>, is_on: bool) {
        let Some(pasid) = properties.get("pasid") else { return };
        let bits = if is_on { "20" } else { "0" };
        let value = match &pasid.value.value {
            Value::Boolean(_) => format!("\"{bits}\""),
            _ => bits.to_owned(),
        };
        let mut edits =
            vec![(pasid.key.origin, "ssidsize".to_owned()), (pasid.value.origin, value.clone())];
        if !properties.is_verbatim() {
            edits.clear();
        }
        let word = RenamedWord::Pasid;
        let today = Some(match &pasid.value.value {
            Value::Boolean(_) => format!(r#""ssidsize":{value}"#),
            _ => format!("ssidsize={value}"),
        });
        self.vm.renamed.push(Renamed { word, origin: pasid.key.origin, today, edits });
    }

    /// `intel-iommu`
    pub(super) fn intel(&mut self, properties: &Properties<'_>, driver: &Written<String>) {
        let mut iommu = self.machine_iommu(properties, IommuModel::Intel, driver);
        iommu.intremap = self.on_off(properties, "intremap");
        iommu.eim = self.on_off(properties, "eim");
        iommu.caching_mode = self.switch(properties, "caching-mode");
        iommu.iotlb = self.switch(properties, "device-iotlb");
        iommu.dma_translation = self.switch(properties, "dma-translation");
        let bits = properties.integer("aw-bits", &mut self.findings);
        iommu.aw_bits = self.known(bits);
        self.is_kept = true;
        self.vm.iommus.push(iommu);
    }

    /// `amd-iommu`. Its PCI half may be a device of its own, which it names by `pci-id`.
    pub(super) fn amd(&mut self, properties: &Properties<'_>, driver: &Written<String>) {
        let mut iommu = self.machine_iommu(properties, IommuModel::Amd, driver);
        let pci = properties.text("pci-id", &mut self.findings);
        if let Some(pci) = self.known(pci)
            && let Some((placement, alias)) = self.amd_halves.remove(&pci.value)
        {
            iommu.placement = placement;
            iommu.alias = Some(alias);
        }
        iommu.intremap = self.on_off(properties, "intremap");
        iommu.xtsup = self.switch(properties, "xtsup");
        iommu.passthrough = self.switch(properties, "pt");
        iommu.iotlb = self.switch(properties, "device-iotlb");
        iommu.dma_remap = self.switch(properties, "dma-remap");
        self.is_kept = true;
        self.vm.iommus.push(iommu);
    }

    /// `AMDVI-PCI`, the PCI half of an AMD IOMMU.
    pub(super) fn amd_pci(&mut self, properties: &Properties<'_>) {
        let id = self.id(properties);
        let placement = self.placement(properties);
        if let Some(id) = self.known(id) {
            self.is_kept = true;
            self.amd_halves.insert(id.value.clone(), (placement, id));
        }
    }

    /// `virtio-iommu-pci`
    pub(super) fn virtio_iommu(&mut self, properties: &Properties<'_>, driver: &Written<String>) {
        match self.place_of(properties, driver) {
            Place::On(Parent::Root) => {}
            Place::On(Parent::Controller(_)) | Place::Elsewhere | Place::NoPci => {
                self.is_whole = false;
                return;
            }
        }
        let mut iommu = self.machine_iommu(properties, IommuModel::Virtio, driver);
        iommu.placement = self.placement(properties);
        self.seat(properties, Parent::Root, iommu.placement, driver);
        let bits = properties.integer("aw-bits", &mut self.findings);
        iommu.aw_bits = self.known(bits);
        let granule = properties.text("granule", &mut self.findings);
        iommu.granule = self.known(granule).and_then(|granule| match granule.value.as_str() {
            "host" => Some(Written::new(Granule::Host, granule.origin)),
            text => {
                let bytes = size(text, 1);
                if bytes.is_none() {
                    let found = format!("`{text}`");
                    let wanted = "`4k`, `8k`, `16k`, `64k` or `host`";
                    let finding =
                        property_type::wrong_type(granule.origin, "granule", wanted, &found);
                    self.findings.push(finding);
                }
                Some(Written::new(Granule::Size(bytes?), granule.origin))
            }
        });
        self.is_kept = true;
        self.vm.iommus.push(iommu);
    }

    fn machine_iommu(
        &mut self,
        properties: &Properties<'_>,
        model: IommuModel,
        driver: &Written<String>,
    ) -> MachineIommu {
        let alias = self.id(properties);
        let alias = self.known(alias);
        machine_wide(Written::new(model, driver.origin), alias)
    }

    fn switch(&mut self, properties: &Properties<'_>, key: &str) -> Option<Written<bool>> {
        let given = properties.boolean(key, &mut self.findings);
        self.known(given)
    }

    /// A switch that may be `auto`, which is as if it were not written.
    fn on_off(&mut self, properties: &Properties<'_>, key: &str) -> Option<Written<bool>> {
        let given = properties.on_off_auto(key, &mut self.findings);
        let written = self.known(given)?;
        Some(Written::new(written.value.fixed()?, written.origin))
    }

    /// Notes that the root bus `of` is to bypass its IOMMU.
    pub(super) fn note_bypass(&mut self, properties: &Properties<'_>, of: Parent) {
        let given = properties.boolean("bypass_iommu", &mut self.findings);
        if let Some(on) = given.known().filter(|on| on.value)
            && let Some(property) = properties.get("bypass_iommu")
        {
            let property = properties.text_of(property.bytes.clone()).to_owned();
            self.bypasses.push((of, Written::new(property, on.origin)));
        }
    }

    /// In the proposals a vSMMU names the iommufd, and in the model it still does: where nothing is
    /// behind it, that is all that uses the object.
    pub(super) fn name_iommufds(&mut self) {
        let vm = &mut self.vm;
        let [iommufd] = &vm.iommufds[..] else { return };
        let is_nested = vm.renamed.iter().any(|renamed| renamed.word == RenamedWord::NestedDevice);
        if is_nested && vm.hostdevs.is_empty() {
            for vsmmu in &mut vm.vsmmus {
                vsmmu.iommufd = Some(iommufd.name.clone());
            }
        }
    }

    /// Root buses that are to bypass the vSMMU they have.
    pub(super) fn judge_bypasses(&mut self) {
        for (of, switch) in std::mem::take(&mut self.bypasses) {
            let vsmmu = match of {
                Parent::Root => self.vm.root_vsmmu,
                Parent::Controller(id) => self.vm.controller(id).vsmmu,
            };
            if let Some(vsmmu) = vsmmu {
                let origin = self.vm.vsmmu(vsmmu).origin;
                self.findings.push(bypass::bypasses(switch.origin, &switch.value, origin));
                self.is_whole = false;
            }
        }
    }
}

/// An IOMMU of the whole machine of which nothing else is said.
pub(super) const fn machine_wide(
    model: Written<IommuModel>,
    alias: Option<Written<String>>,
) -> MachineIommu {
    let origin = model.origin;
    MachineIommu {
        model,
        alias,
        iommufd: None,
        placement: Placement { slot: None, function: None },
        intremap: None,
        caching_mode: None,
        eim: None,
        iotlb: None,
        dma_translation: None,
        xtsup: None,
        passthrough: None,
        dma_remap: None,
        aw_bits: None,
        granule: None,
        origin,
    }
}
