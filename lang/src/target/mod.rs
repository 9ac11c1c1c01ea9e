//! The libvirt and QEMU releases output is for, and what each of them can do.

mod feature;
mod profile;
mod unknown;
mod version;

pub use feature::{Feature, Since};
pub use profile::{LibvirtProfile, LibvirtTarget, QemuProfile, QemuTarget};
pub use unknown::UnknownTarget;
pub use version::Version;

use crate::language::Language;

/// What a vm is judged against and lowered for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The libvirt side.
    pub libvirt: LibvirtTarget,
    /// Whether the rules judge the libvirt side: not when only `qemu` is named.
    pub judge_libvirt: bool,
    /// The QEMU side.
    pub qemu: QemuTarget,
    /// Whether the rules judge the QEMU side: not when only `libvirt` is named.
    pub judge_qemu: bool,
}

impl Default for Target {
    /// Both newest.
    fn default() -> Self {
        Self {
            libvirt: LibvirtTarget::newest(),
            judge_libvirt: true,
            qemu: QemuTarget::newest(),
            judge_qemu: true,
        }
    }
}

impl Target {
    /// The target of a file in `language`: a QEMU command line is for QEMU alone.
    #[must_use]
    pub fn of_file_in(self, language: Language) -> Self {
        match language {
            Language::Qemu => Self { judge_libvirt: false, judge_qemu: true, ..self },
            Language::Kdl | Language::Libvirt => self,
        }
    }

    /// The target for the sides that are named: a side left out is not judged, and lowered to
    /// its newest release.
    #[must_use]
    pub fn named(libvirt: Option<LibvirtTarget>, qemu: Option<QemuTarget>) -> Self {
        let neither = libvirt.is_none() && qemu.is_none();
        Self {
            judge_libvirt: neither || libvirt.is_some(),
            judge_qemu: neither || qemu.is_some(),
            libvirt: libvirt.unwrap_or_else(LibvirtTarget::newest),
            qemu: qemu.unwrap_or_else(QemuTarget::newest),
        }
    }
}
