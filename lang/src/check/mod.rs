//! From text to findings, and to the witness that there is no error among them.

mod across;
mod add_allow;
mod again;
mod allow;
mod checked;
mod errors;
mod judge;
mod read;
mod settings;
mod side;
mod spelling;
mod unread;
mod unused_allow;

pub use across::{Neighbour, across};
pub use add_allow::add_allow;
pub(crate) use allow::allows_in_a_node;
pub use checked::{
    Checked, PlacedController, PlacedDevice, PlacedHostdev, PlacedIommu, PlacedKind, PlacedPort,
};
pub(crate) use errors::{Concern, Errors};
pub use settings::{RequestedTarget, Selection, Settings};
pub use side::{Side, check_for};

use allow::Suppressions;
use unread::Unread;

use crate::elaborate::Numbers;
use crate::finding::Finding;
use crate::language::Text;
use crate::parsed::Parsed;
use crate::rules::{self, Check, Context, Needs, Rule};
use crate::span::{FileId, Written};
use crate::target::Target;
use crate::topology::Topology;
use again::known_right;
use judge::judge;
use read::Read;

/// Everything that is known of one file.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// Its text and structure.
    pub parsed: Parsed,
    /// What it is judged against.
    pub target: Target,
    /// What it describes.
    pub topology: Topology,
    /// The numbers of each vm, in file order.
    pub numbers: Vec<Numbers>,
    /// What of each vm the file holds and the topology does not, for people.
    pub left_out: Vec<Vec<Written<String>>>,
    /// What there is to say, in file order.
    pub findings: Vec<Finding>,
    /// The rules that could not be run on some vm, because something in it could not be read.
    pub not_run: Vec<&'static str>,
    /// Whether there is anything to judge: a domain with neither an IOMMU nor a host device is not ours.
    pub concerns_us: bool,
    suppressions: Suppressions,
    unread: Unread,
    /// How many errors there are, wanted or not.
    pub(crate) errors: Errors,
    /// Of which vms no rule has anything to say alone, though all of it could be read.
    right: Vec<bool>,
}

/// Checks `text`, which the caller knows as `file`.
#[must_use]
pub fn check(text: impl Into<Text>, file: FileId, settings: &Settings) -> Analysis {
    check_again(text, file, settings, None)
}

/// Checks `text`, which the caller knows as `file`. It gives what [`check`] gives, and sooner where much of it is as
/// it was when the file was checked `before`, with the same settings.
#[must_use]
pub fn check_again(
    text: impl Into<Text>,
    file: FileId,
    settings: &Settings,
    before: Option<&Analysis>,
) -> Analysis {
    let Read { parsed, topology, numbers, mut findings, unread, concerns_us, target, left_out } =
        read::read(text.into(), file);
    let node = topology.target.as_ref();
    let target = settings.target_of(parsed.language(), node, unread.hides_target(), target);
    let whole = unread.whole_vms();
    let (mut judged, right) = if concerns_us {
        let contexts = contexts(&parsed, &topology, &numbers, whole, &target);
        let known = before.map(|before| known_right(before, &parsed, &topology, whole, &target));
        judge(&contexts, known.as_deref(), &topology, settings)
    } else {
        Default::default()
    };
    judged.retain(|finding| !unread.is_behind(finding));
    spelling::as_written(&parsed, &mut judged);
    findings.append(&mut judged);
    settings.level(&mut findings);
    let is_right = Errors::among(&findings).is_none();
    let mut about_comments = Vec::new();
    let mut suppressions = Suppressions::of(&parsed, &mut about_comments);
    suppressions.apply(settings, &mut findings);
    if unread.is_none() {
        suppressions.report_unused(settings, &target, &findings, is_right, &mut about_comments);
    }
    settings.level(&mut about_comments);
    findings.append(&mut about_comments);
    findings.sort_by_key(|finding| finding.primary.origin);
    let errors = Errors::among(&findings);
    settings.select(&mut findings);
    // Of what does not concern us nothing is found later, once it is XML.
    let may_be_judged = concerns_us || !errors.is_none();
    let not_run = if may_be_judged { not_run(&unread, settings) } else { Vec::new() };
    Analysis {
        parsed,
        target,
        topology,
        numbers,
        left_out,
        findings,
        not_run,
        concerns_us,
        suppressions,
        unread,
        errors,
        right,
    }
}

/// What the rules look at, of each vm.
fn contexts<'a>(
    source: &'a Parsed,
    topology: &'a Topology,
    numbers: &'a [Numbers],
    whole: &[bool],
    target: &'a Target,
) -> Vec<Context<'a>> {
    let target_node = topology.target.as_ref();
    let vms = topology.vms.iter().zip(numbers).zip(whole);
    vms.map(|((vm, numbers), &whole)| Context { vm, numbers, target, whole, source, target_node })
        .collect()
}

/// The rules that are not run on some vm, because of what could not be read.
fn not_run(unread: &Unread, settings: &Settings) -> Vec<&'static str> {
    let a_vm = !unread.whole_vms().iter().all(|whole| *whole);
    let is_blind = |rule: &&Rule| {
        (a_vm && matches!(rule.check, Check::EachWholeVm(_)))
            || (unread.hides_target() && rule.needs == Needs::Target)
    };
    let wanted = |rule: &&Rule| settings.runs(rule) && settings.selection.wants(rule.name);
    rules::all().filter(is_blind).filter(wanted).map(|rule| rule.name).collect()
}

impl Analysis {
    /// The vm at `position`, if the file has no error and all of the vm could be read: a comment or
    /// a setting can silence an error, but gives no value where none could be read.
    #[must_use]
    pub fn checked(&self, position: usize) -> Option<Checked<'_>> {
        if !self.errors.is_none() || !*self.unread.exact_vms().get(position)? {
            return None;
        }
        let (vm, numbers) = (self.topology.vms.get(position)?, self.numbers.get(position)?);
        Checked::gather(vm, numbers, &self.target)
    }
}
