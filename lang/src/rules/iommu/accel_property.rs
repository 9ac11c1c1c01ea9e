//! `iommu/accel-property`

use crate::finding::{Applicability, Finding};
use crate::language::InEach;
use crate::rules::{Check, Context, Value, declare_rule};
use crate::span::{Origin, Written};
use crate::topology::{Acceleration, IommuModel, NumberOrAuto, OnOffAuto};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that `ats`, `ril`, `ssidsize`, `oas` and `cmdqv` are not given with `accel #false`, that
    /// `ssidsize` is 0 to 20, and that `oas` is 44 or 48.
    ///
    /// ## Why
    ///
    /// libvirt refuses a property of nested translation where that is off. It takes any number, but QEMU then
    /// does not start; and a negative number it leaves out without a word, as if nothing were written.
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
    pub(crate) static ACCEL_PROPERTY = {
        name: "iommu/accel-property",
        summary: "properties of nested translation are legal, and nested translation is on",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

/// The most bits a substream id has (QEMU, `qapi/misc-arm.json`, `SsidSizeMode`).
const WIDEST_SSID: i64 = 20;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if !context.vm.can_have(IommuModel::Smmuv3) {
        return;
    }
    for acceleration in context.vm.vsmmus.iter().map(|vsmmu| vsmmu.acceleration) {
        if !acceleration.enabled {
            findings.extend(contradiction(context, acceleration));
            continue;
        }
        findings.extend(number(acceleration.ssidsize).and_then(|size| ssidsize(context, size)));
        findings.extend(number(acceleration.oas).and_then(|bits| oas(context, bits)));
    }
}

/// The first property in the file that is given although nested translation is off. QEMU by itself takes
/// a property that says what is so anyway (`hw/arm/smmuv3.c`).
pub(super) fn contradicts_off(
    context: &Context<'_>,
    acceleration: Acceleration,
) -> Option<(&'static str, Origin)> {
    let refuses_any = context.target.judge_libvirt;
    let switch = |written: Option<Written<OnOffAuto>>, refused| {
        written.filter(|written| refuses_any || written.value == refused)
    };
    let number = |written: Option<Written<NumberOrAuto>>, taken| {
        let is_refused = |value: NumberOrAuto| value.fixed().is_some_and(|number| number != taken);
        written.filter(|written| refuses_any || is_refused(written.value))
    };
    let Acceleration { enabled, origin: _, switch: _, ats, ril, ssidsize, oas, cmdqv } =
        acceleration;
    let given = [
        switch(ats, OnOffAuto::On).map(|written| ("ats", written.origin)),
        switch(ril, OnOffAuto::Off).map(|written| ("ril", written.origin)),
        number(ssidsize, 0).map(|written| ("ssidsize", written.origin)),
        number(oas, 44).map(|written| ("oas", written.origin)),
        switch(cmdqv, OnOffAuto::On).map(|written| ("cmdqv", written.origin)),
    ];
    let first = given.into_iter().flatten().min_by_key(|(_, origin)| *origin);
    first.filter(|_| !enabled)
}

fn contradiction(context: &Context<'_>, acceleration: Acceleration) -> Option<Finding> {
    let (name, at) = contradicts_off(context, acceleration)?;
    let finding = ACCEL_PROPERTY
        .at(at, format!("`{name}` is a property of nested translation, which is off"))
        .with_notes(context.libvirt_says(
            "accel must be enabled for iommu model 'smmuv3' when setting ats, ril, ssidsize, oas, or cmdqv",
        ))
        .with_notes(context.qemu_alone_says(match name {
            "ril" => "ril can only be disabled if accel=on",
            "ssidsize" => "ssidsize can only be greater than 0 bits if accel=on",
            "oas" => "oas must be 44 bits when accel=off",
            "cmdqv" => "cmdqv can only be enabled if accel=on",
            _ => "ats can only be enabled if accel=on",
        }))
        .with_help(context.say(InEach {
            kdl: "remove the property, or `#false`",
            libvirt: "remove the property, or write `accel='on'`",
            qemu: "remove the property, or write `accel=on`",
        }));
    let finding = turning_on(context, finding, acceleration);
    Some(match acceleration.origin {
        Some(origin) => finding.with_label(origin, "off"),
        None => finding,
    })
}

/// Offers to turn on what is written off.
pub(super) fn turning_on(
    context: &Context<'_>,
    finding: Finding,
    acceleration: Acceleration,
) -> Finding {
    let on = |switch| context.source.with_value(switch, Value::Switch(true));
    finding.with_edits("turn `accel` on", Applicability::Unsafe, acceleration.switch.map(on))
}

fn ssidsize(context: &Context<'_>, (number, at): (i64, Origin)) -> Option<Finding> {
    if (0..=WIDEST_SSID).contains(&number) {
        return None;
    }
    let finding = ACCEL_PROPERTY
        .at(at, format!("`ssidsize` is {number}, not 0 to {WIDEST_SSID}"))
        .with_note(refusal(context, "ssidsize", number))
        .with_help(format!("{WIDEST_SSID} is the widest; {}", how_to_ask_host(context)));
    Some(if number > WIDEST_SSID {
        let widest = context.source.with_value(at, Value::Number(WIDEST_SSID));
        finding.with_edits(format!("write {WIDEST_SSID}"), Applicability::Unsafe, [widest])
    } else {
        context.leaving_out(finding, "ssidsize", at)
    })
}

fn oas(context: &Context<'_>, (number, at): (i64, Origin)) -> Option<Finding> {
    if [44, 48].contains(&number) {
        return None;
    }
    let nearest = if number < 48 { 44 } else { 48 };
    let note = if [32, 36, 40, 42, 52, 56].contains(&number) {
        "QEMU: QEMU SMMUv3 model only implements auto, 44 bit, or 48 bit OAS. Other OasMode values \
         are not supported."
            .to_owned()
    } else {
        refusal(context, "oas", number)
    };
    Some(
        ACCEL_PROPERTY
            .at(at, format!("`oas` is {number}, not 44 or 48"))
            .with_note(note)
            .with_help(how_to_ask_host(context))
            .with_edits(
                format!("write {nearest}"),
                Applicability::Unsafe,
                [context.source.with_value(at, Value::Number(nearest))],
            ),
    )
}

/// What becomes of a number that is none of those that QEMU has a word for.
fn refusal(context: &Context<'_>, name: &str, number: i64) -> String {
    let qemu = format!("QEMU: Parameter '{name}' does not accept value '{number}'");
    let libvirt = match number {
        ..0 => "libvirt leaves a negative number out without a word",
        _ => &qemu,
    };
    context.say(InEach { kdl: &*qemu, libvirt, qemu: &*qemu }).to_owned()
}

/// What leaves a number to the host's SMMU.
fn how_to_ask_host(context: &Context<'_>) -> &'static str {
    context.say(InEach {
        kdl: "`\"auto\"` takes the host's",
        libvirt: "without the attribute it is the host's",
        qemu: "`auto` takes the host's",
    })
}

fn number(written: Option<Written<NumberOrAuto>>) -> Option<(i64, Origin)> {
    let written = written?;
    match written.value {
        NumberOrAuto::Number(number) => Some((number, written.origin)),
        NumberOrAuto::Auto => None,
    }
}
