//! QEMU's drivers that are PCI devices.

use crate::suggest::is_one_slip;

/// Names other than the driver's own (`system/qdev-monitor.c`), and the driver.
const ALIASES: [(&str, &str); 19] = [
    ("ac97", "AC97"),
    ("ahci", "ich9-ahci"),
    ("e1000-82540em", "e1000"),
    ("es1370", "ES1370"),
    ("lsi", "lsi53c895a"),
    ("virtio-9p", "virtio-9p-pci"),
    ("virtio-balloon", "virtio-balloon-pci"),
    ("virtio-blk", "virtio-blk-pci"),
    ("virtio-gpu", "virtio-gpu-pci"),
    ("virtio-input-host", "virtio-input-host-pci"),
    ("virtio-iommu", "virtio-iommu-pci"),
    ("virtio-keyboard", "virtio-keyboard-pci"),
    ("virtio-mouse", "virtio-mouse-pci"),
    ("virtio-net", "virtio-net-pci"),
    ("virtio-rng", "virtio-rng-pci"),
    ("virtio-scsi", "virtio-scsi-pci"),
    ("virtio-serial", "virtio-serial-pci"),
    ("virtio-sound", "virtio-sound-pci"),
    ("virtio-tablet", "virtio-tablet-pci"),
];

/// Drivers that sit on a PCI bus: what QEMU 11.1 lists so for `aarch64` and `x86_64`, in order.
#[rustfmt::skip]
const ON_PCI: [&str; 166] = [
    "AC97", "AMDVI-PCI", "ES1370", "VGA", "acpi-erst", "am53c974", "aspeed.pcie-root-port", "ati-vga",
    "bochs-display", "cirrus-vga", "ctucan_pci", "cxl-downstream", "cxl-rp", "cxl-switch-mailbox-cci", "cxl-type3",
    "cxl-upstream", "dc390", "e1000", "e1000-82544gc", "e1000-82545em", "e1000e", "edu", "i6300esb", "i82550",
    "i82551", "i82557a", "i82557b", "i82557c", "i82558a", "i82558b", "i82559a", "i82559b", "i82559c", "i82559er",
    "i82562", "i82801", "i82801b11-bridge", "ich9-ahci", "ich9-intel-hda", "ich9-usb-ehci1", "ich9-usb-ehci2",
    "ich9-usb-uhci1", "ich9-usb-uhci2", "ich9-usb-uhci3", "ich9-usb-uhci4", "ich9-usb-uhci5", "ich9-usb-uhci6",
    "igb", "intel-hda", "ioh3420", "iommu-testdev", "ivshmem-doorbell", "ivshmem-plain", "kvaser_pci", "lsi53c810",
    "lsi53c895a", "megasas", "megasas-gen2", "mioe3680_pci", "mptsas1068", "ne2k_pci", "nec-usb-xhci", "nvme",
    "pci-bridge", "pci-bridge-seat", "pci-ipmi-bt", "pci-ipmi-kcs", "pci-ohci", "pci-serial", "pci-serial-2x",
    "pci-serial-4x", "pci-testdev", "pcie-pci-bridge", "pcie-root-port", "pcm3680_pci", "pcnet", "piix3-ide",
    "piix3-usb-uhci", "piix4-ide", "piix4-usb-uhci", "pvpanic-pci", "pvscsi", "pxb", "pxb-cxl", "pxb-pcie",
    "qemu-xhci", "rocker", "rtl8139", "sdhci-pci", "secondary-vga", "tpci200", "tulip", "ufs", "usb-ehci",
    "vfio-pci", "vfio-pci-igd-lpc-bridge", "vfio-pci-nohotplug", "vfio-user-pci", "vhost-scsi-pci",
    "vhost-scsi-pci-non-transitional", "vhost-scsi-pci-transitional", "vhost-user-blk-pci",
    "vhost-user-blk-pci-non-transitional", "vhost-user-blk-pci-transitional", "vhost-user-fs-pci",
    "vhost-user-gpio-pci", "vhost-user-gpu-pci", "vhost-user-i2c-pci", "vhost-user-input-pci", "vhost-user-rng-pci",
    "vhost-user-rtc-pci", "vhost-user-scmi-pci", "vhost-user-scsi-pci", "vhost-user-scsi-pci-non-transitional",
    "vhost-user-scsi-pci-transitional", "vhost-user-snd-pci", "vhost-user-spi-pci", "vhost-user-test-device-pci",
    "vhost-user-vga", "vhost-user-vsock-pci", "vhost-user-vsock-pci-non-transitional", "vhost-vdpa-device-pci",
    "vhost-vdpa-device-pci-non-transitional", "vhost-vdpa-device-pci-transitional", "vhost-vsock-pci",
    "vhost-vsock-pci-non-transitional", "virtio-9p-pci", "virtio-9p-pci-non-transitional",
    "virtio-9p-pci-transitional", "virtio-balloon-pci", "virtio-balloon-pci-non-transitional",
    "virtio-balloon-pci-transitional", "virtio-blk-pci", "virtio-blk-pci-non-transitional",
    "virtio-blk-pci-transitional", "virtio-crypto-pci", "virtio-gpu-pci", "virtio-input-host-pci",
    "virtio-iommu-pci", "virtio-keyboard-pci", "virtio-mem-pci", "virtio-mouse-pci", "virtio-multitouch-pci",
    "virtio-net-pci", "virtio-net-pci-non-transitional", "virtio-net-pci-transitional", "virtio-pmem-pci",
    "virtio-rng-pci", "virtio-rng-pci-non-transitional", "virtio-rng-pci-transitional", "virtio-rtc-pci",
    "virtio-scsi-pci", "virtio-scsi-pci-non-transitional", "virtio-scsi-pci-transitional", "virtio-serial-pci",
    "virtio-serial-pci-non-transitional", "virtio-serial-pci-transitional", "virtio-sound-pci", "virtio-tablet-pci",
    "virtio-vga", "vmware-svga", "vmxnet3", "x-pci-proxy-dev", "x3130-upstream", "xen-platform",
    "xio3130-downstream",
];

/// Names one slip away from a driver on PCI that are another thing, in QEMU 11.1 for all architectures that are
/// read.
const NEAR: [&str; 1] = ["pc-testdev"];

/// A name shorter than this may be one slip away from anything.
const SHORTEST_MISSPELT: usize = 7;

/// The driver on PCI that is surely meant by `name`, which QEMU does not have.
pub(super) fn one_slip_from(name: &str) -> Option<&'static str> {
    let names = || ON_PCI.into_iter().chain(ALIASES.map(|(alias, _)| alias));
    if name.len() < SHORTEST_MISSPELT || NEAR.contains(&name) || names().any(|known| known == name)
    {
        return None;
    }
    names().find(|known| known.len() >= SHORTEST_MISSPELT && is_one_slip(name, known))
}

/// The driver that goes by `name`.
pub(super) fn driver(name: &str) -> &str {
    ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, driver)| driver)
}

/// Whether `driver` sits on a PCI bus; of one that is not known, that is not known either.
pub(super) fn is_on_pci(driver: &str) -> bool {
    ON_PCI.binary_search(&driver).is_ok()
}

/// Whether `driver`, which sits on a PCI bus, makes another: a bridge.
pub(super) fn is_bridge(driver: &str) -> bool {
    matches!(
        driver,
        "i82801b11-bridge"
            | "pci-bridge"
            | "pci-bridge-seat"
            | "pcie-pci-bridge"
            | "aspeed.pcie-root-port"
            | "cxl-downstream"
            | "cxl-rp"
            | "cxl-upstream"
            | "ioh3420"
            | "pcie-root-port"
            | "x3130-upstream"
            | "xio3130-downstream"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        assert!(ON_PCI.is_sorted());
        assert!(ALIASES.iter().all(|(_, driver)| is_on_pci(driver)));
    }
}
