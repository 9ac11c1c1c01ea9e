//! From what others write to the model, libvirt domains and QEMU command lines; and from the model to KDL.

pub mod kdl;
pub(crate) mod libvirt;
pub(crate) mod qemu;

use crate::check::RequestedTarget;
use crate::elaborate::Numbers;
use crate::finding::Finding;
use crate::parsed::Parsed;
use crate::span::{Span, Written};
use crate::topology::Topology;

/// What was read from a file in another language.
pub(crate) struct Imported {
    /// Its text and structure.
    pub(crate) parsed: Parsed,
    /// What it describes.
    pub(crate) topology: Topology,
    /// The numbers of each vm, as libvirt or QEMU would give them out.
    pub(crate) numbers: Vec<Numbers>,
    /// What there is to say already.
    pub(crate) findings: Vec<Finding>,
    /// The elements of which something could not be read: what a rule finds in them may be the same mistake.
    pub(crate) unread: Vec<Span>,
    /// Whether all of each vm could be read.
    pub(crate) whole: Vec<bool>,
    /// Whether the model of each vm says all that the file does, so that the vm can be written anew.
    pub(crate) exact: Vec<bool>,
    /// Whether there is anything to judge: a domain with neither an IOMMU nor a host device is not ours.
    pub(crate) concerns_us: bool,
    /// The releases it is for by its own words, where nobody says otherwise.
    pub(crate) target: RequestedTarget,
    /// What of each vm the model does not have, as a person may be told of it.
    pub(crate) left_out: Vec<Vec<Written<String>>>,
}
