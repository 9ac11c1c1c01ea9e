//! The releases that vms are checked against.

use std::fmt;

use iommulint_lang::suggest::suggest;
use iommulint_lang::target::{LibvirtTarget, QemuTarget};
#[cfg(test)]
use schemars::JsonSchema;
use serde::Deserialize;

use crate::read::{did_you_mean, listed};

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

/// A name that no release and no profile has; its second line says what to do.
#[derive(Debug)]
pub(crate) struct NoTarget {
    headline: String,
    help: String,
}

impl NoTarget {
    fn new(side: &str, name: &str, oldest: impl fmt::Display, profiles: &[String]) -> Self {
        let profiles: Vec<&str> = profiles.iter().map(String::as_str).collect();
        let help = suggest(name, profiles.iter().copied()).map_or_else(
            || {
                let profiles = listed(&profiles, "or");
                format!("write a release from `{oldest}` on as `MAJOR.MINOR`, or {profiles}")
            },
            did_you_mean,
        );
        Self { headline: format!("`{name}` is no release or profile of {side}"), help }
    }
}

impl fmt::Display for NoTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.headline, self.help)
    }
}

impl TryFrom<String> for Libvirt {
    type Error = NoTarget;

    fn try_from(name: String) -> Result<Self, NoTarget> {
        let profiles = LibvirtTarget::PROFILES.map(|profile| profile.to_string());
        let unknown = || NoTarget::new("libvirt", &name, LibvirtTarget::OLDEST, &profiles);
        LibvirtTarget::parse(&name).map(Self).ok_or_else(unknown)
    }
}

impl TryFrom<String> for Qemu {
    type Error = NoTarget;

    fn try_from(name: String) -> Result<Self, NoTarget> {
        let profiles = QemuTarget::PROFILES.map(|profile| profile.to_string());
        let unknown = || NoTarget::new("QEMU", &name, QemuTarget::OLDEST, &profiles);
        QemuTarget::parse(&name).map(Self).ok_or_else(unknown)
    }
}
