//! What a file is judged against: the one place that decides it.

use std::path::{Path, PathBuf};

use clap::Args;
use iommulint_lang::check::{RequestedTarget, Selection};
use iommulint_lang::target::{LibvirtTarget, QemuTarget};
use iommulint_settings::{ConfigError, FileSettings, Given, Project};

/// The releases to judge against.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Target")]
pub(crate) struct Targets {
    /// The QEMU release or profile, whatever the file says: `11.1`, `10.1+nvidia`, …
    #[arg(long, value_name = "RELEASE", env = "IOMMULINT_TARGET_QEMU")]
    target_qemu: Option<QemuTarget>,
    /// The libvirt release or profile, whatever the file says: `12.8`, `11.9+nvidia`, …
    #[arg(long, value_name = "RELEASE", env = "IOMMULINT_TARGET_LIBVIRT")]
    target_libvirt: Option<LibvirtTarget>,
}

/// Where the configuration comes from.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Configuration")]
pub(crate) struct Configuration {
    /// The configuration of every file, instead of the `iommulint.toml` nearest to it
    #[arg(long, value_name = "FILE", env = "IOMMULINT_CONFIG")]
    config: Option<PathBuf>,
    /// Use no configuration file; wins over --config
    #[arg(long)]
    isolated: bool,
}

impl Configuration {
    /// What the command line gives beside the configuration files.
    pub(crate) fn given(&self, targets: &Targets, selection: Selection) -> Given {
        Given {
            config: self.config.clone(),
            isolated: self.isolated,
            target: RequestedTarget { libvirt: targets.target_libvirt, qemu: targets.target_qemu },
            selection,
            host: None,
        }
    }
}

/// Decides what each file is judged against.
#[derive(Debug)]
pub(crate) struct Lint(Project);

impl Lint {
    /// Decides by the command line, and by the configuration files.
    ///
    /// # Errors
    ///
    /// When the current folder is gone.
    pub(crate) fn new(
        configuration: &Configuration,
        targets: &Targets,
        selection: Selection,
    ) -> Result<Self, String> {
        let current_dir = std::env::current_dir()
            .map_err(|error| format!("cannot tell which folder this is: {error}"))?;
        Ok(Self(Project::new(&current_dir, configuration.given(targets, selection))))
    }

    /// The settings of the file at `path`.
    ///
    /// # Errors
    ///
    /// When its configuration cannot be used.
    pub(crate) fn settings(&self, path: &Path) -> Result<FileSettings, ConfigError> {
        self.0.of(path)
    }

    /// Whether the configuration leaves the file at `path` out. One whose configuration cannot be
    /// used is not left out: it would not be missed.
    pub(crate) fn excludes(&self, path: &Path) -> bool {
        self.settings(path).is_ok_and(|settings| settings.excluded)
    }
}
