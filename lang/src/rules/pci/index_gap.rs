//! `pci/index-gap`

use super::added_ports::{AddedPorts, without_gaps};
use super::free_buses;
use crate::elaborate::BusWindow;
use crate::finding::Finding;
use crate::rules::{Check, Context, declare_rule};
use crate::span::Origin;
use crate::topology::Index;

declare_rule! {
    /// ## What it does
    ///
    /// Checks that the indexes of the controllers leave no gap.
    ///
    /// ## Why
    ///
    /// libvirt makes a root port of its own for every index that is missing below the highest one. They
    /// sit on `pcie.0`, eight to a slot, and take bus numbers there; when it is full they go onto the
    /// PXB of the lowest index, behind its vSMMU and into its bus window. That is what comes of an index of
    /// 252 which was meant to be a bus number.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     root-port index=1
    ///     root-port index=5
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     root-port index=1
    ///     root-port index=2
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt accepts it.
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-root-port'/>
    /// <controller type='pci' index='5' model='pcie-root-port'/>
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `src/qemu/qemu_domain_address.c`
    pub(super) static INDEX_GAP = {
        name: "pci/index-gap",
        summary: "the indexes of the controllers leave no gap for libvirt to fill",
        severity: Warning,
        needs: Target,
        since: "0.1.0",
        check: Check::EachWholeVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let added = AddedPorts::of(context);
    // The guest cannot start with so many: `pci/root-bus-window` and `pci/bus-window`.
    if is_too_small(&added.windows(context)) && !is_too_small(&context.numbers.windows) {
        return;
    }
    // Where they find no slot, libvirt refuses the domain: `pci/slots-exhausted`.
    let Some(&last) = added.indexes.last().filter(|_| added.without_slot == 0) else { return };
    let Some((origin, index)) = first_above(context, last) else { return };
    let unused = free_buses::described(&ranges(&added.indexes));
    let mut finding = INDEX_GAP
        .at(origin, format!("index {index} leaves {unused} unused"))
        .with_text(match added.indexes.len() {
            1 => "libvirt makes a root port of its own for it".to_owned(),
            count => format!("libvirt makes {count} root ports of its own for them"),
        })
        .with_note("libvirt says nothing of it: the ports appear in the domain it keeps");
    if let Some((pxb, count)) = added.on_pxb {
        finding = finding.with_label(
            context.vm.controller(pxb).origin,
            format!("it puts {count} of them on this PXB, as pcie.0 is full"),
        );
    }
    findings.push(without_gaps(context, &added, finding));
}

/// Whether some root complex has fewer bus numbers than it needs.
fn is_too_small(windows: &[BusWindow]) -> bool {
    windows.iter().any(|window| window.available().is_some_and(|room| room < window.needed))
}

/// The lowest index above the last `gap`, which was written too high, and where it is written.
pub(super) fn first_above(context: &Context<'_>, gap: u8) -> Option<(Origin, Index)> {
    let controllers = context.vm.controllers().filter_map(|(id, controller)| {
        let index = context.numbers.controller(id).index.filter(|index| index.get() > gap)?;
        Some((controller.index.map_or(controller.origin, |index| index.origin), index))
    });
    controllers.min_by_key(|(_, index)| *index)
}

/// Rising numbers as inclusive ranges.
fn ranges(numbers: &[u8]) -> Vec<(u8, u8)> {
    let mut ranges: Vec<(u8, u8)> = Vec::new();
    for &number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => ranges.push((number, number)),
        }
    }
    ranges
}
