//! What the elements that are modelled may hold (libvirt 12.8, `domaincommon.rng`, and the RFCs).

/// An element, and what libvirt knows in it.
#[derive(Debug)]
pub(super) struct Spec {
    pub(super) name: &'static str,
    pub(super) attributes: &'static [&'static str],
    /// Those whose own content is known.
    pub(super) children: &'static [&'static Spec],
    /// Those that may be there, and are not looked into.
    pub(super) others: &'static [&'static str],
}

const fn leaf(name: &'static str, attributes: &'static [&'static str]) -> Spec {
    Spec { name, attributes, children: &[], others: &[] }
}

static ALIAS: Spec = leaf("alias", &["name"]);
static ACPI: Spec = leaf("acpi", &["index", "nodeset"]);
static ADDRESS: Spec = Spec {
    name: "address",
    attributes: &[
        "type",
        "domain",
        "bus",
        "slot",
        "function",
        "multifunction",
        "controller",
        "target",
        "unit",
        "port",
        "cssid",
        "ssid",
        "devno",
        "reg",
        "iobase",
        "irq",
        "base",
    ],
    children: &[],
    others: &["zpci"],
};

/// `<iommu>`.
pub(super) static IOMMU: Spec = Spec {
    name: "iommu",
    attributes: &["model"],
    children: &[&IOMMU_DRIVER, &ALIAS, &ACPI, &ADDRESS, &RFC_IOMMUFD],
    others: &[],
};
static IOMMU_DRIVER: Spec = Spec {
    name: "driver",
    attributes: &[
        "intremap",
        "caching_mode",
        "eim",
        "iotlb",
        "aw_bits",
        "dma_translation",
        "xtsup",
        "passthrough",
        "pciBus",
        "accel",
        "ats",
        "ril",
        "ssidsize",
        "oas",
        "cmdqv",
        "pasid",
    ],
    children: &[&GRANULE],
    others: &[],
};
static GRANULE: Spec = leaf("granule", &["mode", "size", "unit"]);
static RFC_IOMMUFD: Spec =
    Spec { name: "iommufd", attributes: &[], children: &[], others: &["id", "fd"] };

/// `<iommufd>` of the domain.
pub(super) static IOMMUFD: Spec = leaf("iommufd", &["enabled", "fdgroup"]);

/// `<hostdev type='pci'>`.
pub(super) static HOSTDEV: Spec = Spec {
    name: "hostdev",
    // `xvga` is Unraid's own.
    attributes: &["mode", "type", "managed", "model", "display", "ramfb", "rawio", "sgio", "xvga"],
    children: &[&HOSTDEV_DRIVER, &SOURCE, &ALIAS, &ACPI, &ADDRESS, &ROM],
    others: &["teaming", "boot", "readonly", "shareable", "ip", "route", "iommufdId", "iommufdFd"],
};
/// `<hostdev type='mdev'>`.
pub(super) static MDEV: Spec = Spec {
    name: "hostdev",
    attributes: HOSTDEV.attributes,
    children: &[&MDEV_DRIVER, &ALIAS, &ACPI, &ADDRESS, &ROM],
    others: &["source", "teaming", "boot", "readonly", "shareable"],
};
static MDEV_DRIVER: Spec = leaf("driver", &["name", "model"]);
static HOSTDEV_DRIVER: Spec = leaf("driver", &["name", "model", "iommufd"]);
static SOURCE: Spec = Spec {
    name: "source",
    attributes: &["startupPolicy", "guestReset", "writeFiltering"],
    children: &[&SOURCE_ADDRESS],
    others: &[],
};
static SOURCE_ADDRESS: Spec =
    leaf("address", &["type", "domain", "bus", "slot", "function", "multifunction"]);
static ROM: Spec = leaf("rom", &["bar", "enabled", "file"]);

/// `<controller type='pci'>`.
pub(super) static CONTROLLER: Spec = Spec {
    name: "controller",
    attributes: &["type", "index", "model", "ports", "vectors"],
    children: &[&MODEL, &TARGET, &PCIHOLE64, &ALIAS, &ACPI, &ADDRESS],
    others: &["driver", "nestedSmmuv3"],
};
static MODEL: Spec = leaf("model", &["name"]);
static TARGET: Spec = Spec {
    name: "target",
    attributes: &["busNr", "chassis", "chassisNr", "port", "hotplug", "index", "memReserve"],
    children: &[&NODE],
    others: &[],
};
static NODE: Spec = leaf("node", &[]);
static PCIHOLE64: Spec = leaf("pcihole64", &["unit"]);

impl Spec {
    /// The element directly in this one that has an attribute of that name.
    pub(super) fn home_of(&self, attribute: &str) -> Option<&'static Spec> {
        self.children.iter().copied().find(|child| child.attributes.contains(&attribute))
    }

    /// The names of all elements that may stand in this one.
    pub(super) fn child_names(&self) -> impl Iterator<Item = &'static str> {
        self.children.iter().map(|child| child.name).chain(self.others.iter().copied())
    }
}
