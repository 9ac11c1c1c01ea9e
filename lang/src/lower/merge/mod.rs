//! Merges a checked vm into an existing libvirt domain, keeping every other byte of it.
//!
//! What the language describes is replaced where the domain has it already (controllers by their
//! index, IOMMUs by what they translate for, host devices by their address on the host or their
//! alias) and added where not. Merging twice changes nothing more.

mod base;
mod conflicts;
mod edits;
mod iommufd;
mod overrides;
mod parts;

use base::Base;
use conflicts::Conflicts;
use edits::Edits;
use parts::Kind;

use super::libvirt::Lowering;
use super::xml::Element;
use crate::check::Checked;
use crate::finding::Finding;
use crate::span::FileId;

/// `base`, which the caller knows as `file`, with the controllers, host devices and IOMMUs of
/// `checked`, and with the properties only QEMU has.
///
/// Within a replaced element, what the language knows nothing of is kept (`<boot>`, a `<rom>` file,
/// comments), after the rest. What only the domain has stays, so also what an earlier merge brought
/// and the vm no longer has. Emulated devices of `checked` belong to the domain, and are neither
/// added nor compared. Near-linear in both.
///
/// # Errors
///
/// `lower/base` when `base` is not well-formed XML, has a document type, is not a domain, or is for
/// another kind of machine; otherwise every `lower/conflict`: a PCI address, controller index, bus
/// number or chassis in use by something else, an IOMMU that the vm does not have, a NUMA cell that
/// the domain does not have.
pub fn into(base: &str, file: FileId, checked: &Checked<'_>) -> Result<String, Vec<Finding>> {
    let document = base::parse(base, file).map_err(|finding| vec![*finding])?;
    let base = Base::of(base, file, &document, checked).map_err(|finding| vec![*finding])?;
    let lowering = Lowering::new(checked);
    let parts = parts::parts(&lowering);
    let matched = parts::matched(&parts, &base);
    let mut conflicts = Conflicts { base: &base, parts: &parts, matched: &matched }.find();
    conflicts.extend(conflicts::missing_cells(&base, checked));
    if !conflicts.is_empty() {
        return Err(conflicts);
    }
    let mut edits = Edits::of(base.text);
    let mut added: Vec<(Kind, &Element)> = Vec::new();
    for (part, existing) in parts.iter().zip(&matched) {
        match existing {
            Some(existing) => edits.replace(*existing, &part.element, part.kind.owned()),
            None => added.push((part.kind, &part.element)),
        }
    }
    edits.add_devices(&base, &added);
    iommufd::merge(&base, &lowering, &mut edits);
    overrides::merge(&base, &lowering, &parts, &matched, &mut edits);
    Ok(edits.apply())
}
