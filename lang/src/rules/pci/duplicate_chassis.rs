//! `pci/duplicate-chassis`

use crate::hash::HashMap;

use super::added_ports::AddedPorts;
use super::free_numbers;
use crate::finding::Finding;
use crate::language::InEach;
use crate::rules::{Check, Context, declare_rule};
use crate::span::{Origin, Written};
use crate::topology::{Chassis, Controller};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that no two ports have the same chassis number: root ports, downstream ports, and the root
    /// ports that libvirt adds for missing controller indexes, whose chassis is their index.
    ///
    /// ## Why
    ///
    /// Ports of one chassis need different slot numbers, which libvirt never writes; QEMU then refuses the
    /// second one, and does not say what clashes.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     root-port chassis=7
    ///     root-port chassis=7
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     root-port chassis=7
    ///     root-port chassis=8
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt accepts it.
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-root-port'><target chassis='7'/></controller>
    /// <controller type='pci' index='2' model='pcie-root-port'><target chassis='7'/></controller>
    /// ```
    ///
    /// QEMU refuses it: `Can't add chassis slot, error -16`
    ///
    /// ```args
    /// -device pcie-root-port,id=pci.1,bus=pcie.0,addr=1,chassis=7
    /// -device pcie-root-port,id=pci.2,bus=pcie.0,addr=2,chassis=7
    /// ```
    ///
    /// libvirt gives each root port that it adds for a missing index that index as its chassis.
    ///
    /// libvirt accepts it.
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-root-port'><target chassis='2'/></controller>
    /// <controller type='pci' index='3' model='pcie-root-port'/>
    /// ```
    ///
    /// ## References
    ///
    /// - QEMU, `hw/pci/pcie_port.c`
    pub(super) static DUPLICATE_CHASSIS = {
        name: "pci/duplicate-chassis",
        summary: "every port has a chassis number of its own",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut firsts = HashMap::default();
    let added = AddedPorts::of(context).indexes;
    // The first of them go to those that are out of range.
    let ports = context.vm.controllers.iter().filter_map(Controller::port);
    let is_out = |chassis: &Written<i64>| Chassis::new(chassis.value).is_none();
    let out_of_range = ports.filter_map(|port| port.chassis).filter(is_out).count();
    let mut free = free_numbers::chassis(context, &added).skip(out_of_range);
    // What our language gives out goes around what is written; libvirt does not.
    let given: HashMap<Chassis, Origin> = context
        .vm
        .controllers()
        .filter(|(_, controller)| controller.port().is_some_and(|port| port.chassis.is_none()))
        .filter_map(|(id, controller)| {
            Some((context.numbers.controller(id).chassis?, controller.origin))
        })
        .collect();
    for controller in &context.vm.controllers {
        let Some(chassis) = controller.port().and_then(|port| port.chassis) else { continue };
        let Some(number) = Chassis::new(chassis.value) else { continue };
        let first = *firsts.entry(number).or_insert(chassis.origin);
        if first != chassis.origin {
            findings.push(
                taken(context, controller, chassis, &mut free)
                    .with_text("another port of this chassis")
                    .with_label(first, "the first one"),
            );
        } else if let Some(other) = given.get(&number) {
            findings.push(
                taken(context, controller, chassis, &mut free)
                    .with_text("another port of this chassis")
                    .with_label(*other, "the first one, which has its index as chassis"),
            );
        } else if added.binary_search(&number.get()).is_ok() {
            findings.push(taken(context, controller, chassis, &mut free).with_text(format!(
                "libvirt makes a root port of its own for the missing index {number}, with this chassis"
            )));
        }
    }
    let without = context.vm.controllers().find(|(id, controller)| {
        let numbers = context.numbers.controller(*id);
        let allocated = controller.port().is_some_and(|port| port.chassis.is_none());
        allocated && numbers.index.is_some() && numbers.chassis.is_none()
    });
    if let Some((_, controller)) = without.filter(|_| context.lacks_what_ran_out()) {
        findings.push(
            DUPLICATE_CHASSIS
                .at(controller.origin, "no chassis number is left for this port")
                .with_help(context.say(InEach {
                    kdl: "leave `chassis` out everywhere: it is then the index",
                    libvirt: "leave `chassis` out everywhere: it is then the index",
                    qemu: "there are 256",
                })),
        );
    }
}

fn taken(
    context: &Context<'_>,
    port: &Controller,
    chassis: Written<i64>,
    free: &mut impl Iterator<Item = Chassis>,
) -> Finding {
    let number = chassis.value;
    let headline = if chassis.origin == port.origin {
        format!("without `chassis=` this port has chassis {number}, which is taken")
    } else {
        format!("chassis {number} is taken")
    };
    let finding = DUPLICATE_CHASSIS
        .at(chassis.origin, headline)
        .with_note("QEMU: Can't add chassis slot, error -16");
    let leave_out =
        InEach::only_kdl("leave `chassis` out to have the index, or the next free number");
    if let Some(help) = context.say(leave_out) {
        context.leaving_out(finding.with_help(help), "chassis", chassis.origin)
    } else {
        let free = free.next().map(Chassis::get);
        free_numbers::offer(context, finding, chassis.origin, ("chassis", "chassis"), free)
    }
}
