//! `pci/duplicate-id`

use std::collections::HashMap;

use crate::finding::Finding;
use crate::rules::ids::is_legal;
use crate::rules::{Check, Context, declare_rule};
use crate::span::{Origin, Written};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that every `alias` is a legal id (a letter first, then letters, digits, `-`, `.` and `_`),
    /// and that no two things of the output have the same id: neither two aliases, nor an alias and an
    /// automatic id such as `pci.1`.
    ///
    /// ## Why
    ///
    /// Everything in QEMU's arguments refers to things by id. libvirt drops an alias with other characters
    /// without a word.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     root-port alias="ua-port"
    ///     root-port alias="ua-port"
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     root-port alias="ua-port0"
    ///     root-port alias="ua-port1"
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt refuses it: `non unique alias detected: ua-port`
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-root-port'><alias name='ua-port'/></controller>
    /// <controller type='pci' index='2' model='pcie-root-port'><alias name='ua-port'/></controller>
    /// ```
    ///
    /// QEMU refuses it: `Duplicate device ID 'ua-port'`
    ///
    /// ```args
    /// -device '{"driver":"pcie-root-port","id":"ua-port","bus":"pcie.0","addr":"0x1","chassis":1}'
    /// -device '{"driver":"pcie-root-port","id":"ua-port","bus":"pcie.0","addr":"0x2","chassis":2}'
    /// ```
    ///
    /// ## References
    ///
    /// - QEMU, `util/id.c`
    /// - libvirt, `src/conf/domain_conf.c`
    pub(super) static DUPLICATE_ID = {
        name: "pci/duplicate-id",
        summary: "every id in the output is legal and there once",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let vm = context.vm;
    let automatic = automatic_ids(context);
    let mut firsts = HashMap::new();
    let devices = vm
        .controllers
        .iter()
        .map(|controller| &controller.alias)
        .chain(vm.iommus.iter().map(|iommu| &iommu.alias))
        .chain(vm.vsmmus.iter().map(|vsmmu| &vsmmu.alias))
        .chain(vm.hostdevs.iter().map(|hostdev| &hostdev.alias))
        .chain(vm.devices.iter().map(|device| &device.alias));
    for alias in devices.flatten() {
        if !is_legal(&alias.value) {
            findings.push(illegal(alias));
            continue;
        }
        let first = *firsts.entry(alias.value.as_str()).or_insert(alias.origin);
        if first != alias.origin {
            findings.push(taken(alias).with_label(first, "the first of this id"));
        } else if let Some(&owner) = automatic.get(alias.value.as_str()) {
            findings.push(taken(alias).with_label(owner, "this has it as its automatic id"));
        }
    }
    // Objects have a name space of their own.
    let mut objects = HashMap::new();
    for alias in vm.iommufds.iter().filter_map(|iommufd| iommufd.alias.as_ref()) {
        if !is_legal(&alias.value) {
            findings.push(illegal(alias));
            continue;
        }
        let first = *objects.entry(alias.value.as_str()).or_insert(alias.origin);
        if first != alias.origin {
            findings.push(taken(alias).with_label(first, "the first of this id"));
        }
    }
}

/// The ids that things without an alias get, and what gets them.
fn automatic_ids(context: &Context<'_>) -> HashMap<String, Origin> {
    let vm = context.vm;
    let controllers = vm.controllers().filter(|(_, controller)| controller.alias.is_none());
    let controllers = controllers.filter_map(|(id, controller)| {
        Some((format!("pci.{}", context.numbers.controller(id).index?), controller.origin))
    });
    // libvirt counts host devices that have no alias.
    let hostdevs = vm.hostdevs.iter().filter(|hostdev| hostdev.alias.is_none());
    let hostdevs = hostdevs.enumerate();
    let hostdevs = hostdevs.map(|(number, hostdev)| (format!("hostdev{number}"), hostdev.origin));
    // IOMMUs keep the number of their position.
    let iommus = vm.iommus.iter().map(|iommu| (&iommu.alias, iommu.origin));
    let iommus = iommus.chain(vm.vsmmus.iter().map(|vsmmu| (&vsmmu.alias, vsmmu.origin)));
    let iommus = iommus.enumerate().filter(|(_, (alias, _))| alias.is_none());
    let iommus = iommus.map(|(number, (_, origin))| (format!("iommu{number}"), origin));
    controllers.chain(hostdevs).chain(iommus).collect()
}

fn illegal(alias: &Written<String>) -> Finding {
    DUPLICATE_ID
        .at(alias.origin, format!("`{}` is not a legal id", alias.value))
        .with_note(format!("QEMU: Invalid qdev ID '{}'", alias.value))
        .with_help("an id is a letter, then letters, digits, `-`, `.` and `_`")
}

fn taken(alias: &Written<String>) -> Finding {
    DUPLICATE_ID
        .at(alias.origin, format!("the id `{}` is taken", alias.value))
        .with_note(format!("QEMU: Duplicate device ID '{}'", alias.value))
}
