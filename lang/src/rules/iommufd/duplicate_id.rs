//! `iommufd/duplicate-id`

use super::usage::declared;
use crate::finding::{Applicability, Finding};
use crate::rules::{Check, Context, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that every iommufd of a vm has a name of its own.
    ///
    /// ## Why
    ///
    /// Host devices name the iommufd they work through. One object is enough for any number of
    /// devices, so a second of the same name is a slip.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
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
    /// libvirt makes the object itself, and only one.
    ///
    /// QEMU refuses it: `attempt to add duplicate property 'iommufd0' to object (type 'container')`
    ///
    /// ```args
    /// -object '{"qom-type":"iommufd","id":"iommufd0","fd":"22"}'
    /// -object '{"qom-type":"iommufd","id":"iommufd0","fd":"23"}'
    /// ```
    ///
    /// ## References
    ///
    /// - QEMU, `qom/object.c`
    pub(super) static DUPLICATE_ID = {
        name: "iommufd/duplicate-id",
        summary: "every iommufd has a name of its own",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let declared = declared(context.vm);
    for iommufd in &context.vm.iommufds {
        let name = &iommufd.name;
        let Some(first) = declared.get(name.value.as_str()) else { continue };
        if first.origin != iommufd.origin {
            findings.push(
                DUPLICATE_ID
                    .at(name.origin, format!("iommufd `{}` is declared twice", name.value))
                    .with_label(first.name.origin, "declared first here")
                    .with_note(format!(
                        "QEMU: attempt to add duplicate property '{}' to object (type 'container')",
                        name.value
                    ))
                    .with_help("remove this one: any number of devices can share an iommufd")
                    .with_edits(
                        "remove this one",
                        Applicability::Unsafe,
                        [context.source.without_element(iommufd.origin)],
                    ),
            );
        }
    }
}
