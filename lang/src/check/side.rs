//! Checks for whoever a vm is lowered for.

use super::{Analysis, RequestedTarget, Settings, check};
use crate::language::Text;
use crate::span::FileId;

/// Whose language a vm is lowered to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// QEMU's.
    Qemu,
    /// libvirt's.
    Libvirt,
}

impl Analysis {
    /// Whether `side` was judged, and not only the other one.
    #[must_use]
    pub const fn judges(&self, side: Side) -> bool {
        match side {
            Side::Qemu => self.target.judge_qemu,
            Side::Libvirt => self.target.judge_libvirt,
        }
    }
}

/// Checks `text`, which the caller knows as `file`. `side` is judged even when the file and `settings` name
/// the other one only: what is written for a release has to be right for it.
#[must_use]
pub fn check_for(side: Side, text: &Text, file: FileId, settings: &Settings) -> Analysis {
    let analysis = check(text.clone(), file, settings);
    if analysis.judges(side) {
        return analysis;
    }
    let target = &analysis.target;
    let both = RequestedTarget { libvirt: Some(target.libvirt), qemu: Some(target.qemu) };
    check(text.clone(), file, &Settings { target: both, ..settings.clone() })
}
