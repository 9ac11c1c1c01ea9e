//! `iommu/x2apic`

use crate::finding::Finding;
use crate::language::InEach;
use crate::rules::{Check, Context, declare_rule};
use crate::span::{Origin, Written};
use crate::topology::{Board, IommuModel, Vm};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that a vm with more than 255 vCPUs does not turn `eim` (intel), `xtsup` (amd) or `intremap`
    /// off, and has not the `virtio` IOMMU.
    ///
    /// ## Why
    ///
    /// Interrupts of devices cannot reach APIC ids above 254 without remapping. libvirt and QEMU start the
    /// vm without a word.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="q35" {
    ///     vcpus 300
    ///     iommu "intel" {
    ///         intremap #true
    ///         eim #false
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="q35" {
    ///     vcpus 300
    ///     iommu "intel" {
    ///         intremap #true
    ///         eim #true
    ///     }
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt accepts it.
    ///
    /// ```xml q35
    /// <domain type='qemu'>
    ///   <name>probe</name>
    ///   <memory unit='GiB'>1</memory>
    ///   <vcpu>300</vcpu>
    ///   <os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type></os>
    ///   <features><acpi/></features>
    ///   <cpu mode='maximum'/>
    ///   <devices>
    ///     <controller type='usb' model='none'/>
    ///     <iommu model='intel'><driver intremap='on' eim='off'/></iommu>
    ///   </devices>
    /// </domain>
    /// ```
    ///
    /// Where `eim` is left out libvirt turns it on, and so refuses `intremap` off with the words of that:
    ///
    /// libvirt refuses it: `IOMMU eim requires interrupt remapping to be enabled`
    ///
    /// ```xml q35
    /// <domain type='qemu'>
    ///   <name>probe</name>
    ///   <memory unit='GiB'>1</memory>
    ///   <vcpu>300</vcpu>
    ///   <os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type></os>
    ///   <features><acpi/></features>
    ///   <cpu mode='maximum'/>
    ///   <devices>
    ///     <controller type='usb' model='none'/>
    ///     <iommu model='intel'><driver intremap='off'/></iommu>
    ///   </devices>
    /// </domain>
    /// ```
    ///
    /// QEMU accepts it.
    ///
    /// ```args q35
    /// -device intel-iommu,intremap=off
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `src/qemu/qemu_validate.c`
    /// - Intel, Virtualization Technology for Directed I/O, 5.1
    pub(super) static X2APIC = {
        name: "iommu/x2apic",
        summary: "more than 255 vCPUs have an IOMMU that remaps their interrupts",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

/// Above this some APIC id does not fit eight bits.
const MOST_WITHOUT: u64 = 255;

/// Whether the vm has vCPUs that interrupts do not reach without remapping. Both lowerings, as libvirt
/// does, then turn on what is not written.
pub(super) fn has_many_vcpus(vm: &Vm) -> bool {
    vm.vcpu_count().is_some_and(|vcpus| vcpus > MOST_WITHOUT)
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let vm = context.vm;
    let [iommu] = &vm.iommus[..] else { return };
    let model = iommu.model.value;
    if !has_many_vcpus(vm) || vm.board() != Some(Board::Q35) || !vm.can_have(model) {
        return;
    }
    let off = |written: Option<Written<bool>>| written.filter(|on| !on.value);
    let remapping = || off(iommu.intremap).map(|switch| (switch, "`intremap`"));
    let lacking = match model {
        // Written on, `eim` says itself that it needs remapping.
        IommuModel::Intel if iommu.eim.is_some_and(|on| on.value) => None,
        IommuModel::Intel => off(iommu.eim).map(|switch| (switch, "`eim`")).or_else(remapping),
        IommuModel::Amd => off(iommu.xtsup).map(|switch| (switch, "`xtsup`")).or_else(remapping),
        IommuModel::Virtio | IommuModel::Smmuv3 => None,
    };
    if let Some((switch, name)) = lacking {
        let finding = needed(vm, switch.origin, name);
        let is_refused = model == IommuModel::Intel && name == "`intremap`";
        let refusal = if is_refused {
            "libvirt: IOMMU eim requires interrupt remapping to be enabled"
        } else {
            UNHEARD
        };
        let left_out = "leave it out to have it on";
        let finding = finding
            .with_note(context.say(InEach { kdl: refusal, libvirt: refusal, qemu: UNHEARD }))
            // Only libvirt turns it on for many vCPUs.
            .with_help(context.say(InEach {
                kdl: left_out,
                libvirt: left_out,
                qemu: "turn it on",
            }));
        findings.push(super::with_turned_on(context, finding, Some(switch)));
    } else if model == IommuModel::Virtio {
        findings.push(
            needed(vm, iommu.model.origin, "an IOMMU that remaps interrupts")
                .with_note(UNHEARD)
                .with_help(context.say(InEach {
                    kdl: "use `iommu \"intel\"` or `iommu \"amd\"`",
                    libvirt: "use `model='intel'` or `model='amd'`",
                    qemu: "use `intel-iommu` or `amd-iommu`",
                })),
        );
    }
}

fn needed(vm: &Vm, origin: Origin, what: &str) -> Finding {
    let vcpus = vm.vcpu_count().unwrap_or_default();
    let finding = X2APIC.at(origin, format!("{vcpus} vCPUs need {what}"));
    match vm.vcpus {
        Some(vcpus) => finding.with_label(vcpus.origin, "more than 255"),
        None => finding,
    }
}

/// What happens otherwise.
const UNHEARD: &str =
    "libvirt and QEMU start this without a word; interrupts do not reach all vCPUs";
