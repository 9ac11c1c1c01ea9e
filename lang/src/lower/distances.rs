//! Distances between guest NUMA cells, with the pairs that were left out.

use std::collections::BTreeMap;

use crate::topology::Numa;

/// ACPI's distance of a cell to itself.
const LOCAL: u8 = 10;
/// ACPI's distance to another cell when nothing is said.
const REMOTE: u8 = 20;

/// The distances given, by source and destination.
pub(super) struct Distances {
    given: BTreeMap<(u32, u32), u8>,
}

impl Distances {
    /// Gathers the distances of `numa`.
    pub(super) fn of(numa: Option<&Numa>) -> Self {
        let distances = numa.into_iter().flat_map(|numa| &numa.distances);
        let given = distances.filter_map(|distance| {
            let from = u32::try_from(distance.from?.value).ok()?;
            let to = u32::try_from(distance.to?.value).ok()?;
            Some(((from, to), u8::try_from(distance.value?.value).ok()?))
        });
        Self { given: given.collect() }
    }

    /// Whether none is given.
    pub(super) fn is_empty(&self) -> bool {
        self.given.is_empty()
    }

    /// Whether libvirt tells QEMU: not when all that is given are ACPI's defaults
    /// (`qemuBuildNumaCommandLine`).
    pub(super) fn differ_from_default(&self) -> bool {
        self.given.values().any(|&value| value != LOCAL && value != REMOTE)
    }

    /// The distance of one pair: as given, else as given for the other direction, else ACPI's
    /// default (`virDomainNumaGetNodeDistance`).
    pub(super) fn between(&self, from: u32, to: u32) -> u8 {
        let given = self.given.get(&(from, to)).or_else(|| self.given.get(&(to, from)));
        given.copied().unwrap_or(if from == to { LOCAL } else { REMOTE })
    }
}
