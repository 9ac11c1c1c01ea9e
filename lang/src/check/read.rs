//! From a text in any language to its topology.

use super::unread::Unread;
use crate::document;
use crate::elaborate::{Numbers, elaborate};
use crate::finding::Finding;
use crate::import;
use crate::language::{Language, Text};
use crate::parsed::Parsed;
use crate::span::FileId;
use crate::syntax;
use crate::topology::Topology;

/// What was read from a file.
pub(super) struct Read {
    pub(super) parsed: Parsed,
    pub(super) topology: Topology,
    /// Of each vm, in file order.
    pub(super) numbers: Vec<Numbers>,
    /// What there is to say already, in file order.
    pub(super) findings: Vec<Finding>,
    pub(super) unread: Unread,
}

/// Reads `text`, which the caller knows as `file`.
pub(super) fn read(text: Text, file: FileId) -> Read {
    match text.language {
        Language::Kdl => kdl(text, file),
        Language::Libvirt => import::libvirt::read(text.text, file).into(),
        Language::Qemu => import::qemu::read(text.text, file).into(),
    }
}

fn kdl(text: Text, file: FileId) -> Read {
    let (tree, mut findings) = syntax::parse(text.text, file);
    let (topology, read) = document::read(&tree);
    findings.extend(read);
    findings.sort_by_key(|finding| finding.primary.origin);
    let numbers = topology.vms.iter().map(elaborate).collect();
    let unread = Unread::of(&tree, &findings);
    Read { parsed: Parsed::Kdl(tree), topology, numbers, findings, unread }
}

impl From<import::Imported> for Read {
    fn from(imported: import::Imported) -> Self {
        let import::Imported { parsed, topology, numbers, mut findings, unread, whole, .. } = imported;
        findings.sort_by_key(|finding| finding.primary.origin);
        Self { parsed, topology, numbers, findings, unread: Unread::imported(unread, whole) }
    }
}
