//! `hostdev/bad-address`

use crate::finding::{Applicability, Finding};
use crate::language::InEach;
use crate::rules::{Check, Context, Value, declare_rule};
use crate::topology::HostAddress;

declare_rule! {
    /// ## What it does
    ///
    /// Checks that the address of a host device on the host is `DDDD:BB:SS.F`, or `BB:SS.F` in domain 0:
    /// hexadecimal, with a slot up to 1f and a function up to 7.
    ///
    /// ## Why
    ///
    /// An address that is not one fails when the vm is defined or started. One that is only written in
    /// short, `9:1:0.0`, QEMU takes, but nothing else on the host calls the device that.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="9:01:00.0"
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
    /// libvirt refuses it: `Invalid PCI address slot='0x20', must be <= 0x1F`
    ///
    /// ```xml
    /// <hostdev mode='subsystem' type='pci' managed='no'>
    ///   <source><address domain='0x0009' bus='0x01' slot='0x20' function='0x0'/></source>
    /// </hostdev>
    /// ```
    ///
    /// QEMU refuses it: `Property 'vfio-pci.host' doesn't take value '0009:01:20.0'`
    ///
    /// ```args
    /// -device vfio-pci,host=0009:01:20.0
    /// ```
    ///
    /// QEMU refuses it: `Property 'vfio-pci.host' doesn't take value '10000:01:00.0'`
    ///
    /// ```args
    /// -device vfio-pci,host=10000:01:00.0
    /// ```
    ///
    /// QEMU refuses it: `vfio /sys/bus/pci/devices/0009:01:00.0: no such host device: No such file or directory`
    ///
    /// ```args
    /// -device vfio-pci,host=9:1:0.0
    /// ```
    ///
    /// (There is no such device where that was tried; the address was understood.)
    ///
    /// ## References
    ///
    /// - Linux, `Documentation/PCI/sysfs-pci.rst`
    pub(super) static BAD_ADDRESS = {
        name: "hostdev/bad-address",
        summary: "an address on the host is `DDDD:BB:SS.F`",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for host in context.vm.hostdevs.iter().filter_map(|hostdev| hostdev.host.as_ref()) {
        if HostAddress::parse(&host.value).is_some() {
            continue;
        }
        let finding = BAD_ADDRESS
            .at(host.origin, format!("`{}` is not the address of a PCI device", host.value))
            .with_help(context.say(InEach {
                kdl: "write `DDDD:BB:SS.F` in hexadecimal, as in /sys/bus/pci/devices",
                libvirt: "in `<source>`, the `<address>` has a `domain` up to 0xffff, a `bus` up to 0xff, a `slot` up to \
                          0x1f and a `function` up to 7",
                qemu: "write `DDDD:BB:SS.F` in hexadecimal, as in /sys/bus/pci/devices",
            }));
        // In XML it is no one text.
        let is_text = context.say(InEach { kdl: true, libvirt: false, qemu: true });
        findings.push(match respelled(&host.value).filter(|_| is_text) {
            Some((address, applicability)) => finding.with_edits(
                format!("write `{address}`"),
                applicability,
                [context.source.with_value(host.origin, Value::Text(&address.to_string()))],
            ),
            None => finding,
        });
    }
}

/// The address that `text` spells otherwise, such as `9:1:0.0` or libvirt's `pci_0009_01_00_0`; with
/// function 0 where it names none, which is a guess.
fn respelled(text: &str) -> Option<(HostAddress, Applicability)> {
    let text = text.trim();
    let text = text.strip_prefix("pci_").unwrap_or(text);
    let parts: Vec<&str> = text
        .split([':', '.', '_'])
        .map(|digits| digits.strip_prefix("0x").unwrap_or(digits))
        .collect();
    let has_function = text.rfind('.') > text.rfind(':');
    let (domain, bus, slot, function, applicability) = match parts[..] {
        [domain, bus, slot, function] => (domain, bus, slot, function, Applicability::Safe),
        [bus, slot, function] if has_function => ("0", bus, slot, function, Applicability::Safe),
        [domain, bus, slot] => (domain, bus, slot, "0", Applicability::Unsafe),
        _ => return None,
    };
    HostAddress::parse(&format!("{domain:0>4}:{bus:0>2}:{slot:0>2}.{function}"))
        .map(|address| (address, applicability))
}
