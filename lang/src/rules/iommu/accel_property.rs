//! `iommu/accel-property`

use crate::finding::Finding;
use crate::rules::{Check, Context, declare_rule};
use crate::span::{Origin, Written};
use crate::topology::{Acceleration, NumberOrAuto};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that `ats`, `ril`, `ssidsize`, `oas` and `cmdqv` are not given with `accel #false`, that
    /// `ssidsize` is 0 to 20, and that `oas` is 44 or 48.
    ///
    /// ## Why
    ///
    /// libvirt refuses the first, but takes any number; QEMU then does not start. A negative number
    /// vanishes without a word.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         accel ssidsize=21
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
    ///         accel ssidsize=20
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt refuses it: `accel must be enabled for iommu model 'smmuv3' when setting ats, ril, ssidsize, oas, or cmdqv`
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-expander-bus'><target busNr='252'/></controller>
    /// <iommu model='smmuv3'><driver pciBus='1' ats='on'/></iommu>
    /// ```
    ///
    /// libvirt accepts it.
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-expander-bus'><target busNr='252'/></controller>
    /// <iommu model='smmuv3'><driver pciBus='1' accel='on' ssidsize='21' oas='52'/></iommu>
    /// ```
    ///
    /// QEMU refuses it: `Parameter 'ssidsize' does not accept value '21'`
    ///
    /// ```args
    /// -device pxb-pcie,id=pci.1,bus=pcie.0,addr=1,bus_nr=252
    /// -device arm-smmuv3,primary-bus=pci.1,accel=on,ssidsize=21
    /// ```
    ///
    /// QEMU refuses it: `Parameter 'oas' does not accept value '0'`
    ///
    /// ```args
    /// -device pxb-pcie,id=pci.1,bus=pcie.0,addr=1,bus_nr=252
    /// -device arm-smmuv3,primary-bus=pci.1,accel=on,oas=0
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `src/conf/domain_conf.c`
    /// - QEMU, `hw/arm/smmuv3.c`, `qapi/misc-arm.json`
    pub(super) static ACCEL_PROPERTY = {
        name: "iommu/accel-property",
        summary: "properties of nested translation are legal, and nested translation is on",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for vsmmu in &context.vm.vsmmus {
        let Acceleration { enabled, origin, ats, ril, ssidsize, oas, cmdqv } = vsmmu.acceleration;
        if !enabled {
            let given = [
                ats.map(|written| ("ats", written.origin)),
                ril.map(|written| ("ril", written.origin)),
                ssidsize.map(|written| ("ssidsize", written.origin)),
                oas.map(|written| ("oas", written.origin)),
                cmdqv.map(|written| ("cmdqv", written.origin)),
            ];
            let mut given: Vec<_> = given.into_iter().flatten().collect();
            given.sort_by_key(|(_, origin)| *origin);
            if let Some(&(name, at)) = given.first() {
                let finding = ACCEL_PROPERTY
                    .at(at, format!("`{name}` is a property of nested translation, which is off"))
                    .with_note(
                        "libvirt: accel must be enabled for iommu model 'smmuv3' when setting ats, ril, \
                         ssidsize, oas, or cmdqv",
                    )
                    .with_help("remove the property, or `#false`");
                findings.push(match origin {
                    Some(origin) => finding.with_label(origin, "off"),
                    None => finding,
                });
            }
            continue;
        }
        if let Some((number, at)) =
            number(ssidsize).filter(|(number, _)| !(0..=20).contains(number))
        {
            findings.push(
                ACCEL_PROPERTY
                    .at(at, format!("`ssidsize` is {number}, not 0 to 20"))
                    .with_note(format!(
                        "QEMU: Parameter 'ssidsize' does not accept value '{number}'"
                    ))
                    .with_help("20 is the widest; `\"auto\"` takes the host's"),
            );
        }
        if let Some((number, at)) = number(oas).filter(|(number, _)| ![44, 48].contains(number)) {
            findings.push(
                ACCEL_PROPERTY
                    .at(at, format!("`oas` is {number}, not 44 or 48"))
                    .with_note(
                        "QEMU: QEMU SMMUv3 model only implements auto, 44 bit, or 48 bit OAS. Other OasMode \
                         values are not supported.",
                    )
                    .with_help("`\"auto\"` takes the host's"),
            );
        }
    }
}

fn number(written: Option<Written<NumberOrAuto>>) -> Option<(i64, Origin)> {
    let written = written?;
    match written.value {
        NumberOrAuto::Number(number) => Some((number, written.origin)),
        NumberOrAuto::Auto => None,
    }
}
