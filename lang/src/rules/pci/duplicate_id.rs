//! `pci/duplicate-id`

use std::cell::LazyCell;

use crate::hash::{HashMap, HashSet};

use crate::finding::Finding;
use crate::language::InEach;
use crate::rules::{Check, Context, declare_rule};
use crate::span::{Origin, Written};
use crate::target::QemuProfile;
use crate::topology::{Board, IommuModel, automatic_numbers, is_legal_id};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that every `alias` is a legal id (a letter first, then letters, digits, `-`, `.` and `_`),
    /// and that no two things of the output have the same id: neither two aliases, nor an alias and an
    /// automatic id such as `pci.1`, nor a controller and the root bus.
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
    /// QEMU refuses it: `Invalid qdev ID 'ua+port'`
    ///
    /// ```args
    /// -device '{"driver":"pcie-root-port","id":"ua+port","bus":"pcie.0","addr":"0x1","chassis":1}'
    /// ```
    ///
    /// A port that has the name of the root bus is accepted, and what is plugged into it sits on the root bus.
    ///
    /// QEMU accepts it.
    ///
    /// ```args
    /// -device '{"driver":"pcie-root-port","id":"pcie.0","bus":"pcie.0","addr":"0x1","chassis":1}'
    /// ```
    ///
    /// ## References
    ///
    /// - QEMU, `util/id.c`
    /// - libvirt, `src/conf/domain_conf.c`
    pub(crate) static DUPLICATE_ID = {
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
    let devices = vm
        .controllers
        .iter()
        .map(|controller| &controller.alias)
        .chain(vm.iommus.iter().map(|iommu| &iommu.alias))
        .chain(vm.vsmmus.iter().map(|vsmmu| &vsmmu.alias))
        .chain(vm.hostdevs.iter().map(|hostdev| &hostdev.alias))
        .chain(vm.devices.iter().map(|device| &device.alias));
    judge(context, devices.flatten(), automatic_device_ids, &DEVICE, findings);
    // On a command line the id is the name, and `iommufd/duplicate-id` looks at names.
    let mut names = HashSet::default();
    let objects = vm.iommufds.iter().filter_map(|iommufd| {
        let is_new = names.insert(&iommufd.name.value);
        iommufd.alias.as_ref().filter(|alias| is_new || alias.value != iommufd.name.value)
    });
    judge(context, objects, automatic_object_ids, &OBJECT, findings);
    names_of_the_root_bus(context, findings);
}

/// `id=` twice in one argument of a QEMU command line; in JSON that is malformed.
pub(crate) fn doubled(second: Origin, id: &str, first: Origin, is_json: bool) -> Finding {
    let finding =
        DUPLICATE_ID.at(second, format!("a second id, `{id}`")).with_label(first, "the first one");
    if is_json {
        finding.with_note("QEMU: JSON parse error, duplicate key").with_help("leave one of them")
    } else {
        finding
            .with_note("QEMU starts this without a word, and the first id counts")
            .with_help("leave the second one out")
    }
}

/// Devices and objects each have a name space of their own.
struct NameSpace {
    /// What QEMU says of an id with other characters.
    illegal: fn(&str) -> String,
    /// What QEMU says of an id that is there twice, in JSON.
    taken: fn(&str) -> String,
    /// The same of `key=value`.
    taken_plain: fn(&str) -> String,
}

const DEVICE: NameSpace = NameSpace {
    illegal: |id| format!("QEMU: Invalid qdev ID '{id}'"),
    taken: |id| format!("QEMU: Duplicate device ID '{id}'"),
    taken_plain: |id| format!("QEMU: Duplicate ID '{id}' for device"),
};

const OBJECT: NameSpace = NameSpace {
    illegal: |_| "QEMU: Parameter 'id' expects an identifier".to_owned(),
    taken: taken_object,
    taken_plain: taken_object,
};

fn taken_object(id: &str) -> String {
    format!("QEMU: attempt to add duplicate property '{id}' to object (type 'container')")
}

fn judge<'a>(
    context: &Context<'_>,
    aliases: impl Iterator<Item = &'a Written<String>>,
    automatic: fn(&Context<'_>) -> HashMap<String, Origin>,
    name_space: &NameSpace,
    findings: &mut Vec<Finding>,
) {
    let mut firsts = HashMap::default();
    let automatic = LazyCell::new(|| automatic(context));
    let said = context.say(InEach {
        kdl: name_space.taken,
        libvirt: name_space.taken,
        qemu: name_space.taken_plain,
    });
    for alias in aliases {
        let id = alias.value.as_str();
        let taken = || {
            DUPLICATE_ID
                .at(alias.origin, format!("the id `{id}` is taken"))
                .with_note(said(id))
                .with_help(context.say(InEach {
                    kdl: "give each an id of its own, or leave `alias` out",
                    libvirt: "give each an alias of its own, or leave `<alias>` out",
                    qemu: "give each an id of its own",
                }))
        };
        let first = *firsts.entry(id).or_insert(alias.origin);
        let finding = if !is_legal_id(id) {
            DUPLICATE_ID
                .at(alias.origin, format!("`{id}` is not a legal id"))
                .with_note((name_space.illegal)(id))
                .with_help("an id is a letter, then letters, digits, `-`, `.` and `_`")
        } else if first != alias.origin {
            taken().with_label(first, "the first of this id")
        } else if let Some(&owner) = automatic.get(id) {
            taken().with_label(owner, "this has it as its automatic id")
        } else {
            continue;
        };
        findings.push(context.leaving_out(finding, ALIAS, alias.origin));
    }
}

/// An id on a command line may be what others go by.
const ALIAS: InEach<Option<&str>> =
    InEach { kdl: Some("alias"), libvirt: Some("<alias>"), qemu: None };

/// Whether what has no id is given one. On a command line it stays without.
fn gives_ids(context: &Context<'_>) -> bool {
    context.say(InEach { kdl: true, libvirt: true, qemu: false })
}

/// The ids that devices without an alias get, and what gets them.
fn automatic_device_ids(context: &Context<'_>) -> HashMap<String, Origin> {
    if !gives_ids(context) {
        return HashMap::default();
    }
    let vm = context.vm;
    let controllers = vm.controllers().filter(|(_, controller)| controller.alias.is_none());
    let controllers = controllers.filter_map(|(id, controller)| {
        Some((format!("pci.{}", context.numbers.controller(id).index?), controller.origin))
    });
    let hostdevs = vm.hostdevs.iter().map(|hostdev| (hostdev.alias.as_ref(), hostdev.origin));
    let devices = vm.devices.iter().map(|device| (device.alias.as_ref(), device.origin));
    // IOMMUs keep the number of their position; that of an Arm machine is no device and has no id.
    let iommus = vm.iommus.iter().map(|iommu| {
        let has_id = iommu.model.value != IommuModel::Smmuv3;
        (has_id && iommu.alias.is_none(), iommu.origin)
    });
    let vsmmus = vm.vsmmus.iter().map(|vsmmu| (vsmmu.alias.is_none(), vsmmu.origin));
    let iommus = iommus.chain(vsmmus).enumerate().filter(|(_, (automatic, _))| *automatic);
    let iommus = iommus.map(|(number, (_, origin))| (format!("iommu{number}"), origin));
    controllers
        .chain(numbered("hostdev", hostdevs))
        .chain(numbered("device", devices))
        .chain(iommus)
        .collect()
}

/// `PREFIX0`, `PREFIX1`… of what has no alias.
fn numbered<'a>(
    prefix: &'static str,
    things: impl Iterator<Item = (Option<&'a Written<String>>, Origin)> + Clone,
) -> impl Iterator<Item = (String, Origin)> {
    let numbers = automatic_numbers(things.clone().map(|(alias, _)| alias));
    numbers
        .zip(things)
        .filter(|((alias, _), _)| alias.is_none())
        .map(move |((_, number), (_, origin))| (format!("{prefix}{number}"), origin))
}

/// The ids that iommufds without an alias get, and what gets them.
fn automatic_object_ids(context: &Context<'_>) -> HashMap<String, Origin> {
    if !gives_ids(context) {
        return HashMap::default();
    }
    let vm = context.vm;
    let by_name =
        matches!(context.target.qemu.profile, QemuProfile::RfcNested | QemuProfile::RfcAccel);
    // Only what a host device uses is there.
    let used: HashSet<&str> = vm
        .hostdevs
        .iter()
        .filter_map(|hostdev| Some(vm.iommufd_of(hostdev)?.value.as_str()))
        .collect();
    let used = vm.iommufds.iter().filter(|iommufd| used.contains(iommufd.name.value.as_str()));
    let used = used.enumerate().filter(|(_, iommufd)| iommufd.alias.is_none());
    let iommufds = used.map(|(number, iommufd)| {
        let id = if by_name { iommufd.name.value.clone() } else { format!("iommufd{number}") };
        (id, iommufd.name.origin)
    });
    iommufds.collect()
}

/// A bus goes by the id of its controller, and of two buses of one name QEMU takes the root bus: what
/// is plugged into such a controller would sit there.
fn names_of_the_root_bus(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(root_bus) = context.vm.board().map(Board::root_bus) else { return };
    let aliases = context.vm.controllers.iter().filter_map(|controller| controller.alias.as_ref());
    for alias in aliases.filter(|alias| alias.value == root_bus) {
        let finding = DUPLICATE_ID
            .at(alias.origin, format!("the id `{root_bus}` is taken"))
            .with_text("the root bus has this name")
            .with_note("QEMU starts this without a word, and puts what is behind this controller on the root bus");
        findings.push(context.leaving_out(finding, ALIAS, alias.origin));
    }
}
