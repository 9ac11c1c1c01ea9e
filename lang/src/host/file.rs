//! What a snapshot file can say.

use serde::Deserialize;
use toml::Spanned;

use super::value::{
    Address, Amount, ClassCode, Cpus, Granule, Id, Moment, Name, Number, Oas, PageSize, Possible,
    Readable, SsidSize,
};

/// A whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", expecting = "a table")]
pub(super) struct File {
    #[serde(default)]
    pub(super) version: Option<Spanned<i64>>,
    #[serde(default)]
    pub(super) captured_at: Option<Moment>,
    #[serde(default)]
    pub(super) machine: Machine,
    #[serde(default)]
    pub(super) numa_nodes: Vec<NumaNode>,
    #[serde(default)]
    pub(super) iommus: Vec<Iommu>,
    #[serde(default)]
    pub(super) devices: Vec<Device>,
}

/// `[machine]`
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case", expecting = "a table")]
pub(super) struct Machine {
    pub(super) name: Readable<Name>,
    pub(super) arch: Readable<Name>,
    pub(super) kernel: Readable<Name>,
    pub(super) page_size: Readable<PageSize>,
}

/// `[[numa-nodes]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", expecting = "a table")]
pub(super) struct NumaNode {
    pub(super) node: Spanned<Number>,
    #[serde(default)]
    pub(super) cpus: Possible<Cpus>,
    #[serde(default)]
    pub(super) memory: Readable<Amount>,
}

/// `[[iommus]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", expecting = "a table")]
pub(super) struct Iommu {
    pub(super) name: Spanned<Name>,
    #[serde(default)]
    pub(super) ats: Readable<bool>,
    #[serde(default)]
    pub(super) ril: Readable<bool>,
    #[serde(default)]
    pub(super) ssidsize: Readable<SsidSize>,
    #[serde(default)]
    pub(super) oas: Readable<Oas>,
    #[serde(default)]
    pub(super) granules: Readable<Vec<Granule>>,
    #[serde(default)]
    pub(super) cmdqv: Readable<bool>,
}

/// `[[devices]]`
#[expect(clippy::struct_field_names, reason = "a device has a device ID")]
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", expecting = "a table")]
pub(super) struct Device {
    pub(super) address: Spanned<Address>,
    #[serde(default)]
    pub(super) vendor: Readable<Id>,
    #[serde(default)]
    pub(super) device: Readable<Id>,
    #[serde(default)]
    pub(super) class: Readable<ClassCode>,
    #[serde(default)]
    pub(super) name: Readable<Name>,
    #[serde(default)]
    pub(super) driver: Possible<Name>,
    #[serde(default)]
    pub(super) numa_node: Possible<Number>,
    #[serde(default)]
    pub(super) iommu_group: Possible<Number>,
    #[serde(default)]
    pub(super) iommu: Option<Spanned<Possible<Name>>>,
}
