//! What a configuration file can say. The doc comments are the descriptions in its JSON schema.

mod advice;
mod level;
mod pattern;
mod rule;
mod target;

use std::path::PathBuf;

#[cfg(test)]
use schemars::JsonSchema;
use serde::Deserialize;

pub(crate) use advice::OfSettings;
pub(crate) use level::Levels;
pub(crate) use pattern::{Pattern, Patterns};
pub(crate) use rule::Rule;
pub(crate) use target::Target;
#[cfg(test)]
pub(crate) use {
    level::{Level, is_always_on},
    target::{Libvirt, Qemu},
};

/// Settings of iommulint for the files in the folder of this file and below it. The nearest
/// `iommulint.toml`, upwards from a file that is checked, is the one that counts for it.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(JsonSchema), schemars(title = "iommulint.toml"))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case", expecting = "a table")]
pub(crate) struct File {
    /// Files and folders that are not checked when a folder is, as in a `.gitignore` beside this
    /// file.
    pub(crate) exclude: Vec<Pattern>,
    /// The snapshot of the host on which the vms run; relative to the folder of this file.
    pub(crate) host: Option<Host>,
    /// The releases that vms are checked against, where neither the file that is checked nor the
    /// command line names them.
    pub(crate) target: Target,
    /// How bad the findings of a rule (`"pci/bus-window"`) or of a whole group (`"pci"`) are. A rule
    /// wins over its group.
    pub(crate) rules: Levels,
    /// What the comments of a file may not do.
    pub(crate) policy: Policy,
    /// Other settings for some of the files. Where several are for a file, later ones win, key by
    /// key.
    pub(crate) overrides: Vec<Override>,
}

/// Settings for some of the files.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", expecting = "a table")]
pub(crate) struct Override {
    /// The files and folders it is for, as in a `.gitignore` beside this file.
    pub(crate) paths: Vec<Pattern>,
    /// The snapshot of the host on which the vms run; relative to the folder of this file.
    #[serde(default)]
    pub(crate) host: Option<Host>,
    /// The releases that vms are checked against, where neither the file that is checked nor the
    /// command line names them.
    #[serde(default)]
    pub(crate) target: Target,
    /// How bad the findings of a rule (`"pci/bus-window"`) or of a whole group (`"pci"`) are. A rule
    /// wins over its group.
    #[serde(default)]
    pub(crate) rules: Levels,
    /// What the comments of a file may not do.
    #[serde(default)]
    pub(crate) policy: Policy,
}

/// What the comments of a file may not do.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case", expecting = "a table")]
pub(crate) struct Policy {
    /// Rules, or groups of rules, that a comment may not suppress.
    pub(crate) not_allowable: Option<Vec<Rule>>,
}

/// The path of a host snapshot.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(JsonSchema), schemars(extend("minLength" = 1)))]
#[serde(try_from = "String")]
pub(crate) struct Host(pub(crate) PathBuf);

impl TryFrom<String> for Host {
    type Error = &'static str;

    fn try_from(path: String) -> Result<Self, Self::Error> {
        if path.is_empty() { Err("expected the path of a file") } else { Ok(Self(path.into())) }
    }
}
