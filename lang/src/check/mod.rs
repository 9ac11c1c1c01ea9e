//! From text to findings, and to the witness that there is no error among them.

mod allow;
mod checked;

use std::sync::Arc;

pub use checked::{
    Checked, PlacedController, PlacedDevice, PlacedHostdev, PlacedIommu, PlacedKind, PlacedPort,
};

use crate::document;
use crate::elaborate::{Numbers, elaborate};
use crate::finding::{Finding, Severity};
use crate::rules::{self, Check, Context};
use crate::span::{FileId, Span};
use crate::syntax::{self, Tree};
use crate::target::{LibvirtTarget, QemuTarget, Target};
use crate::topology::Topology;

/// The targets a caller asks for: each wins over the file's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RequestedTarget {
    /// The libvirt side.
    pub libvirt: Option<LibvirtTarget>,
    /// The QEMU side.
    pub qemu: Option<QemuTarget>,
}

/// Everything that is known of one file.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// Its text and structure.
    pub tree: Tree,
    /// What it is judged against.
    pub target: Target,
    /// What it describes.
    pub topology: Topology,
    /// The numbers of each vm, in file order.
    pub numbers: Vec<Numbers>,
    /// What there is to say, in file order.
    pub findings: Vec<Finding>,
}

/// Checks `text`, which the caller knows as `file`.
#[must_use]
pub fn check(text: impl Into<Arc<str>>, file: FileId, requested: &RequestedTarget) -> Analysis {
    let (tree, mut findings) = syntax::parse(text, file);
    let (topology, read) = document::read(&tree);
    findings.extend(read);
    let target = target(&topology, requested);
    let numbers: Vec<Numbers> = topology.vms.iter().map(elaborate).collect();
    findings.sort_by_key(|finding| finding.primary.origin);
    let whole = whole(&tree, &findings);
    findings.extend(judge(&topology, &numbers, &whole, &target));
    allow::apply(&tree, &target, &mut findings);
    findings.sort_by_key(|finding| finding.primary.origin);
    Analysis { tree, target, topology, numbers, findings }
}

/// What a topology is judged against: what is requested, else what its file says.
fn target(topology: &Topology, requested: &RequestedTarget) -> Target {
    let node = topology.target.as_ref();
    let libvirt = node.and_then(|node| LibvirtTarget::parse(&node.libvirt.as_ref()?.value));
    let qemu = node.and_then(|node| QemuTarget::parse(&node.qemu.as_ref()?.value));
    Target::named(requested.libvirt.or(libvirt), requested.qemu.or(qemu))
}

/// Whether each vm of `tree`, in file order, was read without a finding; `read` is in file order.
fn whole(tree: &Tree, read: &[Finding]) -> Vec<bool> {
    let vms = tree.roots().filter(|node| node.name() == "vm");
    let is_whole = |vm: Span| {
        let first = read.partition_point(|finding| finding.primary.origin.span.start < vm.start);
        read.get(first).is_none_or(|finding| finding.primary.origin.span.start > vm.end)
    };
    vms.map(|vm| is_whole(vm.span())).collect()
}

/// Runs every rule on every vm of a topology, whatever front end it came from; `whole` says of each
/// whether all of it could be read.
#[must_use]
pub fn judge(
    topology: &Topology,
    numbers: &[Numbers],
    whole: &[bool],
    target: &Target,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for ((vm, numbers), &whole) in topology.vms.iter().zip(numbers).zip(whole) {
        let target_node = topology.target.as_ref();
        let context = Context { vm, numbers, target, whole, target_node };
        for rule in rules::all() {
            match rule.check {
                Check::EachVm(check) => check(&context, &mut findings),
                Check::EachWholeVm(check) if whole => check(&context, &mut findings),
                Check::EachWholeVm(_) | Check::WhileReading => {}
            }
        }
    }
    findings
}

impl Analysis {
    /// The vm at `position`, if the file has no error.
    #[must_use]
    pub fn checked(&self, position: usize) -> Option<Checked<'_>> {
        let wrong = self.findings.iter().any(|finding| finding.severity == Severity::Error);
        if wrong {
            return None;
        }
        let (vm, numbers) = (self.topology.vms.get(position)?, self.numbers.get(position)?);
        Checked::gather(vm, numbers, &self.target)
    }
}
