//! `pci/duplicate-index`

use crate::hash::HashMap;

use crate::finding::Finding;
use crate::language::InEach;
use crate::rules::{Check, Context, declare_rule};
use crate::topology::Index;

declare_rule! {
    /// ## What it does
    ///
    /// Checks that no two controllers have the same index.
    ///
    /// ## Why
    ///
    /// libvirt names controllers by their index, and everything that is plugged into one refers to it by
    /// that number.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     root-port index=1
    ///     root-port index=1
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
    /// libvirt refuses it: `Multiple 'pci' controllers with index '1'`
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-root-port'/>
    /// <controller type='pci' index='1' model='pcie-root-port'/>
    /// ```
    ///
    /// QEMU refuses it: `Duplicate device ID 'pci.1'`
    ///
    /// ```args
    /// -device '{"driver":"pcie-root-port","id":"pci.1","bus":"pcie.0","addr":"0x1","chassis":1}'
    /// -device '{"driver":"pcie-root-port","id":"pci.1","bus":"pcie.0","addr":"0x2","chassis":2}'
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `src/conf/domain_validate.c`
    pub(crate) static DUPLICATE_INDEX = {
        name: "pci/duplicate-index",
        summary: "every controller has an index of its own",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut firsts = HashMap::default();
    for index in context.vm.controllers.iter().filter_map(|controller| controller.index) {
        if Index::new(index.value).is_none() {
            continue;
        }
        let first = *firsts.entry(index.value).or_insert(index.origin);
        if first != index.origin {
            let finding = DUPLICATE_INDEX
                .at(index.origin, format!("controller index {} is taken", index.value))
                .with_text("the second controller of this index")
                .with_label(first, "the first one")
                .with_notes(context.libvirt_says(format!(
                    "Multiple 'pci' controllers with index '{}'",
                    index.value
                )))
                .with_help(context.say(InEach {
                    kdl: "leave `index` out to have one allocated",
                    libvirt: "give one of them another index, and write that in the `bus` of what sits behind it",
                    qemu: "give one of them another index",
                }));
            findings.push(context.leaving_out(finding, InEach::only_kdl("index"), index.origin));
        }
    }
}
