//! The two sides of a target: libvirt and QEMU.

use std::fmt;

use crate::rules::Context;
use crate::span::Written;
use crate::target::{Feature, LibvirtTarget, QemuTarget, Since};

/// One side that is judged.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    target: Either,
    /// Where the file names it, if it does.
    pub(super) written: Option<&'a Written<String>>,
}

#[derive(Clone, Copy)]
enum Either {
    Libvirt(LibvirtTarget),
    Qemu(QemuTarget),
}

/// The sides that are judged, libvirt first.
pub(super) fn judged<'a>(context: &Context<'a>) -> impl Iterator<Item = Side<'a>> {
    let (target, node) = (context.target, context.target_node);
    let libvirt = target.judge_libvirt.then(|| Side {
        target: Either::Libvirt(target.libvirt),
        written: node.and_then(|node| node.libvirt.as_ref()),
    });
    let qemu = target.judge_qemu.then(|| Side {
        target: Either::Qemu(target.qemu),
        written: node.and_then(|node| node.qemu.as_ref()),
    });
    libvirt.into_iter().chain(qemu)
}

impl Side<'_> {
    pub(super) fn has(&self, feature: Feature) -> bool {
        match self.target {
            Either::Libvirt(target) => target.has(feature),
            Either::Qemu(target) => target.has(feature),
        }
    }

    pub(super) fn since(&self, feature: Feature) -> Since {
        match self.target {
            Either::Libvirt(target) => target.since(feature),
            Either::Qemu(target) => target.since(feature),
        }
    }

    pub(super) const fn program(&self) -> &'static str {
        match self.target {
            Either::Libvirt(_) => "libvirt",
            Either::Qemu(_) => "QEMU",
        }
    }
}

impl fmt::Display for Side<'_> {
    /// Such as `libvirt 12.8`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.target {
            Either::Libvirt(target) => write!(f, "{} {target}", self.program()),
            Either::Qemu(target) => write!(f, "{} {target}", self.program()),
        }
    }
}
