//! `pci/slots-exhausted`

use crate::hash::HashSet;

use super::added_ports::{AddedPorts, NO_SLOT, without_gaps};
use super::index_gap;
use super::occupants::{Occupant, bus, occupants};
use crate::finding::Finding;
use crate::rules::{Check, Context, declare_rule};
use crate::topology::{Function, Parent};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that there is a slot for everything whose slot is left out: the root bus has 31, fewer where
    /// the board has devices of its own, a PXB 32, a switch 32. Behind a port there is one slot, with eight
    /// functions. The root ports that libvirt makes for missing controller indexes need room too, eight to a slot.
    ///
    /// ## Why
    ///
    /// libvirt gives each PXB and each device a slot to itself; the next one has none.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     pxb slot=1
    ///     pxb slot=2
    ///     pxb slot=3
    ///     pxb slot=4
    ///     pxb slot=5
    ///     pxb slot=6
    ///     pxb slot=7
    ///     pxb slot=8
    ///     pxb slot=9
    ///     pxb slot=10
    ///     pxb slot=11
    ///     pxb slot=12
    ///     pxb slot=13
    ///     pxb slot=14
    ///     pxb slot=15
    ///     pxb slot=16
    ///     pxb slot=17
    ///     pxb slot=18
    ///     pxb slot=19
    ///     pxb slot=20
    ///     pxb slot=21
    ///     pxb slot=22
    ///     pxb slot=23
    ///     pxb slot=24
    ///     pxb slot=25
    ///     pxb slot=26
    ///     pxb slot=27
    ///     pxb slot=28
    ///     pxb slot=29
    ///     pxb slot=30
    ///     pxb slot=31
    ///     pxb
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     pxb slot=1
    ///     pxb
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt refuses it: `a PCIe slot is needed to connect a PCI controller model='pcie-expander-bus', but none is available`
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-expander-bus'/>
    /// <controller type='pci' index='2' model='pcie-expander-bus'/>
    /// <controller type='pci' index='3' model='pcie-expander-bus'/>
    /// <controller type='pci' index='4' model='pcie-expander-bus'/>
    /// <controller type='pci' index='5' model='pcie-expander-bus'/>
    /// <controller type='pci' index='6' model='pcie-expander-bus'/>
    /// <controller type='pci' index='7' model='pcie-expander-bus'/>
    /// <controller type='pci' index='8' model='pcie-expander-bus'/>
    /// <controller type='pci' index='9' model='pcie-expander-bus'/>
    /// <controller type='pci' index='10' model='pcie-expander-bus'/>
    /// <controller type='pci' index='11' model='pcie-expander-bus'/>
    /// <controller type='pci' index='12' model='pcie-expander-bus'/>
    /// <controller type='pci' index='13' model='pcie-expander-bus'/>
    /// <controller type='pci' index='14' model='pcie-expander-bus'/>
    /// <controller type='pci' index='15' model='pcie-expander-bus'/>
    /// <controller type='pci' index='16' model='pcie-expander-bus'/>
    /// <controller type='pci' index='17' model='pcie-expander-bus'/>
    /// <controller type='pci' index='18' model='pcie-expander-bus'/>
    /// <controller type='pci' index='19' model='pcie-expander-bus'/>
    /// <controller type='pci' index='20' model='pcie-expander-bus'/>
    /// <controller type='pci' index='21' model='pcie-expander-bus'/>
    /// <controller type='pci' index='22' model='pcie-expander-bus'/>
    /// <controller type='pci' index='23' model='pcie-expander-bus'/>
    /// <controller type='pci' index='24' model='pcie-expander-bus'/>
    /// <controller type='pci' index='25' model='pcie-expander-bus'/>
    /// <controller type='pci' index='26' model='pcie-expander-bus'/>
    /// <controller type='pci' index='27' model='pcie-expander-bus'/>
    /// <controller type='pci' index='28' model='pcie-expander-bus'/>
    /// <controller type='pci' index='29' model='pcie-expander-bus'/>
    /// <controller type='pci' index='30' model='pcie-expander-bus'/>
    /// <controller type='pci' index='31' model='pcie-expander-bus'/>
    /// <controller type='pci' index='32' model='pcie-expander-bus'/>
    /// ```
    ///
    /// An index that leaves more ports to make than there is room for:
    ///
    /// libvirt refuses it: `a PCIe slot is needed to connect a PCI controller model='pcie-root-port', but none is available`
    ///
    /// ```xml
    /// <controller type='pci' index='249' model='pcie-root-port'><address type='pci' bus='0' slot='1'/></controller>
    /// ```
    ///
    /// QEMU refuses it: `PCI: no slot/function available for pxb-pcie, all in use or reserved`
    ///
    /// ```args
    /// -device pxb-pcie,bus=pcie.0,bus_nr=4 -device pxb-pcie,bus=pcie.0,bus_nr=8
    /// -device pxb-pcie,bus=pcie.0,bus_nr=12 -device pxb-pcie,bus=pcie.0,bus_nr=16
    /// -device pxb-pcie,bus=pcie.0,bus_nr=20 -device pxb-pcie,bus=pcie.0,bus_nr=24
    /// -device pxb-pcie,bus=pcie.0,bus_nr=28 -device pxb-pcie,bus=pcie.0,bus_nr=32
    /// -device pxb-pcie,bus=pcie.0,bus_nr=36 -device pxb-pcie,bus=pcie.0,bus_nr=40
    /// -device pxb-pcie,bus=pcie.0,bus_nr=44 -device pxb-pcie,bus=pcie.0,bus_nr=48
    /// -device pxb-pcie,bus=pcie.0,bus_nr=52 -device pxb-pcie,bus=pcie.0,bus_nr=56
    /// -device pxb-pcie,bus=pcie.0,bus_nr=60 -device pxb-pcie,bus=pcie.0,bus_nr=64
    /// -device pxb-pcie,bus=pcie.0,bus_nr=68 -device pxb-pcie,bus=pcie.0,bus_nr=72
    /// -device pxb-pcie,bus=pcie.0,bus_nr=76 -device pxb-pcie,bus=pcie.0,bus_nr=80
    /// -device pxb-pcie,bus=pcie.0,bus_nr=84 -device pxb-pcie,bus=pcie.0,bus_nr=88
    /// -device pxb-pcie,bus=pcie.0,bus_nr=92 -device pxb-pcie,bus=pcie.0,bus_nr=96
    /// -device pxb-pcie,bus=pcie.0,bus_nr=100 -device pxb-pcie,bus=pcie.0,bus_nr=104
    /// -device pxb-pcie,bus=pcie.0,bus_nr=108 -device pxb-pcie,bus=pcie.0,bus_nr=112
    /// -device pxb-pcie,bus=pcie.0,bus_nr=116 -device pxb-pcie,bus=pcie.0,bus_nr=120
    /// -device pxb-pcie,bus=pcie.0,bus_nr=124 -device pxb-pcie,bus=pcie.0,bus_nr=128
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `src/conf/domain_addr.c`
    pub(crate) static SLOTS_EXHAUSTED = {
        name: "pci/slots-exhausted",
        summary: "a bus has a slot for everything on it",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if context.lacks_what_ran_out() {
        without_place(context, findings);
    }
    without_slot(context, &AddedPorts::of(context), findings);
}

/// What has no place on its bus.
fn without_place(context: &Context<'_>, findings: &mut Vec<Finding>) {
    // One too many is one mistake, however many follow on the same bus.
    let mut said = HashSet::default();
    for occupant in occupants(context) {
        let Occupant { parent, placement, position, origin, .. } = occupant;
        let legal_function =
            placement.function.is_none_or(|function| Function::new(function.value).is_some());
        let exhausted = position.is_none() && placement.slot.is_none() && legal_function;
        if !exhausted || !said.insert(parent) {
            continue;
        }
        let behind_port =
            matches!(parent, Parent::Controller(id) if context.vm.controller(id).port().is_some());
        let what = if behind_port { "function" } else { "slot" };
        let mut finding = SLOTS_EXHAUSTED
            .at(origin, format!("no {what} is left for this on {}", bus(context, parent)))
            .with_help("put some of what is there behind a port, a switch or another PXB");
        if let Parent::Controller(id) = parent {
            finding =
                finding.with_label(context.vm.controller(id).origin, "all that it has is taken");
        }
        findings.push(finding);
    }
}

/// So many ports are added for missing indexes that libvirt finds no slot for some.
fn without_slot(context: &Context<'_>, added: &AddedPorts, findings: &mut Vec<Finding>) {
    let Some(&last) = added.indexes.last().filter(|_| added.without_slot > 0) else { return };
    let Some((origin, index)) = index_gap::first_above(context, last) else { return };
    let finding = SLOTS_EXHAUSTED
        .at(
            origin,
            format!("no slot is left for the root ports that libvirt makes below index {index}"),
        )
        .with_text(format!(
            "{} indexes are missing, and there is room for {} ports",
            added.indexes.len(),
            added.indexes.len() - added.without_slot as usize
        ))
        .with_note(format!("libvirt: {NO_SLOT}"));
    findings.push(without_gaps(context, added, finding));
}
