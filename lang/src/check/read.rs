//! From a text in any language to its topology.

use super::RequestedTarget;
use super::unread::Unread;
use crate::document;
use crate::elaborate::{Numbers, elaborate};
use crate::finding::Finding;
use crate::import;
use crate::language::{Language, Text};
use crate::parsed::Parsed;
use crate::span::{FileId, Written};
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
    /// Whether there is anything to judge.
    pub(super) concerns_us: bool,
    /// The releases that its words are those of, where nobody says otherwise.
    pub(super) target: RequestedTarget,
    /// What of each vm the topology does not have, for people.
    pub(super) left_out: Vec<Vec<Written<String>>>,
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
    Read {
        parsed: Parsed::Kdl(tree),
        topology,
        numbers,
        findings,
        unread,
        concerns_us: true,
        target: RequestedTarget::default(),
        left_out: Vec::new(),
    }
}

impl From<import::Imported> for Read {
    fn from(imported: import::Imported) -> Self {
        let import::Imported { mut findings, unread, whole, exact, .. } = imported;
        findings.sort_by_key(|finding| finding.primary.origin);
        Self {
            parsed: imported.parsed,
            topology: imported.topology,
            numbers: imported.numbers,
            findings,
            unread: Unread::imported(unread, whole, exact),
            concerns_us: imported.concerns_us,
            target: imported.target,
            left_out: imported.left_out,
        }
    }
}
