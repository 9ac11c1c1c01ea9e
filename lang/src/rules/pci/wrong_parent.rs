//! `pci/wrong-parent`

use crate::finding::Finding;
use crate::rules::{Check, Context, declare_rule};
use crate::topology::{Board, Parent};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that there are no PXBs and no PCIe ports on machine `pc`, whose root bus is conventional PCI.
    ///
    /// ## Why
    ///
    /// Host devices sit on its root bus directly. PCI Express, and with it a vSMMU or a PXB for PCIe, needs
    /// `q35` or `virt`.
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

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let vm = context.vm;
    let Some(machine) = vm.machine.as_ref().filter(|machine| machine.value.board == Board::Pc)
    else {
        return;
    };
    for controller in &vm.controllers {
        // A vSMMU on this machine is another rule's mistake, and so is all that belongs to it.
        let of_vsmmu = controller.vsmmu.is_some() || vm.root_vsmmu.is_some();
        if controller.parent != Parent::Root || controller.implied || of_vsmmu {
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
