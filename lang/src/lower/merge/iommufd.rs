//! `<iommufd>` of the domain.

use super::super::libvirt::Lowering;
use super::base::{Base, child};
use super::edits::Edits;

/// Replaces the domain's `<iommufd>`. One is added only for an fd group: each host device of the vm
/// says itself what it uses, and those of the domain alone are to stay as they are.
pub(super) fn merge<'x>(base: &Base<'x>, lowering: &Lowering<'_, '_>, edits: &mut Edits<'x>) {
    let Some(iommufd) = lowering.iommufd() else { return };
    match child(base.domain, "iommufd") {
        Some(existing) => edits.replace(existing, &iommufd, &[]),
        None if lowering.fdgroup().is_some() => match child(base.domain, "memory") {
            Some(memory) => edits.insert_after(memory, [&iommufd]),
            None => edits.append(base.domain, [&iommufd]),
        },
        None => {}
    }
}
