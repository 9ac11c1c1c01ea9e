//! The releases that vms are checked against.

use std::fmt;

use iommulint_lang::target::{LibvirtTarget, QemuTarget, UnknownTarget};
#[cfg(test)]
use schemars::JsonSchema;
use serde::Deserialize;

/// The releases that vms are checked against, where neither the file that is checked nor the command
/// line names them. When only one side is named, the other is not judged.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case", expecting = "a table")]
pub(crate) struct Target {
    /// The libvirt release, such as `"12.8"`, or a profile.
    pub(crate) libvirt: Option<Libvirt>,
    /// The QEMU release, such as `"11.1"`, or a profile.
    pub(crate) qemu: Option<Qemu>,
}

/// A libvirt release or profile.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Libvirt(pub(crate) LibvirtTarget);

/// A QEMU release or profile.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Qemu(pub(crate) QemuTarget);

/// Why a name is no target: its second line says what to do.
#[derive(Debug)]
pub(crate) struct NoTarget(UnknownTarget);

impl fmt::Display for NoTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.0.headline(), self.0.help())
    }
}

impl TryFrom<String> for Libvirt {
    type Error = NoTarget;

    fn try_from(name: String) -> Result<Self, NoTarget> {
        name.parse().map(Self).map_err(NoTarget)
    }
}

impl TryFrom<String> for Qemu {
    type Error = NoTarget;

    fn try_from(name: String) -> Result<Self, NoTarget> {
        name.parse().map(Self).map_err(NoTarget)
    }
}
