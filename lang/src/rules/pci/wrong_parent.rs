//! `pci/wrong-parent`

use crate::finding::{Applicability, Finding};
use crate::language::InEach;
use crate::rules::{Check, Context, declare_rule};
use crate::span::Origin;
use crate::topology::{Board, ControllerKind, Parent, Placement};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that there are no PXBs and no PCIe ports on machine `pc`, whose root bus is conventional PCI; that
    /// a PXB sits on the root bus itself; and that what sits on a PXB is a port or another bridge.
    ///
    /// ## Why
    ///
    /// Host devices sit on its root bus directly. PCI Express, and with it a vSMMU or a PXB for PCIe, needs
    /// `q35` or `virt`. A PXB makes a root bus, which only bridges fit; a domain or a command line can put
    /// something else there, and neither libvirt nor QEMU starts it.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="pc" {
    ///     root-port
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="q35" {
    ///     root-port
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt refuses it: `pcie-expander-bus controllers are not supported with this machine type`
    ///
    /// ```xml pc
    /// <controller type='pci' index='1' model='pcie-expander-bus'/>
    /// ```
    ///
    /// QEMU refuses it: `pxb-pcie devices cannot reside on a PCI bus`
    ///
    /// ```args pc
    /// -device pxb-pcie,id=pci.1,bus=pci.0,addr=3,bus_nr=252
    /// ```
    ///
    /// libvirt refuses it: `It requires a controller that accepts a pcie-root-port.`
    ///
    /// ```xml pc
    /// <controller type='pci' index='1' model='pcie-root-port'><address type='pci' bus='0' slot='5'/></controller>
    /// ```
    ///
    /// QEMU alone takes a root port there, on a bus that has no PCI Express.
    ///
    /// QEMU accepts it.
    ///
    /// ```args pc
    /// -device pcie-root-port,id=pci.1,bus=pci.0,addr=5,chassis=1
    /// ```
    ///
    /// libvirt refuses it: `It requires a controller that accepts a PCI Express device.`
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-expander-bus'><target busNr='252'/></controller>
    /// <rng model='virtio'><backend model='random'>/dev/urandom</backend><address type='pci' bus='1' slot='1'/></rng>
    /// ```
    ///
    /// QEMU refuses it: `PCI: Only PCI/PCIe bridges can be plugged into pxb-pcie`
    ///
    /// ```args
    /// -device pxb-pcie,id=pci.1,bus=pcie.0,addr=3,bus_nr=252
    /// -device virtio-rng-pci,bus=pci.1
    /// ```
    ///
    /// QEMU refuses it: `PXB devices can be attached only to root bus`
    ///
    /// ```args
    /// -device pcie-root-port,id=pci.1,bus=pcie.0,chassis=1
    /// -device pxb-pcie,id=pci.2,bus=pci.1,bus_nr=252
    /// ```
    ///
    /// QEMU's bridge for conventional PCI has no place on the other machines.
    ///
    /// QEMU refuses it: `pxb devices cannot reside on a PCIe bus`
    ///
    /// ```args
    /// -device pxb,id=pci.1,bus=pcie.0,addr=3,bus_nr=252
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `src/qemu/qemu_validate.c`
    /// - QEMU, `hw/pci-bridge/pci_expander_bridge.c`
    pub(crate) static WRONG_PARENT = {
        name: "pci/wrong-parent",
        summary: "what is plugged in fits the bus it is on",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

/// QEMU's `pxb`, on a machine whose root bus is PCI Express.
pub(crate) fn conventional_pxb(driver: Origin, board: Board) -> Finding {
    WRONG_PARENT
        .at(driver, format!("a `pxb` is for machine `pc`, and this is `{}`", board.name()))
        .with_note("QEMU: pxb devices cannot reside on a PCIe bus")
        .with_help("`pxb-pcie` is the one for PCI Express")
        .with_replacement("write `pxb-pcie`", Applicability::Unsafe, driver, "pxb-pcie")
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    on_conventional_pci(context, findings);
    on_a_pxb(context, findings);
    pxbs_off_the_root_bus(context, findings);
}

fn on_conventional_pci(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let vm = context.vm;
    let Some(machine) = vm.machine.as_ref().filter(|machine| machine.value.board == Board::Pc)
    else {
        return;
    };
    for controller in &vm.controllers {
        // A vSMMU on this machine is another rule's mistake, and so is all that belongs to it.
        let of_vsmmu = controller.vsmmu.is_some() || vm.root_vsmmu.is_some();
        // Conventional ones belong there, or libvirt says so.
        let is_conventional = matches!(controller.kind, ControllerKind::Bridge(_));
        if controller.parent != Parent::Root || controller.implied || of_vsmmu || is_conventional {
            continue;
        }
        // QEMU alone takes a port there.
        if !context.target.judge_libvirt && !controller.is_pxb() {
            continue;
        }
        let noun = controller.noun();
        findings.push(
            WRONG_PARENT
                .at(
                    controller.origin,
                    format!("machine `{}` has no place for a {noun}", machine.value.name),
                )
                .with_label(machine.origin, "its root bus is conventional PCI")
                .with_help("use machine `q35`, or put the devices on the root bus"),
        );
    }
}

/// Endpoints on the bus that a PXB makes.
fn on_a_pxb(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let vm = context.vm;
    let hostdevs = vm
        .hostdevs
        .iter()
        .map(|hostdev| (hostdev.parent, hostdev.placement, hostdev.origin, &hostdev.name));
    let devices = vm.devices.iter().filter(|device| !device.is_bridge());
    let devices =
        devices.map(|device| (device.parent, device.placement, device.origin, &device.name));
    for (parent, placement, origin, name) in hostdevs.chain(devices) {
        let Parent::Controller(id) = parent else { continue };
        let pxb = vm.controller(id);
        if pxb.is_pxb() {
            let name = &name.value;
            findings.push(
                WRONG_PARENT
                    .at(origin, format!("`{name}` is an endpoint, and a PXB takes only bridges"))
                    .with_label(pxb.origin, "the PXB")
                    .with_note("QEMU: PCI: Only PCI/PCIe bridges can be plugged into pxb-pcie")
                    .with_help(format!(
                        "put a root port on the PXB, and the device behind the port{}",
                        without_address(context, placement)
                    )),
            );
        }
    }
}

/// What of an address cannot go with a device behind a port, which has one slot; in words that end a sentence.
fn without_address(context: &Context<'_>, placement: Placement) -> &'static str {
    let numbers = [placement.slot, placement.function].into_iter().flatten();
    if numbers.clone().all(|number| number.value == 0) {
        return "";
    }
    context.say(InEach {
        kdl: ", without its `slot` and `function`",
        libvirt: ", in slot 0",
        qemu: ", without its `addr=`",
    })
}

fn pxbs_off_the_root_bus(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let vm = context.vm;
    let names_buses = context.say(InEach { kdl: false, libvirt: false, qemu: true });
    for pxb in vm.controllers.iter().filter(|controller| controller.is_pxb()) {
        let Parent::Controller(id) = pxb.parent else { continue };
        let parent = vm.controller(id);
        let said = if parent.is_pxb() {
            "QEMU: PCI: Only PCI/PCIe bridges can be plugged into pxb-pcie"
        } else {
            "QEMU: PXB devices can be attached only to root bus"
        };
        findings.push(
            WRONG_PARENT
                .at(pxb.origin, format!("a PXB sits on the root bus, not on a {}", parent.noun()))
                .with_label(parent.origin, "where it is plugged in")
                .with_note(said)
                .with_help(match vm.board().filter(|_| names_buses) {
                    Some(board) => {
                        format!("put it on the root bus itself: write `bus={}`", board.root_bus())
                    }
                    None => "put it on the root bus itself".to_owned(),
                }),
        );
    }
}
