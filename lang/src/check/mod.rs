//! From text to findings, and to the witness that there is no error among them.

mod checked;

pub use checked::{
    Checked, PlacedController, PlacedDevice, PlacedHostdev, PlacedIommu, PlacedKind, PlacedPort,
};

use crate::elaborate::Numbers;
use crate::finding::{Finding, Severity};
use crate::rules::{self, Check, Context};
use crate::target::Target;
use crate::topology::Topology;

/// Everything that is known of one file.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// What it is judged against.
    pub target: Target,
    /// What it describes.
    pub topology: Topology,
    /// The numbers of each vm, in file order.
    pub numbers: Vec<Numbers>,
    /// What there is to say, in file order.
    pub findings: Vec<Finding>,
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

/// Runs every rule on every vm of a topology, whatever front end it came from.
#[must_use]
pub fn judge(topology: &Topology, numbers: &[Numbers], target: &Target) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (vm, numbers) in topology.vms.iter().zip(numbers) {
        let context = Context { vm, numbers, target };
        for rule in rules::all() {
            if let Check::EachVm(check) = rule.check {
                check(&context, &mut findings);
            }
        }
    }
    findings.sort_by_key(|finding| finding.primary.origin);
    findings
}
