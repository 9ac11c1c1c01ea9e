//! `<iommu>`: of the machine, and of one root complex each.

use super::alias::alias;
use super::buses::{Buses, NO_CONTROLLER};
use super::devices;
use super::qemu_only;
use super::reader::{Reader, integer};
use crate::finding::{Applicability, Finding};
use crate::rules::schema::{MISSING, WRONG_MODEL};
use crate::rules::{ACCEL_PROPERTY, DROPPED_INSTANCE, LOST_ACCELERATION, PCI_BUS};
use crate::span::{Origin, Written};
use crate::topology::{
    Acceleration, IommuModel, MachineIommu, NumberOrAuto, OnOffAuto, Placement, Renamed,
    RenamedWord, RootComplex, Vm, Vsmmu, VsmmuId,
};
use crate::xml::{Attribute, Element};

/// What `model` can be, the RFCs' words at the end.
const MODELS: [&str; 6] = ["intel", "amd", "virtio", "smmuv3", "smmuv3Dev", "nestedSmmuv3"];

/// Those of the machine as a whole.
const OTHERS: [&str; 3] = ["intel", "amd", "virtio"];

/// The attributes of an SMMUv3's `<driver>`.
const SMMUV3: [&str; 8] = ["pciBus", "accel", "ats", "ril", "ssidsize", "oas", "cmdqv", "pasid"];

/// The attributes of `<driver>` that are properties of nested translation.
const NESTED: [&str; 5] = ["ats", "ril", "ssidsize", "oas", "cmdqv"];

impl Reader {
    /// Reads the IOMMUs of `devices` into `vm`.
    pub(super) fn iommus(&mut self, domain: Element<'_>, buses: &Buses, vm: &mut Vm) {
        let iommus: Vec<Element<'_>> =
            devices(domain).filter(|device| device.is("iommu")).collect();
        self.several = iommus.len() > 1;
        let controllers = devices(domain).filter(|device| device.is("controller"));
        let unread = controllers.filter(|controller| self.unread.contains(&controller.span()));
        self.unread_buses = unread.filter_map(|c| c.value("index").and_then(integer)).collect();
        let pci_bus = |iommu: &Element<'_>| iommu.child("driver")?.value("pciBus")?.parse().ok();
        self.pci_buses = iommus.iter().filter_map(pci_bus).collect();
        for (position, &iommu) in (0_u32..).zip(&iommus) {
            if self.unread.contains(&iommu.span()) {
                continue;
            }
            let Some(model) = iommu.attribute("model") else {
                let finding = MISSING
                    .at(iommu.origin(), "an `<iommu>` without a `model`")
                    .with_note("libvirt: Missing required attribute 'model' in element 'iommu'")
                    .with_help("add `model='smmuv3'`, or that of another IOMMU");
                self.unreadable(iommu, finding);
                continue;
            };
            let Some(known) = self.word(iommu, model, &MODELS) else { continue };
            if !self.has_only_its_own(iommu, model.value()) {
                continue;
            }
            match MODELS[known] {
                "smmuv3" => self.smmuv3(iommu, position, buses, vm),
                "smmuv3Dev" => {
                    vm.renamed.push(renamed(RenamedWord::Smmuv3Dev, model.origin()));
                    self.smmuv3_dev(iommu, position, buses, vm);
                }
                "nestedSmmuv3" => {
                    vm.renamed.push(renamed(RenamedWord::NestedSmmuv3, model.origin()));
                    Self::nested_smmuv3(iommu, domain, buses, vm);
                }
                name => {
                    let models = [IommuModel::Intel, IommuModel::Amd, IommuModel::Virtio];
                    let model = models.into_iter().find(|model| model.name() == name);
                    let model =
                        Written::new(model.unwrap_or(IommuModel::Virtio), iommu_model(iommu));
                    self.machine_wide(iommu, model, vm);
                }
            }
        }
    }

    /// Says which attribute belongs to another model, as libvirt does.
    fn has_only_its_own(&mut self, iommu: Element<'_>, model: &str) -> bool {
        let own: &[&str] = match model {
            "intel" => &["intremap", "caching_mode", "eim", "iotlb", "aw_bits", "dma_translation"],
            "amd" => &["intremap", "iotlb", "passthrough", "xtsup"],
            "virtio" => &["aw_bits"],
            _ => &SMMUV3,
        };
        let all = super::vocabulary::IOMMU.children[0].attributes;
        let driver = iommu.child("driver");
        let foreign = driver.and_then(|driver| {
            driver.attributes().find(|a| all.contains(&a.name()) && !own.contains(&a.name()))
        });
        let granule = driver
            .and_then(|driver| driver.child("granule"))
            .filter(|granule| model != "virtio" && granule.attributes().next().is_some());
        let foreign = foreign.map(|attribute| (attribute.name(), attribute.name_origin()));
        if let Some((name, origin)) = foreign.or(granule.map(|it| ("granule", it.origin()))) {
            let headline = format!("an IOMMU of model `{model}` has no `{name}`");
            let note = match (model, name) {
                ("virtio", "passthrough" | "xtsup") => {
                    "libvirt does not look at it, and QEMU is not told".to_owned()
                }
                _ => format!(
                    "libvirt: iommu model '{model}' doesn't support some additional attributes"
                ),
            };
            let help = format!("remove it; `{model}` has `{}`", own.join("`, `"));
            let finding = WRONG_MODEL.at(origin, headline).with_note(note).with_help(help);
            // It may be the model that is wrong.
            if SMMUV3.contains(&name) || !OTHERS.contains(&model) {
                self.unreadable(iommu, finding);
                return false;
            }
            self.wrong(iommu, finding);
        }
        let address = iommu.child("address").filter(|_| matches!(model, "intel" | "smmuv3"));
        if let Some(address) = address {
            let finding = WRONG_MODEL
                .at(address.origin(), format!("an IOMMU of model `{model}` has no address"))
                .with_note(format!("libvirt: iommu model '{model}' can't have address"))
                .with_help("remove it");
            // An SMMUv3 with an address is another one in the drafts of its support.
            if model == "smmuv3" {
                self.unreadable(iommu, finding);
                return false;
            }
            self.wrong(iommu, finding);
        }
        true
    }

    fn machine_wide(&mut self, iommu: Element<'_>, model: Written<IommuModel>, vm: &mut Vm) {
        let driver = iommu.child("driver");
        let mut switch = |name| self.switch(driver?, name);
        let mut machine = MachineIommu {
            model,
            alias: alias(iommu),
            iommufd: None,
            placement: Placement::default(),
            intremap: switch("intremap"),
            caching_mode: switch("caching_mode"),
            eim: switch("eim"),
            iotlb: switch("iotlb"),
            dma_translation: switch("dma_translation"),
            xtsup: switch("xtsup"),
            passthrough: switch("passthrough"),
            dma_remap: global(iommu, model, IommuModel::Amd, "dma-remap"),
            aw_bits: None,
            granule: None,
            origin: iommu.origin(),
        };
        machine.caching_mode = machine.caching_mode.or_else(|| {
            let global = global(iommu, model, IommuModel::Intel, "caching-mode");
            global.filter(|on| on.value)
        });
        // libvirt writes nothing for 0.
        let aw_bits = driver.and_then(|driver| self.decimal(driver, "aw_bits"));
        machine.aw_bits = aw_bits.filter(|bits| bits.value != 0);
        let Ok(granule) = self.granule(iommu) else { return };
        machine.granule = granule;
        machine.iommufd = rfc_iommufd(iommu, vm);
        vm.iommus.push(machine);
        self.iommus.push(iommu.position());
    }

    /// A released libvirt's: of the root complex that `pciBus` names, else of the machine.
    fn smmuv3(&mut self, iommu: Element<'_>, position: u32, buses: &Buses, vm: &mut Vm) {
        let driver = iommu.child("driver");
        let bus = driver.and_then(|driver| driver.attribute("pciBus"));
        let index = match bus.map(|bus| bus.value().trim_start().parse::<i32>()) {
            Some(Err(_)) => {
                let bus = bus.map_or(iommu.origin(), Attribute::origin);
                let finding = PCI_BUS
                    .at(bus, "`pciBus` is not an index in decimal digits")
                    .with_note("libvirt: Invalid value for attribute 'pciBus' in element 'driver'")
                    .with_help("write the `index` of the PXB's controller, or 0 for pcie.0");
                return self.unreadable(iommu, finding);
            }
            Some(Ok(index)) if index >= 0 => Some(index),
            _ => None,
        };
        let Some(index) = index else {
            if self.acceleration(iommu).is_some() {
                self.without_bus(iommu, position, vm);
            }
            return;
        };
        let root_complex = match buses.root_complex(index) {
            Ok(root_complex) => root_complex,
            // It is said of the controller.
            Err(_) if self.unread_buses.contains(&index.into()) => return,
            Err(what) => {
                let bus = bus.map_or(iommu.origin(), Attribute::origin);
                let finding = pci_bus(bus, index, what, buses);
                // One that has its own is not what was meant.
                let above = buses.pxb_above(index, vm);
                let free = above.filter(|(_, above)| !self.pci_buses.contains(above));
                let Some((pxb, above)) = free else {
                    return self.unreadable(iommu, finding);
                };
                let finding =
                    finding.with_help(format!("the PXB above it has index {above}: write that"));
                let title = format!("write `{above}`");
                let number = above.to_string();
                let finding = finding.with_replacement(title, Applicability::Unsafe, bus, number);
                self.wrong(iommu, finding);
                RootComplex::Pxb(pxb)
            }
        };
        let Some(acceleration) = self.acceleration(iommu) else { return };
        let pasid = driver.and_then(|driver| driver.attribute("pasid"));
        vm.renamed.extend(pasid.map(|p| renamed(RenamedWord::DriverPasid, p.name_origin())));
        let on_root = bus.filter(|_| root_complex == RootComplex::Root).map(Attribute::origin);
        add_vsmmu(
            vm,
            root_complex,
            Vsmmu {
                name: name(iommu, position),
                alias: alias(iommu),
                iommufd: None,
                host: None,
                acceleration,
                root_complex,
                on_root_bus: on_root,
                bus: None,
                origin: bus.map_or(iommu.origin(), Attribute::origin),
            },
        );
    }

    /// libvirt makes the machine's of the first, and drops the others.
    fn without_bus(&mut self, iommu: Element<'_>, position: u32, vm: &mut Vm) {
        let driver = iommu.child("driver");
        let bus = driver.and_then(|driver| driver.attribute("pciBus"));
        let accel = driver.and_then(|driver| driver.attribute("accel"));
        let help = "add `pciBus=` with the index of the PXB that it is to translate for";
        if position > 0 && self.several {
            let finding = DROPPED_INSTANCE
                .at(iommu_model(iommu), "libvirt drops this SMMUv3")
                .with_text("not the first IOMMU, and without a `pciBus`")
                .with_note("the domain starts without a word, and the guest has one less")
                .with_help(
                    "remove it, or write `<driver pciBus='…'/>` in this one and in every other, each time with the index \
                     of a PXB of its own",
                );
            return self.unreadable(iommu, finding);
        }
        if let Some(accel) = accel.filter(|accel| accel.value() == "on") {
            let finding = LOST_ACCELERATION
                .at(accel.origin(), "this SMMUv3 will not be accelerated")
                .with_text("needs a `pciBus`")
                .with_help(help);
            let finding = match bus {
                Some(bus) => {
                    finding.with_label(bus.origin(), "libvirt takes a negative one as none")
                }
                None => finding,
            };
            return self.unreadable(iommu, finding);
        }
        if let Some(bus) = bus {
            let finding = PCI_BUS
                .at(bus.origin(), "`pciBus` is negative")
                .with_note(
                    "libvirt takes it as not there, so that this SMMUv3 is the whole machine's",
                )
                .with_help("write the `index` of the PXB's controller, or 0 for pcie.0");
            return self.unreadable(iommu, finding);
        }
        self.machine_wide(iommu, Written::new(IommuModel::Smmuv3, iommu_model(iommu)), vm);
    }

    /// `accel` and its properties; none when libvirt refuses them.
    fn acceleration(&mut self, iommu: Element<'_>) -> Option<Acceleration> {
        let Some(driver) = iommu.child("driver") else {
            return Some(Acceleration::plain(false));
        };
        let accel = self.switch(driver, "accel");
        if driver.attribute("accel").is_some() && accel.is_none() {
            return None;
        }
        let enabled = accel.is_some_and(|accel| accel.value);
        let given = driver.attributes().find(|attribute| NESTED.contains(&attribute.name()));
        if let Some(given) = given.filter(|_| !enabled) {
            let finding = ACCEL_PROPERTY
                .at(
                    given.name_origin(),
                    format!("`{}` is a property of nested translation, which is off", given.name()),
                )
                .with_note(
                    "libvirt: accel must be enabled for iommu model 'smmuv3' when setting ats, ril, \
                     ssidsize, oas, or cmdqv",
                )
                .with_help("remove it, or add `accel='on'`");
            let finding = match accel {
                Some(accel) => finding.with_label(accel.origin, "off"),
                None => finding,
            };
            self.unreadable(iommu, finding);
            return None;
        }
        let found = self.findings.len();
        let mut switch = |name| {
            let switch = self.switch(driver, name)?;
            Some(switch.map(|on| if on { OnOffAuto::On } else { OnOffAuto::Off }))
        };
        let (ats, ril, cmdqv) = (switch("ats"), switch("ril"), switch("cmdqv"));
        let mut number = |name| self.decimal(driver, name).map(|n| n.map(NumberOrAuto::Number));
        let (ssidsize, oas) = (number("ssidsize"), number("oas"));
        // The vendor's builds have a switch: all 20 bits, or none.
        let pasid = driver.attribute("pasid").and_then(|pasid| {
            let bits = match pasid.value() {
                "on" => 20,
                "off" => 0,
                bits => bits.parse().ok()?,
            };
            Some(Written::new(NumberOrAuto::Number(bits), pasid.origin()))
        });
        let ssidsize = ssidsize.or(pasid);
        (self.findings.len() == found).then_some(Acceleration {
            enabled,
            origin: accel.map(|accel| accel.origin),
            switch: accel.map(|accel| accel.origin),
            ats,
            ril,
            ssidsize,
            oas,
            cmdqv,
        })
    }

    /// The second RFC's: its address is on the bus of its PXB.
    fn smmuv3_dev(&mut self, iommu: Element<'_>, position: u32, buses: &Buses, vm: &mut Vm) {
        let Some(address) = iommu.child("address") else {
            let finding = MISSING
                .at(iommu.origin(), "an SMMUv3 without an address")
                .with_help("add `<address type='pci'/>` with the bus of its PXB");
            return self.unreadable(iommu, finding);
        };
        let bus = self.integer(address, "bus");
        let index = bus.map_or(0, |bus| i32::try_from(bus.value).unwrap_or(i32::MAX));
        let root_complex = match buses.root_complex(index) {
            Ok(root_complex) => root_complex,
            Err(what) => {
                let at = bus.map_or(address.origin(), |bus| bus.origin);
                return self.unreadable(iommu, pci_bus(at, index, what, buses));
            }
        };
        let iommufd = rfc_iommufd(iommu, vm);
        let on_root = (root_complex == RootComplex::Root).then(|| address.origin());
        add_vsmmu(
            vm,
            root_complex,
            Vsmmu {
                name: name(iommu, position),
                alias: alias(iommu),
                iommufd,
                host: None,
                acceleration: Acceleration::plain(true),
                root_complex,
                on_root_bus: on_root,
                bus: None,
                origin: iommu.origin(),
            },
        );
    }

    /// The first RFC's: one for every PXB that names a host SMMU.
    fn nested_smmuv3(iommu: Element<'_>, domain: Element<'_>, buses: &Buses, vm: &mut Vm) {
        let controllers = devices(domain).filter(|device| device.is("controller"));
        let hosts = controllers.filter_map(|controller| {
            let host = controller.child("nestedSmmuv3")?;
            Some((controller, host.content().map(|host| host.map(str::to_owned))))
        });
        // Its XML names none; its QEMU has one.
        let iommufd = Written::new("iommufd0".to_owned(), iommu.origin());
        Self::declare_iommufd(vm, &iommufd, None, iommu.origin());
        for (position, (controller, host)) in (0..).zip(hosts) {
            let Some(root_complex) = buses.of_element(controller) else { continue };
            add_vsmmu(
                vm,
                root_complex,
                Vsmmu {
                    name: Written::new(format!("iommu{position}"), iommu.origin()),
                    alias: None,
                    iommufd: Some(iommufd.clone()),
                    host,
                    acceleration: Acceleration::plain(true),
                    root_complex,
                    on_root_bus: None,
                    bus: None,
                    origin: iommu.origin(),
                },
            );
        }
    }
}

fn renamed(word: RenamedWord, origin: Origin) -> Renamed {
    Renamed { word, origin, today: None, edits: Vec::new() }
}

fn add_vsmmu(vm: &mut Vm, root_complex: RootComplex, vsmmu: Vsmmu) {
    let Ok(number) = u32::try_from(vm.vsmmus.len()) else { return };
    let first = match root_complex {
        RootComplex::Root => &mut vm.root_vsmmu,
        RootComplex::Pxb(pxb) => &mut vm.controllers[pxb.0 as usize].vsmmu,
    };
    first.get_or_insert(VsmmuId(number));
    vm.vsmmus.push(vsmmu);
}

fn pci_bus(at: Origin, index: i32, what: &str, buses: &Buses) -> Finding {
    let headline = match what {
        NO_CONTROLLER => format!("there is no controller with index {index}"),
        _ => format!("index {index} is {what}, not a PXB"),
    };
    let finding = PCI_BUS.at(at, headline);
    let finding = finding.with_note(if what == NO_CONTROLLER {
        "libvirt: Could not find a suitable controller for smmuv3"
    } else {
        "QEMU: SMMU should be attached to a default PCIe root complex(pcie.0) or a pxb-pcie based root complex"
    });
    finding.with_help(match buses.pxb_of_bus_nr(index) {
        Some(pxb) => format!("that is the bus number of a PXB: write its index, {pxb}"),
        None => "write the `index` of a `pcie-expander-bus`, or 0 for pcie.0".to_owned(),
    })
}

fn iommu_model(iommu: Element<'_>) -> Origin {
    iommu.attribute("model").map_or(iommu.origin(), Attribute::origin)
}

/// Its alias, else the id that libvirt gives it.
fn name(iommu: Element<'_>, position: u32) -> Written<String> {
    let name = alias(iommu).map_or_else(|| format!("iommu{position}"), |alias| alias.value);
    Written::new(name, iommu_model(iommu))
}

/// `<iommufd><id/><fd/></iommufd>` of the RFCs, which declares what it names.
fn rfc_iommufd(iommu: Element<'_>, vm: &mut Vm) -> Option<Written<String>> {
    let iommufd = iommu.child("iommufd")?;
    let id = iommufd.child("id")?.content()?.map(str::to_owned);
    let fd = iommufd.child("fd").and_then(Element::content);
    Reader::declare_iommufd(vm, &id, fd, iommufd.origin());
    Some(id)
}

/// What `<qemu:commandline>` says of an IOMMU of that model, where `iommu` is one.
fn global(
    iommu: Element<'_>,
    model: Written<IommuModel>,
    of: IommuModel,
    name: &str,
) -> Option<Written<bool>> {
    let domain = iommu.parent()?.parent().filter(|_| model.value == of)?;
    qemu_only::global(domain, &format!("{}-iommu", of.name()), name)
}
