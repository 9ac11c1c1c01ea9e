//! `target/not-expressible`

use super::side::{Side, judged};
use super::uses::{Form, uses};
use crate::finding::{Applicability, Edit, Finding, Severity};
use crate::language::InEach;
use crate::rules::{Check, Context, Value, declare_rule};
use crate::span::Origin;
use crate::target::{LibvirtProfile, Since};
use crate::topology::{is_legal_id, libvirt_keeps};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that there is a way to write everything the vm uses for the target. An `alias` that libvirt
    /// would drop is a warning.
    ///
    /// ## Why
    ///
    /// What cannot be written would be missing from the result without a word.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// target libvirt="12.8"
    ///
    /// vm "a" machine="virt" {
    ///     root-port alias="port0"
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// target libvirt="12.8"
    ///
    /// vm "a" machine="virt" {
    ///     root-port alias="ua-port0"
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt accepts it, and drops the alias.
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-root-port'><alias name='port0'/></controller>
    /// ```
    ///
    /// QEMU refuses it: `Property 'amd-iommu.pt' not found`
    ///
    /// ```args q35
    /// -device AMDVI-PCI,id=iommu0 -device amd-iommu,pci-id=iommu0,pt=on
    /// ```
    ///
    /// ## References
    ///
    /// - `lang/src/target/feature.rs`
    /// - libvirt, `src/conf/domain_conf.c`, `virDomainDeviceAliasParse`
    pub(super) static NOT_EXPRESSIBLE = {
        name: "target/not-expressible",
        summary: "the target can say what the vm is",
        severity: Error,
        needs: Target,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let target = context.target;
    for used in uses(context) {
        let lacking = judged(context).filter(|side| side.since(used.feature) == Since::Never);
        let lacking: Vec<Side<'_>> = lacking.collect();
        let names: Vec<String> = lacking.iter().map(ToString::to_string).collect();
        if names.is_empty() {
            continue;
        }
        let finding = NOT_EXPRESSIBLE
            .at(used.origin, format!("{} cannot be written for {}", used.what, names.join(" or ")))
            .with_help(context.say(InEach {
                kdl: "leave it out, or name another `target`",
                libvirt: "leave it out, or check the domain for another target",
                qemu: "leave it out, or check it for another target",
            }));
        let removal = match used.form {
            Form::Property => Some(context.source.without_property(used.origin)),
            Form::Option => Some(without_option(context, used.origin)),
            Form::Element => None,
        };
        let finding = finding.with_edits("leave it out", Applicability::Unsafe, removal);
        let written = lacking.iter().filter_map(|side| side.written);
        findings.push(
            written.fold(finding, |finding, name| finding.with_label(name.origin, "the target")),
        );
    }
    if target.judge_libvirt {
        dropped_aliases(context, findings);
        if target.libvirt.profile == LibvirtProfile::RfcNested {
            unnamed_hosts(context, findings);
        }
    }
}

/// An option is an element in iommulint's own language alone.
fn without_option(context: &Context<'_>, at: Origin) -> Option<Edit> {
    let is_element = context.say(InEach { kdl: true, libvirt: false, qemu: false });
    if is_element {
        context.source.without_element(at)
    } else {
        context.source.without_property(at)
    }
}

/// libvirt keeps an alias only when it begins with `ua-`, and has none for an iommufd.
fn dropped_aliases(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let vm = context.vm;
    let devices = vm
        .controllers
        .iter()
        .map(|controller| &controller.alias)
        .chain(vm.iommus.iter().map(|iommu| &iommu.alias))
        .chain(vm.vsmmus.iter().map(|vsmmu| &vsmmu.alias))
        .chain(vm.hostdevs.iter().map(|hostdev| &hostdev.alias));
    // One that is no id at all has a rule of its own.
    let devices = devices.flatten().filter(|alias| is_legal_id(&alias.value));
    for alias in devices.filter(|alias| !libvirt_keeps(&alias.value)) {
        let mut finding = NOT_EXPRESSIBLE
            .at(alias.origin, format!("libvirt drops the alias `{}`", alias.value))
            .with_help("begin it with `ua-`, and use letters, digits, `-` and `_` only");
        finding.severity = Severity::Warning;
        let kept = format!("ua-{}", alias.value);
        findings.push(if libvirt_keeps(&kept) {
            finding.with_edits(
                format!("use `{kept}`"),
                Applicability::Unsafe,
                [context.source.with_value(alias.origin, Value::Text(&kept))],
            )
        } else {
            finding
        });
    }
    for alias in vm.iommufds.iter().filter_map(|iommufd| iommufd.alias.as_ref()) {
        let mut finding = NOT_EXPRESSIBLE
            .at(alias.origin, "libvirt names the iommufd itself")
            .with_help(context.say(InEach {
                kdl: "leave the alias out, or name only `qemu` in `target`",
                libvirt: "leave the alias out",
                qemu: "name it `iommufd0`, as libvirt does",
            }));
        finding.severity = Severity::Warning;
        let property = InEach { kdl: Some("alias"), libvirt: Some("<alias>"), qemu: None };
        findings.push(context.leaving_out(finding, property, alias.origin));
    }
}

/// The first RFC's XML has no other place for a vSMMU than the host's SMMU on its PXB.
fn unnamed_hosts(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for vsmmu in context.vm.vsmmus.iter().filter(|vsmmu| vsmmu.host.is_none()) {
        findings.push(
            NOT_EXPRESSIBLE
                .at(
                    vsmmu.name.origin,
                    format!("vSMMU `{}` names no SMMU of the host", vsmmu.name.value),
                )
                .with_help(context.say(InEach {
                    kdl: "add `host=\"smmu3.0x…\"`, as in /sys/class/iommu: <nestedSmmuv3> holds it",
                    libvirt: "add `<nestedSmmuv3>smmu3.0x…</nestedSmmuv3>`, as in /sys/class/iommu, to its PXB",
                    qemu: "libvirt has to know it: one of those in /sys/class/iommu",
                })),
        );
    }
}
