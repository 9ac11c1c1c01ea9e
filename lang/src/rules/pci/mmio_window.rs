//! `pci/mmio-window`

use crate::finding::{Applicability, Finding};
use crate::language::InEach;
use crate::rules::{Check, Context, Value, declare_rule};
use crate::span::Origin;
use crate::topology::{Board, Size, Vm};

declare_rule! {
    /// ## What it does
    ///
    /// Checks on machine `virt` that the `mmio-window` is a power of two and at least 512 GiB, and that it
    /// fits the physical address space of the CPU model, where that is known.
    ///
    /// ## Why
    ///
    /// QEMU refuses the first two. A window beyond the CPU's physical address bits is dropped without a
    /// word: every large BAR of the guest stays unassigned.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     mmio-window "768GiB"
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     mmio-window "1TiB"
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt accepts it.
    ///
    /// ```xml
    /// <controller type='pci' index='0' model='pcie-root'><pcihole64 unit='GiB'>768</pcihole64></controller>
    /// ```
    ///
    /// QEMU refuses it: `highmem-mmio-size is not a power of 2`
    ///
    /// ```args
    /// -machine highmem-mmio-size=768G
    /// ```
    ///
    /// QEMU refuses it: `highmem-mmio-size cannot be set to a lower value than the default (512 GiB)`
    ///
    /// ```args
    /// -machine highmem-mmio-size=256G
    /// ```
    ///
    /// A window beyond the CPU's address bits is the one that nothing is said of.
    ///
    /// QEMU accepts it.
    ///
    /// ```args
    /// -machine highmem-mmio-size=1T -cpu cortex-a53
    /// ```
    ///
    /// ## References
    ///
    /// - QEMU, `hw/arm/virt.c`
    pub(super) static MMIO_WINDOW = {
        name: "pci/mmio-window",
        summary: "the 64-bit MMIO window is one that the machine can have",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

/// QEMU's default, and the least it takes.
const LEAST: Size = Size(512 << 30);

/// Physical address bits of CPU models (`ID_AA64MMFR0_EL1.PARange`; QEMU, `target/arm/cpu64.c` and
/// `target/arm/tcg/cpu64.c`). QEMU 11.1 has each window up to half of what they address, and drops the next one.
const PHYSICAL_ADDRESS_BITS: [(&str, u32); 11] = [
    ("a64fx", 40),
    ("cortex-a35", 40),
    ("cortex-a53", 40),
    ("cortex-a55", 40),
    ("cortex-a57", 44),
    ("cortex-a710", 40),
    ("cortex-a72", 44),
    ("cortex-a76", 40),
    ("neoverse-n1", 48),
    ("neoverse-n2", 48),
    ("neoverse-v1", 48),
];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let vm = context.vm;
    let Some(window) = vm.mmio_window.filter(|_| vm.board() == Some(Board::Virt)) else { return };
    let Size(bytes) = window.value;
    if !bytes.is_power_of_two() {
        let finding = MMIO_WINDOW
            .at(window.origin, format!("an MMIO window of {} is not a power of two", window.value))
            .with_note("QEMU: highmem-mmio-size is not a power of 2");
        let limit = physical_address_bits(vm).map(|(_, bits)| Size(1 << (bits - 1)));
        let larger = bytes.max(LEAST.0).checked_next_power_of_two().map(Size);
        findings.push(
            match (larger.filter(|&larger| limit.is_none_or(|most| larger <= most)), limit) {
                (Some(larger), _) => instead(
                    context,
                    finding.with_help(format!("the next larger one is {larger}")),
                    window.origin,
                    larger,
                ),
                (None, Some(largest)) => instead(
                    context,
                    finding.with_help(format!("the largest this CPU can have is {largest}")),
                    window.origin,
                    largest,
                ),
                (None, None) => finding,
            },
        );
    } else if window.value < LEAST {
        let property = context.say(InEach {
            kdl: "mmio-window",
            libvirt: "<pcihole64>",
            qemu: "highmem-mmio-size=",
        });
        findings.push(instead(
            context,
            MMIO_WINDOW
                .at(window.origin, format!("an MMIO window of {} is below {LEAST}", window.value))
                .with_note("QEMU: highmem-mmio-size cannot be set to a lower value than the default (512 GiB)")
                .with_help(format!("leave `{property}` out to have the default")),
            window.origin,
            LEAST,
        ));
    } else if let Some((cpu, bits)) = physical_address_bits(vm)
        && bytes >> bits != 0
    {
        let largest = Size(1 << (bits - 1));
        findings.push(instead(
            context,
            MMIO_WINDOW
                .at(
                    window.origin,
                    format!(
                        "an MMIO window of {} is beyond the CPU's {bits} physical address bits",
                        window.value
                    ),
                )
                .with_label(cpu, format!("this model addresses {}", Size(1 << bits)))
                .with_note("QEMU starts this without a word and without any 64-bit window")
                .with_help(format!("the largest this model can have is {largest}")),
            window.origin,
            largest,
        ));
    }
}

/// Offers to write `size` as the window.
fn instead(context: &Context<'_>, finding: Finding, window: Origin, size: Size) -> Finding {
    let title = match context.say(InEach::only_kdl(())) {
        Some(()) => format!("write `\"{size}\"`"),
        None => format!("make it {size}"),
    };
    finding.with_edits(
        title,
        Applicability::Unsafe,
        [context.source.with_value(window, Value::Size(size))],
    )
}

/// Where the CPU model is written, and its physical address bits, if they are known.
fn physical_address_bits(vm: &Vm) -> Option<(Origin, u32)> {
    let cpu = vm.cpu.as_ref()?;
    let (_, bits) = PHYSICAL_ADDRESS_BITS.iter().find(|(model, _)| *model == cpu.value)?;
    Some((cpu.origin, *bits))
}
