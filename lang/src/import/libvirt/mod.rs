//! libvirt domains.

use std::sync::Arc;

use super::Imported;
use crate::parsed::Parsed;
use crate::span::FileId;
use crate::topology::Topology;
use crate::xml;

/// Reads a domain, which the caller knows as `file`.
pub(crate) fn read(text: Arc<str>, file: FileId) -> Imported {
    let (tree, findings) = xml::parse(text, file);
    Imported {
        parsed: Parsed::Libvirt(tree),
        topology: Topology::default(),
        numbers: Vec::new(),
        findings,
        unread: Vec::new(),
        whole: Vec::new(),
        left_out: Vec::new(),
    }
}
