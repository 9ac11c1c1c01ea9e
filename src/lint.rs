//! What a file is judged against: the one place that decides it.

use clap::Args;
use iommulint_lang::check::{Analysis, RequestedTarget, Settings, check};
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
    /// As a check takes them.
    pub(crate) fn settings(&self) -> Settings {
        let target = RequestedTarget { libvirt: self.target_libvirt, qemu: self.target_qemu };
        Settings { target, ..Settings::default() }
    }

    /// Everything there is to know of a text.
    pub(crate) fn analyse(&self, text: &str, file: FileId) -> Analysis {
        check(text, file, &self.settings())
    }

    /// As [`analyse`](Self::analyse), and that side is judged even when the file and the command
    /// line name the other one only: what is written for a release has to be right for it.
    pub(crate) fn analyse_for(&self, side: Side, text: &str, file: FileId) -> Analysis {
        let analysis = self.analyse(text, file);
        let target = &analysis.target;
        let is_judged = match side {
            Side::Qemu => target.judge_qemu,
            Side::Libvirt => target.judge_libvirt,
        };
        if is_judged {
            return analysis;
        }
        let both = RequestedTarget { libvirt: Some(target.libvirt), qemu: Some(target.qemu) };
        check(text, file, &Settings { target: both, ..self.settings() })
    }
}

/// Whose language a vm is lowered to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// QEMU's.
    Qemu,
    /// libvirt's.
    Libvirt,
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
