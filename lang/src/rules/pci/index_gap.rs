//! `pci/index-gap`

use super::free_buses;
use crate::elaborate::Numbers;
use crate::finding::Finding;
use crate::rules::{Check, Context, declare_rule};
use crate::topology::Board;

declare_rule! {
    /// ## What it does
    ///
    /// Checks that the indexes of the controllers leave no gap.
    ///
    /// ## Why
    ///
    /// libvirt makes a root port of its own for every index that is missing below the highest one. They
    /// sit on `pcie.0`, eight to a slot, and take bus numbers there; when it is full they go onto the
    /// first PXB, behind its vSMMU and into its bus window.
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

/// The indexes below the highest one that no controller has: libvirt makes a root port of each. None
/// while an index is illegal or there twice, as the missing one may be what was meant.
pub(super) fn missing(numbers: &Numbers) -> Vec<u8> {
    let mut taken = [false; 256];
    for numbers in &numbers.controllers {
        let Some(index) = numbers.index else { return Vec::new() };
        if std::mem::replace(&mut taken[usize::from(index.get())], true) {
            return Vec::new();
        }
    }
    let highest = taken.iter().rposition(|&taken| taken).unwrap_or(0);
    (1..=u8::MAX).take(highest).filter(|&index| !taken[usize::from(index)]).collect()
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    // On `pc` any controller at all is another rule's mistake.
    if !context.target.judge_libvirt || context.vm.board() == Some(Board::Pc) {
        return;
    }
    let missing = missing(context.numbers);
    let Some(&last) = missing.last() else { return };
    // The lowest index above the last gap is the one that was written too high.
    let above = context
        .vm
        .controllers()
        .filter_map(|(id, controller)| {
            let index = context.numbers.controller(id).index?;
            (index.get() > last).then_some((index, controller))
        })
        .min_by_key(|(index, _)| *index);
    let Some((index, controller)) = above else { return };
    let origin = controller.index.map_or(controller.origin, |index| index.origin);
    let count = missing.len();
    let ranges = ranges(&missing);
    findings.push(
        INDEX_GAP
            .at(origin, format!("index {index} leaves {} unused", free_buses::described(&ranges)))
            .with_text(if count == 1 {
                "libvirt makes a root port of its own for it".to_owned()
            } else {
                format!("libvirt makes {count} root ports of its own for them")
            })
            .with_note("libvirt says nothing of it: the ports appear in the domain it keeps")
            .with_help("number the controllers from 1 without gaps, or leave `index` out"),
    );
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
