//! `iommufd/unknown-id`

use super::usage::{declared, distinct, only, unknown};
use crate::finding::{Applicability, Finding};
use crate::language::InEach;
use crate::rules::{Check, Context, Value, declare_rule};
use crate::span::Written;
use crate::suggest::suggest;
use crate::syntax::quote;

declare_rule! {
    /// ## What it does
    ///
    /// Checks that every iommufd which an IOMMU, a vSMMU or a host device names is declared in its vm.
    /// A name that is used several times is reported once.
    ///
    /// ## Why
    ///
    /// A host device works through an iommufd object, and QEMU does not start without the object.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd1" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt has no names to compare: a domain's host devices use its only iommufd or none.
    ///
    /// QEMU refuses it: `Device 'iommufd1' not found`
    ///
    /// ```args
    /// -device vfio-pci,host=0009:01:00.0,iommufd=iommufd1
    /// ```
    ///
    /// ## References
    ///
    /// - QEMU, `hw/vfio/pci.c`: `iommufd` is a link to an object
    /// - QEMU, `docs/devel/vfio-iommufd.rst`
    pub(super) static UNKNOWN_ID = {
        name: "iommufd/unknown-id",
        summary: "an iommufd that is named is declared",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachWholeVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let vm = context.vm;
    let unknown = unknown(vm);
    let declares_nothing = declared(vm).is_empty();
    let names = distinct(vm).map(|iommufd| iommufd.name.value.as_str());
    let names: Vec<&str> = names.take(MOST_COMPARED).collect();
    for uses in &unknown {
        let [name, others @ ..] = uses.as_slice() else { continue };
        let mut finding = UNKNOWN_ID
            .at(name.origin, format!("iommufd `{}` is not declared", name.value))
            .with_note(format!("QEMU: Device '{}' not found", name.value));
        for other in others {
            finding = finding.with_label(other.origin, "and named here");
        }
        if let Some(near) = suggest(&name.value, names.iter().copied()) {
            finding =
                renamed(context, finding, uses, near).with_help(format!("did you mean `{near}`?"));
        } else {
            finding = finding.with_help(context.say(InEach {
                kdl: format!("declare it in the vm: `iommufd {}`", quote(&name.value)),
                libvirt: "declare it in the domain: `<iommufd enabled='yes'/>`".to_owned(),
                qemu: format!("add `-object iommufd,id={}`", name.value),
            }));
            // Where there are others, one of them may be meant.
            let applicability =
                if declares_nothing { Applicability::Safe } else { Applicability::Unsafe };
            let declared =
                context.source.with_child(vm.origin, "iommufd", Value::Text(&name.value));
            if let Some(only) = only(vm) {
                finding = renamed(context, finding, uses, &only.name.value);
            }
            finding = finding.with_edits("declare it", applicability, [declared]);
        }
        findings.push(finding);
    }
}

/// To how many names an unknown one is compared: a person has not more.
const MOST_COMPARED: usize = 64;

fn renamed(
    context: &Context<'_>,
    finding: Finding,
    uses: &[&Written<String>],
    to: &str,
) -> Finding {
    let edits = uses.iter().map(|name| context.source.with_value(name.origin, Value::Text(to)));
    finding.with_edits(format!("name `{to}`"), Applicability::Unsafe, edits)
}
