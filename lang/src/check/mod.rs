//! From text to findings, and to the witness that there is no error among them.

mod across;
mod add_allow;
mod allow;
mod checked;
mod errors;
mod settings;

use std::sync::Arc;

pub use across::{Neighbour, across};
pub use add_allow::add_allow;
pub(crate) use allow::allows_in_a_node;
pub use checked::{
    Checked, PlacedController, PlacedDevice, PlacedHostdev, PlacedIommu, PlacedKind, PlacedPort,
};
pub(crate) use errors::{Concern, Errors};
pub use settings::{RequestedTarget, Selection, Settings};

use allow::Suppressions;

use crate::document;
use crate::elaborate::{Numbers, elaborate};
use crate::finding::Finding;
use crate::rules::{self, Check, Context, Rule, Source};
use crate::span::{FileId, Span};
use crate::syntax::{self, Tree};
use crate::target::Target;
use crate::topology::Topology;

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
    /// The rules that could not be run on some vm, because something in it could not be read.
    pub not_run: Vec<&'static str>,
    suppressions: Suppressions,
    /// Whether each vm was read without a finding.
    whole: Vec<bool>,
    /// How many errors there are, wanted or not.
    pub(crate) errors: Errors,
}

/// Checks `text`, which the caller knows as `file`.
#[must_use]
pub fn check(text: impl Into<Arc<str>>, file: FileId, settings: &Settings) -> Analysis {
    let (tree, mut findings) = syntax::parse(text, file);
    let (topology, read) = document::read(&tree);
    findings.extend(read);
    let target = settings.target_of(topology.target.as_ref());
    let numbers: Vec<Numbers> = topology.vms.iter().map(elaborate).collect();
    findings.sort_by_key(|finding| finding.primary.origin);
    let whole = whole(&tree, &findings);
    findings.extend(judge(&tree, &topology, &numbers, &whole, &target, settings));
    settings.level(&mut findings);
    let mut about_comments = Vec::new();
    let mut suppressions = Suppressions::of(&tree, &mut about_comments);
    suppressions.apply(settings, &mut findings);
    suppressions.report_unused(settings, &target, &mut about_comments);
    settings.level(&mut about_comments);
    findings.append(&mut about_comments);
    findings.sort_by_key(|finding| finding.primary.origin);
    let errors = Errors::among(&findings);
    settings.select(&mut findings);
    let not_run = not_run(&whole, settings);
    Analysis { tree, target, topology, numbers, findings, not_run, suppressions, whole, errors }
}

/// The rules that are not run on a vm that is not whole, when there is one.
fn not_run(whole: &[bool], settings: &Settings) -> Vec<&'static str> {
    if whole.iter().all(|whole| *whole) {
        return Vec::new();
    }
    let needs_all = |rule: &&Rule| matches!(rule.check, Check::EachWholeVm(_));
    let wanted = |rule: &&Rule| settings.runs(rule) && settings.selection.wants(rule.name);
    rules::all().filter(needs_all).filter(wanted).map(|rule| rule.name).collect()
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

/// Runs every rule on every vm of a topology, which was read from `source`; `whole` says of each
/// whether all of it could be read.
#[must_use]
pub fn judge(
    source: &dyn Source,
    topology: &Topology,
    numbers: &[Numbers],
    whole: &[bool],
    target: &Target,
    settings: &Settings,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let runs = || rules::all().filter(|rule| settings.runs(rule));
    for ((vm, numbers), &whole) in topology.vms.iter().zip(numbers).zip(whole) {
        let target_node = topology.target.as_ref();
        let context = Context { vm, numbers, target, whole, source, target_node };
        for rule in runs() {
            match rule.check {
                Check::EachVm(check) => check(&context, &mut findings),
                Check::EachWholeVm(check) if whole => check(&context, &mut findings),
                Check::EachWholeVm(_) | Check::EachFile(_) | Check::WhileReading => {}
            }
        }
    }
    for rule in runs() {
        if let Check::EachFile(check) = rule.check {
            check(topology, &mut findings);
        }
    }
    findings
}

impl Analysis {
    /// The vm at `position`, if the file has no error and all of the vm could be read: a comment or
    /// a setting can silence an error, but gives no value where none could be read.
    #[must_use]
    pub fn checked(&self, position: usize) -> Option<Checked<'_>> {
        if !self.errors.is_none() || !*self.whole.get(position)? {
            return None;
        }
        let (vm, numbers) = (self.topology.vms.get(position)?, self.numbers.get(position)?);
        Checked::gather(vm, numbers, &self.target)
    }
}
