//! What can be said only of several files together.

use crate::hash::HashMap;

use super::{Analysis, Settings};
use crate::finding::Finding;
use crate::rules;

/// A file whose vms run on a known host.
#[derive(Clone, Copy, Debug)]
pub struct Neighbour<'a> {
    /// Which host: files that say the same are compared.
    pub host: &'a str,
    /// What is known of the file.
    pub analysis: &'a Analysis,
    /// What it was checked with.
    pub settings: &'a Settings,
}

/// Compares files: what the vms of one take of the host they share with those of another. Each
/// finding is in the file that comes later, by the order of `files`; they are in that order.
#[must_use]
pub fn across(files: &[Neighbour<'_>]) -> Vec<Finding> {
    let mut hosts: HashMap<&str, rules::SharedDevices<'_>> = HashMap::default();
    let mut all = Vec::new();
    for Neighbour { host, analysis, settings } in files {
        let mut findings = Vec::new();
        hosts.entry(host).or_default().add(&analysis.topology, &mut findings);
        settings.level(&mut findings);
        findings.retain(|finding| rules::find(finding.rule).is_some_and(|r| settings.runs(r)));
        analysis.suppressions.clone().apply(settings, &mut findings);
        settings.select(&mut findings);
        all.append(&mut findings);
    }
    all
}
