//! `pci/index-range`

use super::out_of_range::{Attribute, named};
use crate::finding::Finding;
use crate::language::InEach;
use crate::rules::{Check, Context, declare_rule};
use crate::topology::{Index, Parent};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that every controller index is 1 to 255, and that there are not more controllers than
    /// indexes.
    ///
    /// ## Why
    ///
    /// Index 0 is the root bus; libvirt takes none above 255.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     root-port index=256
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     root-port index=1
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt has the message `PCI controller index 256 too high, maximum is 255`, but fills the gap below the
    /// index before it gets there, and runs out of slots.
    ///
    /// libvirt refuses it: `a PCIe slot is needed to connect a PCI controller`
    ///
    /// ```xml
    /// <controller type='pci' index='256' model='pcie-root-port'/>
    /// ```
    ///
    /// With a PXB that takes the ports which find no place on `pcie.0` it gets there.
    ///
    /// libvirt refuses it: `PCI controller index 256 too high, maximum is 255`
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-expander-bus'><target busNr='252'/></controller>
    /// <controller type='pci' index='256' model='pcie-root-port'><address type='pci' bus='1' slot='0'/></controller>
    /// ```
    ///
    /// libvirt refuses it: `The PCI controller with index='0' must be model='pcie-root' for this machine type`
    ///
    /// ```xml
    /// <controller type='pci' index='0' model='pcie-root-port'/>
    /// ```
    ///
    /// libvirt refuses it: `Invalid value for attribute 'index' in element 'controller': '-1'. Expected non-negative value`
    ///
    /// ```xml
    /// <controller type='pci' index='-1' model='pcie-root-port'/>
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `src/conf/domain_validate.c`
    pub(crate) static INDEX_RANGE = {
        name: "pci/index-range",
        summary: "a controller index is 1 to 255",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

const INDEX: Attribute =
    Attribute { name: "index", element: "controller", expected: "non-negative value" };

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut exhausted = false;
    for (id, controller) in context.vm.controllers() {
        match controller.index {
            Some(index) if Index::new(index.value).is_none() => {
                let number = index.value;
                // Above 255 what libvirt says depends on the gap below the index.
                let said = i32::try_from(number).ok().and_then(|number| INDEX.negative(number));
                let finding = INDEX_RANGE
                    .at(
                        index.origin,
                        format!("{} is not 1 to 255", named("controller index", number)),
                    )
                    .with_notes(said.and_then(|said| context.libvirt_says(said)))
                    .with_help(context.say(InEach {
                        kdl: "leave `index` out to have one allocated",
                        libvirt: "number the controllers from 1 on, and write the number in the `bus` of what \
                                  sits behind this one",
                        qemu: "number the controllers from 1 on",
                    }));
                findings.push(context.leaving_out(
                    finding,
                    InEach::only_kdl("index"),
                    index.origin,
                ));
            }
            None if context.numbers.controller(id).index.is_none()
                && !exhausted
                && context.say(InEach::only_kdl(())).is_some() =>
            {
                // Below a controller without a legal index nothing is allocated: not this mistake.
                let parent_is_wrong = match controller.parent {
                    Parent::Root => false,
                    Parent::Controller(parent) => {
                        context.numbers.controller(parent).index.is_none()
                    }
                };
                if !parent_is_wrong {
                    exhausted = true;
                    let finding = INDEX_RANGE
                        .at(controller.origin, "no controller index is left for this one")
                        .with_help(
                            "there are 255, and each must be above that of the bus it sits on",
                        );
                    let bus = match controller.parent {
                        Parent::Root => None,
                        Parent::Controller(parent) => context.vm.controller(parent).index,
                    };
                    findings.push(match bus {
                        Some(index) => {
                            context.leaving_out(finding, InEach::only_kdl("index"), index.origin)
                        }
                        None => finding,
                    });
                }
            }
            _ => {}
        }
    }
}
