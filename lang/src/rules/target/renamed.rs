//! `target/renamed`

use crate::finding::{Applicability, Edit, Finding};
use crate::rules::{Check, Context, declare_rule};
use crate::target::{LibvirtProfile, QemuProfile};
use crate::topology::{Renamed, RenamedWord};

declare_rule! {
    /// ## What it does
    ///
    /// Reports words of a proposal or a vendor's build where the target is a release, which has others for the
    /// same: `arm-smmuv3-accel,bus=`, `arm-smmuv3-nested,pci-bus=`, `pasid=`; in a domain `smmuv3Dev`,
    /// `nestedSmmuv3`, `pasid`.
    ///
    /// ## Why
    ///
    /// A release does not know the old words, and refuses to start. Nested translation had three
    /// syntaxes before QEMU 10.2 and 11.0: a vSMMU is now `arm-smmuv3,primary-bus=…,accel=on`, and
    /// the width of PASIDs is `ssidsize=`, 0 to 20 bits.
    ///
    /// ## Example
    ///
    /// ```sh
    /// qemu-system-aarch64 -machine virt -accel kvm -bios QEMU_EFI.fd \
    ///     -device pxb-pcie,id=pxb0,bus_nr=32,bus=pcie.0 \
    ///     -device arm-smmuv3,primary-bus=pxb0,accel=on,ats=on,ril=off,pasid=on,oas=48
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```sh
    /// qemu-system-aarch64 -machine virt -accel kvm -bios QEMU_EFI.fd \
    ///     -device pxb-pcie,id=pxb0,bus_nr=32,bus=pcie.0 \
    ///     -device arm-smmuv3,primary-bus=pxb0,accel=on,ats=on,ril=off,ssidsize=20,oas=48
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt writes the words of releases.
    ///
    /// QEMU refuses it: `Property 'arm-smmuv3.pasid' not found`
    ///
    /// ```args
    /// -device arm-smmuv3,primary-bus=pcie.0,pasid=on
    /// ```
    ///
    /// QEMU refuses it: `'arm-smmuv3-accel' is not a valid device model name`
    ///
    /// ```args
    /// -device arm-smmuv3-accel,bus=pcie.0
    /// ```
    ///
    /// ## References
    ///
    /// - QEMU, `hw/arm/smmuv3.c`
    pub(super) static RENAMED = {
        name: "target/renamed",
        summary: "a file has the words of the target release",
        severity: Error,
        needs: Target,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let target = context.target;
    // Words of another proposal are another mistake.
    let is_old = |renamed: &&Renamed| {
        let of_qemu = target.judge_qemu && target.qemu.profile == QemuProfile::Release;
        let of_libvirt = target.judge_libvirt && target.libvirt.profile == LibvirtProfile::Release;
        (of_qemu && renamed.word.qemu().is_some())
            || (of_libvirt && renamed.word.libvirt().is_some())
    };
    findings.extend(context.vm.renamed.iter().filter(is_old).map(found));
}

fn found(renamed: &Renamed) -> Finding {
    let (old, new, said) = match renamed.word {
        RenamedWord::AccelDevice => (
            "arm-smmuv3-accel",
            "arm-smmuv3,primary-bus=…,accel=on",
            "QEMU: 'arm-smmuv3-accel' is not a valid device model name",
        ),
        RenamedWord::NestedDevice => (
            "arm-smmuv3-nested",
            "arm-smmuv3,primary-bus=…,accel=on",
            "QEMU: 'arm-smmuv3-nested' is not a valid device model name",
        ),
        RenamedWord::Pasid => ("pasid", "ssidsize=", "QEMU: Property 'arm-smmuv3.pasid' not found"),
        RenamedWord::Smmuv3Dev => (
            "smmuv3Dev",
            "model='smmuv3'` with `<driver pciBus=… accel='on'/>",
            "libvirt: Invalid value for attribute 'model' in element 'iommu': 'smmuv3Dev'.",
        ),
        RenamedWord::NestedSmmuv3 => (
            "nestedSmmuv3",
            "model='smmuv3'` for each PXB, with `<driver pciBus=… accel='on'/>",
            "libvirt: Invalid value for attribute 'model' in element 'iommu': 'nestedSmmuv3'.",
        ),
        RenamedWord::DriverPasid => {
            ("pasid", "ssidsize=", "libvirt does not read it, and says nothing")
        }
    };
    let program = if renamed.word.qemu().is_some() { "QEMU" } else { "libvirt" };
    let finding = RENAMED
        .at(renamed.origin, format!("no {program} release has `{old}`"))
        .with_note(said)
        .with_help(match (&renamed.today, renamed.word) {
            (Some(today), RenamedWord::AccelDevice) => {
                format!("write `{today}`: `primary-bus=` takes the place of `bus=`")
            }
            (Some(today), RenamedWord::NestedDevice) => {
                format!("write `{today}`: `primary-bus=` takes the place of `pci-bus=`")
            }
            (Some(today), _) => format!("write `{today}` in its place"),
            (None, _) => format!("use `{new}`"),
        });
    let edits = renamed
        .edits
        .iter()
        .map(|(origin, text)| Some(Edit { origin: *origin, text: text.clone() }));
    let title = format!("use `{}`", renamed.today.as_deref().unwrap_or(new));
    finding.with_edits(title, Applicability::Unsafe, edits)
}
