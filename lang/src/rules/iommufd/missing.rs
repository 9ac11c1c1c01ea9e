//! `iommufd/missing`

use super::in_a_domain::in_a_domain;
use super::usage::{lacking, naming, only};
use crate::finding::{Applicability, Finding};
use crate::language::InEach;
use crate::rules::coverage::Coverage;
use crate::rules::{Check, Context, Value, declare_rule};
use crate::span::Origin;
use crate::topology::{Hostdev, Vsmmu};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that every host device behind an accelerated vSMMU has an iommufd: its own, or that of
    /// the vSMMU.
    ///
    /// ## Why
    ///
    /// In nested translation the host's SMMU walks the guest's page tables. The kernel offers that
    /// through an iommufd only, not through legacy VFIO. libvirt defines the domain; it is QEMU that
    /// does not start.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" {
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
    /// libvirt accepts it.
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-expander-bus'><target busNr='252'/></controller>
    /// <controller type='pci' index='2' model='pcie-root-port'>
    ///   <address type='pci' bus='0x01' slot='0x00'/>
    /// </controller>
    /// <hostdev mode='subsystem' type='pci' managed='no'>
    ///   <driver iommufd='no'/>
    ///   <source><address domain='0x0009' bus='0x01' slot='0x00' function='0x0'/></source>
    ///   <address type='pci' bus='0x02' slot='0x00'/>
    /// </hostdev>
    /// <iommu model='smmuv3'><driver pciBus='1' accel='on'/></iommu>
    /// ```
    ///
    /// QEMU says `vfio-pci endpoint devices without an iommufd backend not allowed when using
    /// arm-smmuv3,accel=on`, but looks for the device on the host first, so that it takes a host with
    /// the device to see it.
    ///
    /// ## References
    ///
    /// - QEMU, `hw/arm/smmuv3-accel.c`
    pub(super) static MISSING = {
        name: "iommufd/missing",
        summary: "a host device behind an accelerated vSMMU has an iommufd",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachWholeVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let coverage = Coverage::of(context.vm);
    for (vsmmu, devices) in lacking(context.vm) {
        if !coverage.is_settled(vsmmu) {
            continue;
        }
        let mut finding = MISSING
            .at(
                vsmmu.origin,
                format!("vSMMU `{}` has no iommufd for its host devices", vsmmu.name.value),
            )
            .with_text("nested translation needs one")
            .with_note(
                "QEMU: vfio-pci endpoint devices without an iommufd backend not allowed when using \
                 arm-smmuv3,accel=on",
            );
        let off = context.say(InEach {
            kdl: Vec::new(),
            libvirt: in_a_domain(context, &origins(&devices)).off,
            qemu: Vec::new(),
        });
        for (position, device) in devices.iter().enumerate() {
            let at = off.get(position).copied().flatten().unwrap_or(device.name.origin);
            finding = finding.with_label(at, "without an iommufd");
        }
        finding = given(context, finding, vsmmu, &devices);
        let is_passed =
            |hostdev: &Hostdev| hostdev.fd.is_some() && context.vm.iommufd_of(hostdev).is_none();
        if context.vm.hostdevs.iter().any(is_passed) {
            finding = finding.with_note(
                "a host device with `fd` goes with an iommufd that has one too; without either, they are opened for you",
            );
        }
        findings.push(finding);
    }
}

/// Says how they get one, and offers it.
fn given(context: &Context<'_>, finding: Finding, vsmmu: &Vsmmu, devices: &[&Hostdev]) -> Finding {
    let only = only(context.vm);
    let is_first = only.is_none() && context.vm.iommufds.is_empty();
    let each = origins(devices);
    let domain = in_a_domain(context, &each).help;
    if only.is_none() && !is_first {
        return finding.with_help(context.say(InEach {
            kdl: "add `iommufd=` with one of the vm's iommufds to the vSMMU".to_owned(),
            libvirt: domain,
            qemu: "add `iommufd=` with the id of an iommufd to each of its host devices".to_owned(),
        }));
    }
    let name = only.map_or("iommufd0", |iommufd| iommufd.name.value.as_str());
    let property = naming(context, name);
    let help = if is_first {
        InEach {
            kdl: format!(
                "declare one in the vm, `iommufd \"iommufd0\"`, and add `{property}` to the vSMMU"
            ),
            // libvirt makes one for the first device that is to use it.
            libvirt: domain,
            qemu: format!(
                "add `-object iommufd,id=iommufd0`, and `{property}` to each of its host devices"
            ),
        }
    } else {
        InEach {
            kdl: format!("add `{property}` to the vSMMU"),
            libvirt: domain,
            qemu: format!("add `{property}` to each of its host devices"),
        }
    };
    let change = context.say(InEach {
        kdl: format!("add `{property}`"),
        libvirt: "write `iommufd='yes'`".to_owned(),
        qemu: format!("add `{property}`"),
    });
    let title = context.say(InEach {
        kdl: is_first.then(|| "declare one for it".to_owned()),
        libvirt: None,
        qemu: is_first.then(|| "declare one for them".to_owned()),
    });
    let value = Value::Text(name);
    let declared = is_first && context.say(InEach { kdl: true, libvirt: false, qemu: true });
    let declared = declared.then(|| context.source.with_child(context.vm.origin, "iommufd", value));
    // In iommulint's own language a vSMMU has one for all of its host devices.
    let named = context.say(InEach { kdl: vec![vsmmu.origin], libvirt: each.clone(), qemu: each });
    let named = named.iter().map(|at| context.source.with_properties(*at, &[("iommufd", value)]));
    finding.with_help(context.say(help)).with_edits(
        title.unwrap_or(change),
        Applicability::Unsafe,
        declared.into_iter().chain(named),
    )
}

fn origins(devices: &[&Hostdev]) -> Vec<Origin> {
    devices.iter().map(|device| device.origin).collect()
}
