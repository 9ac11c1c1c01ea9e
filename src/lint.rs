//! What a file is judged against: the one place that decides it.

use clap::Args;
use iommulint_lang::check::{Analysis, RequestedTarget, check};
use iommulint_lang::span::FileId;
use iommulint_lang::target::{LibvirtTarget, QemuTarget};

/// The releases to judge against.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Target")]
pub(crate) struct Targets {
    /// The QEMU release or profile, whatever the file says: `11.1`, `10.1+nvidia`, …
    #[arg(long, value_name = "RELEASE", value_parser = qemu, env = "IOMMULINT_TARGET_QEMU")]
    target_qemu: Option<QemuTarget>,
    /// The libvirt release or profile, whatever the file says: `12.8`, `11.9+nvidia`, …
    #[arg(long, value_name = "RELEASE", value_parser = libvirt, env = "IOMMULINT_TARGET_LIBVIRT")]
    target_libvirt: Option<LibvirtTarget>,
}

impl Targets {
    /// Everything there is to know of a text.
    pub(crate) fn analyse(&self, text: &str, file: FileId) -> Analysis {
        let requested = RequestedTarget { libvirt: self.target_libvirt, qemu: self.target_qemu };
        check(text, file, &requested)
    }
}

fn qemu(text: &str) -> Result<QemuTarget, String> {
    let profiles = QemuTarget::PROFILES.map(|profile| profile.to_string());
    QemuTarget::parse(text).ok_or_else(|| not_a_target(QemuTarget::OLDEST, &profiles))
}

fn libvirt(text: &str) -> Result<LibvirtTarget, String> {
    let profiles = LibvirtTarget::PROFILES.map(|profile| profile.to_string());
    LibvirtTarget::parse(text).ok_or_else(|| not_a_target(LibvirtTarget::OLDEST, &profiles))
}

/// Says what would have been one.
fn not_a_target(oldest: impl std::fmt::Display, profiles: &[String]) -> String {
    format!(
        "neither a release from {oldest} on, such as `{oldest}`, nor one of the profiles {}",
        profiles.join(", ")
    )
}
