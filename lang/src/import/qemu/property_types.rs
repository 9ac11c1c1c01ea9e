//! The types of the properties of QEMU's PCI devices, which `key=value` does not tell and JSON wants.
//!
//! What QEMU 11.1 says to `-device DRIVER,help`, for every driver on PCI of `aarch64` and `x86_64`, where all that
//! have a property of the name agree. All others are strings, among them what may be `auto`.

use super::value::{boolean, integer, size};
use crate::topology::PropertyValue;

/// Booleans, in order. `ats` is one in emulated devices.
#[rustfmt::skip]
const BOOLEANS: [&str; 132] = [
    "aer", "any_layout", "atomic.dn", "ats", "big-endian-framebuffer", "blitter", "blob", "boot-bypass",
    "bypass_iommu", "conditional-intr-mapping", "config-wce", "controls", "csum", "ctratt.mem",
    "ctrl_guest_offloads", "ctrl_mac_addr", "ctrl_rx", "ctrl_rx_extra", "ctrl_vlan", "ctrl_vq", "dbcs",
    "deflate-on-oom", "disable-modern", "discard", "dynamic-memslots", "event_idx", "failover", "free-page-hint",
    "free-page-reporting", "gso", "guest_announce", "guest_csum", "guest_ecn", "guest_hwcursor", "guest_rsc_ext",
    "guest_tso4", "guest_tso6", "guest_tunnel", "guest_tunnel_csum", "guest_ufo", "guest_uso4", "guest_uso6",
    "hash", "hdm-db", "hdm_for_passthrough", "host_ecn", "host_tso4", "host_tso6", "host_tunnel",
    "host_tunnel_csum", "host_ufo", "host_uso", "hotplug", "in_order", "indirect_desc", "inflight-migration",
    "init-vet", "ioeventfd", "iommu_platform", "legacy-cmb", "mcq", "membar-backed", "migratable", "migrate-timadj",
    "migrate_tso_props", "migration-events", "mmio", "modern-pio-notify", "mq", "mrg_rxbuf", "msix-exclusive-bar",
    "multifunction", "notify_on_empty", "ocp", "old_msi_addr", "packed", "page-per-vq", "page-poison",
    "param_change", "power_controller_present", "prealloc", "qemu-extended-regs", "queue_reset", "ramfb",
    "report-discard-granularity", "request-merging", "rss", "seg-max-adjust", "seg_max_adjust", "share-rw", "shpc",
    "skip-get-vring-base-on-force-shutdown", "skip-vsc-check", "status", "t10_pi", "use-disabled-flag",
    "use-intel-id", "use-legacy-x86-rom", "use-started", "use_jbod", "virtio-pci-bus-master-bug-migration",
    "wakeup", "worker_per_virtqueue", "write-zeroes", "x-256b-flit", "x-ats-page-aligned", "x-balloon-allowed",
    "x-disable-legacy-check", "x-do-not-expose-native-hotplug-cap", "x-early-migration",
    "x-enable-wce-if-config-wce", "x-igd-lpc", "x-igd-opregion", "x-no-geforce-quirks", "x-no-kvm-intx",
    "x-no-kvm-ioeventfd", "x-no-kvm-msi", "x-no-kvm-msix", "x-no-mmap", "x-no-posted-writes", "x-no-vfio-ioeventfd",
    "x-pci-express-writeable-slt-bug", "x-pcie-ari-nextfn-1", "x-pcie-err-unc-mask", "x-pcie-ext-tag",
    "x-pcie-flr-init", "x-pcie-lnksta-dllla", "x-pcie-pm-no-soft-reset", "x-req", "x-send-queued", "x-vga",
    "zoned.auto_transition",
];

/// Whole numbers, in order.
#[rustfmt::skip]
const NUMBERS: [&str; 122] = [
    "acpi-index", "aer_log_max", "aer_max_queued", "aerl", "atomic.awun", "atomic.awupf", "aw-bits", "bandwidth",
    "baudbase", "boot_tpgt", "bootindex", "bus-reserve", "bus_nr", "capareg", "chassis", "chassis_nr", "chmaps",
    "class", "cmb_size_mb", "cmd_per_lun", "config_size", "cyls", "debug", "disable_vnet_hdr", "dma_mask", "events",
    "firstport", "guest-cid", "guest-stats-polling-interval", "head", "heads", "host_mtu", "intrs", "jacks",
    "lcyls", "lheads", "lsecs", "max-bytes", "max-discard-sectors", "max-write-zeroes-sectors", "max_cmds",
    "max_ioqpairs", "max_outputs", "max_ports", "max_sectors", "max_sge", "maxcurr", "maxframes", "mcq-maxq",
    "mdts", "memaddr", "mqes", "msix_qsize", "node", "num-dc-regions", "num-ports", "num-queues",
    "num-request-queues", "num_queues", "num_vqs", "numa_node", "nutmrs", "nutrs", "p2", "p3", "period", "port",
    "queue-size", "record_size", "refresh_rate", "rombar", "romsize", "rsc_interval", "rx_queue_size",
    "sas_address", "sd-spec-version", "secs", "slot", "slots", "smart_critical_warning", "sn", "spdm_port", "speed",
    "sriov_max_vfs", "sriov_max_vi_per_vf", "sriov_max_vq_per_vf", "sriov_vi_flexible", "sriov_vq_flexible",
    "subsys_ven", "switch_id", "tx_queue_size", "uhs", "use_msg", "vectors", "vgamem_mb", "virtio-id",
    "virtqueue_size", "vq_size", "vsl", "wb-max-size", "wb-min-size", "x-device-id", "x-igd-gms",
    "x-intx-mmap-timeout-ms", "x-linear-aper-size", "x-msg-timeout", "x-nv-gpudirect-clique", "x-pci-class-code",
    "x-pci-device-id", "x-pci-sub-device-id", "x-pci-sub-vendor-id", "x-pci-vendor-id", "x-pixman",
    "x-scanout-vmstate-version", "x-txburst", "x-txtimer", "x-vpasid-cap-offset", "xmax", "xres", "ymax", "yres",
    "zoned.zasl",
];

/// Numbers of bytes, in order.
#[rustfmt::skip]
const SIZES: [&str; 18] = [
    "block-size", "discard_granularity", "hostmem", "io-reserve", "logical_block_size", "max_hostmem",
    "mem-reserve", "membar", "min_io_size", "opt_io_size", "physical_block_size", "pref32-reserve",
    "pref64-reserve", "requested-size", "size", "vgamem", "x-max-bounce-buffer-size",
    "x-migration-max-queued-buffers-size",
];

/// What `key=text` is in JSON.
pub(super) fn typed(key: &str, text: &str) -> PropertyValue {
    let is_in = |names: &[&str]| names.binary_search(&key).is_ok();
    let string = || PropertyValue::Text(text.to_owned());
    if is_in(&BOOLEANS) {
        boolean(text).map_or_else(string, PropertyValue::Boolean)
    } else if is_in(&NUMBERS) {
        integer(text).map_or_else(string, PropertyValue::Integer)
    } else if is_in(&SIZES) {
        let bytes = size(text, 1).and_then(|size| i64::try_from(size.0).ok());
        bytes.map_or_else(string, PropertyValue::Integer)
    } else {
        string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_in_order() {
        assert!(BOOLEANS.is_sorted() && NUMBERS.is_sorted() && SIZES.is_sorted());
    }

    #[test]
    fn values_have_the_type_of_their_property() {
        assert_eq!(typed("iommu_platform", "yes"), PropertyValue::Boolean(true));
        assert_eq!(typed("vectors", "0x10"), PropertyValue::Integer(16));
        assert_eq!(typed("disable-legacy", "on"), PropertyValue::Text("on".to_owned()));
        assert_eq!(typed("serial", "1234"), PropertyValue::Text("1234".to_owned()));
        assert_eq!(typed("vectors", "many"), PropertyValue::Text("many".to_owned()));
    }
}
