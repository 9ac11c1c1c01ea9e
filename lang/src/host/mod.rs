//! Host snapshots: what is known of the machine that vms run on.
//!
//! A snapshot is a TOML file, `docs/host.md` describes it. Every fact in it comes from the host's `/sys`, or
//! from the IOMMU itself; what could not be read there is [unknown](Fact::Unknown) here, never left to be
//! guessed.

mod device;
mod fact;
mod file;
mod iommu;
mod machine;
mod read;
mod value;

use std::collections::BTreeMap;

pub use device::{Class, Device};
pub use fact::Fact;
pub use iommu::Iommu;
pub use machine::{Machine, NumaNode};
pub use read::parse;

use crate::topology::HostAddress;

/// What is known of one host at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// When it was taken, as RFC 3339 writes it: `2026-11-21T14:02:11Z`.
    pub captured_at: Fact<String>,
    /// The machine and its kernel.
    pub machine: Machine,
    /// The NUMA nodes by their numbers (`/sys/devices/system/node/nodeN`).
    pub numa_nodes: BTreeMap<u32, NumaNode>,
    /// The IOMMUs by their names (`/sys/class/iommu`): `smmu3.0x0000000012000000`, `dmar0`, `ivhd0`.
    pub iommus: BTreeMap<String, Iommu>,
    /// The PCI devices by their addresses (`/sys/bus/pci/devices`).
    pub devices: BTreeMap<HostAddress, Device>,
}

impl Snapshot {
    /// The version of the format that is read.
    pub const VERSION: i64 = 1;

    /// The devices that the IOMMU called `iommu` translates for, by address.
    pub fn devices_behind<'a>(
        &'a self,
        iommu: &'a str,
    ) -> impl Iterator<Item = (HostAddress, &'a Device)> {
        let is_behind = move |device: &Device| device.iommu() == Some(iommu);
        let devices = self.devices.iter().map(|(address, device)| (*address, device));
        devices.filter(move |(_, device)| is_behind(device))
    }
}
