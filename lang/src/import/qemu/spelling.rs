//! Drivers and properties of the model that are spelt nearly right.
//!
//! What other releases and builds of QEMU have is not known here, so that only a slip of the hand counts.

use super::pci_drivers;
use crate::suggest::{has_same_digits, suggest};

/// The drivers of the model.
const DRIVERS: [&str; 10] = [
    "amd-iommu",
    "arm-smmuv3",
    "intel-iommu",
    "ioh3420",
    "pcie-root-port",
    "pxb-pcie",
    "vfio-pci",
    "virtio-iommu-pci",
    "x3130-upstream",
    "xio3130-downstream",
];

/// Drivers of other machines that are no slips.
const OTHERS: [&str; 2] = ["vfio-ap", "vfio-ccw"];

/// Properties of every device.
const OF_ALL: [&str; 3] = ["bus", "driver", "id"];

/// Properties of every PCI device that can be set (`hw/pci/pci.c`).
const OF_PCI: [&str; 9] = [
    "acpi-index",
    "addr",
    "failover_pair_id",
    "multifunction",
    "rombar",
    "romfile",
    "romsize",
    "sriov-pf",
    "bootindex",
];

/// Properties of ports (`hw/pci/pcie_port.c`, `hw/pci-bridge/gen_pcie_root_port.c`).
const OF_PORTS: [&str; 11] = [
    "aer_log_max",
    "bus-reserve",
    "chassis",
    "hotplug",
    "io-reserve",
    "mem-reserve",
    "port",
    "power_controller_present",
    "pref32-reserve",
    "pref64-reserve",
    "slot",
];

/// What QEMU 11.1 has beside these, and those of before it that are near to one.
fn own_properties(driver: &str) -> Option<(&'static [&'static str], &'static [&'static str])> {
    Some(match driver {
        "amd-iommu" => (
            &["device-iotlb", "dma-remap", "dma-translation", "intremap", "pci-id", "pt", "xtsup"],
            &[],
        ),
        "arm-smmuv3" => (
            &[
                "accel",
                "ats",
                "bus_num",
                "cmdqv",
                "identifier",
                "memory",
                "msi-gpa",
                "oas",
                "pasid",
                "primary-bus",
                "ril",
                "secure-memory",
                "smmu_per_bus",
                "ssidsize",
                "stage",
            ],
            &[],
        ),
        "intel-iommu" => (
            &[
                "aw-bits",
                "caching-mode",
                "device-iotlb",
                "dma-drain",
                "dma-translation",
                "eim",
                "fs1gp",
                "fsts",
                "intremap",
                "pasid",
                "pasid-bits",
                "pt",
                "scalable-mode",
                "snoop-control",
                "stale-tm",
                "svm",
                "version",
            ],
            &[],
        ),
        "ioh3420" | "pcie-root-port" | "x3130-upstream" | "xio3130-downstream" => {
            (&["disable-acs"], &OF_PORTS)
        }
        "pxb-pcie" => (&["bus_nr", "bypass_iommu", "numa_node"], &[]),
        "vfio-pci" | "vfio-pci-nohotplug" => (
            &[
                "ats",
                "display",
                "enable-migration",
                "fd",
                "host",
                "iommufd",
                "migration-events",
                "ramfb",
                "skip-vsc-check",
                "sysfsdev",
                "use-legacy-x86-rom",
                "vf-token",
                "xres",
                "yres",
            ],
            &[],
        ),
        _ => return None,
    })
}

/// The driver that `name`, which is none that is known, may be meant for.
pub(super) fn driver_near(name: &str) -> Option<&'static str> {
    let near = suggest(name, DRIVERS).filter(|near| has_same_digits(name, near));
    let near = near.or_else(|| pci_drivers::one_slip_from(name))?;
    (near != name && !OTHERS.contains(&name)).then_some(near)
}

/// The property of `driver` that `name`, which it does not have, may be meant for.
pub(super) fn property_near(driver: &str, name: &str) -> Option<&'static str> {
    let (own, others) = own_properties(driver)?;
    let all = || own.iter().chain(others).chain(&OF_ALL).chain(&OF_PCI).copied();
    // Experimental ones come and go.
    if name.starts_with("x-") || name.contains('\0') || all().any(|known| known == name) {
        return None;
    }
    suggest(name, all())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_hand_are_found() {
        assert_eq!(driver_near("arm-smmu-v3"), Some("arm-smmuv3"));
        assert_eq!(driver_near("pcie_root_port"), Some("pcie-root-port"));
        assert_eq!(property_near("arm-smmuv3", "acel"), Some("accel"));
        assert_eq!(property_near("pxb-pcie", "numa-node"), Some("numa_node"));
        assert_eq!(property_near("pxb-pcie", "busnr"), Some("bus_nr"));
        assert_eq!(property_near("pcie-root-port", "chassis_nr"), Some("chassis"));
        assert_eq!(property_near("vfio-pci", "iommu"), Some("iommufd"));
    }

    #[test]
    fn what_others_have_is_no_slip() {
        for driver in
            ["vfio-ccw", "riscv-iommu-pci", "pcie-pci-bridge", "virtio-vga-gl", "vfio-pci"]
        {
            assert_eq!(driver_near(driver), None, "{driver}");
        }
        for (driver, property) in [
            ("intel-iommu", "x-scalable-mode"),
            ("intel-iommu", "pt"),
            ("pcie-root-port", "disable-acs"),
            ("pcie-root-port", "pref64-reserve"),
            ("ioh3420", "slot"),
            ("vfio-pci", "no-such-thing"),
            ("virtio-net-pci", "iommu_platfrom"),
        ] {
            assert_eq!(property_near(driver, property), None, "{driver},{property}");
        }
    }
}
