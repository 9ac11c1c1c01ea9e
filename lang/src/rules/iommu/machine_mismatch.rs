//! `iommu/machine-mismatch`

use crate::finding::Finding;
use crate::language::InEach;
use crate::rules::{Check, Context, declare_rule};
use crate::span::{Origin, Written};
use crate::topology::{Board, IommuModel, Machine};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that the IOMMU model exists on the machine: vSMMUs and `smmuv3` on `virt`, `intel` and `amd`
    /// on `q35`, `virtio` on both.
    ///
    /// ## Why
    ///
    /// QEMU has no such device for another machine; libvirt refuses `virtio` on `pc`, which QEMU takes.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="q35" {
    ///     iommu "smmuv3"
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="q35" {
    ///     iommu "intel"
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt refuses it: `IOMMU device: 'smmuv3' is only supported with ARM Virt machines`
    ///
    /// ```xml q35
    /// <iommu model='smmuv3'/>
    /// ```
    ///
    /// libvirt refuses it: `IOMMU device: 'intel' is only supported with Q35 machines`
    ///
    /// ```xml
    /// <iommu model='intel'/>
    /// ```
    ///
    /// libvirt refuses it: `IOMMU device: 'virtio' is only supported with Q35 and ARM Virt machines`
    ///
    /// ```xml pc
    /// <iommu model='virtio'/>
    /// ```
    ///
    /// QEMU accepts it.
    ///
    /// ```args pc
    /// -device virtio-iommu-pci
    /// ```
    ///
    /// QEMU refuses it: `'arm-smmuv3' is not a valid device model name`
    ///
    /// ```args q35
    /// -device arm-smmuv3
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `src/qemu/qemu_validate.c`
    pub(crate) static MACHINE_MISMATCH = {
        name: "iommu/machine-mismatch",
        summary: "the IOMMU exists on this machine",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let vm = context.vm;
    let Some(machine) = &vm.machine else { return };
    for model in vm.iommus.iter().map(|iommu| iommu.model) {
        // Only libvirt does not have it on `pc`.
        let is_libvirts = model.value == IommuModel::Virtio;
        if !vm.can_have(model.value) && (context.target.judge_libvirt || !is_libvirts) {
            let refusal = qemu_refusal(model.value, machine.value.board);
            findings.push(mismatch(context, model.origin, model.value, machine, &refusal));
        }
    }
    // All vSMMUs are on the wrong machine for one reason.
    if let Some(vsmmu) = vm.vsmmus.first().filter(|_| !vm.can_have(IommuModel::Smmuv3)) {
        let refusal = "'arm-smmuv3' is not a valid device model name";
        findings.push(mismatch(context, vsmmu.origin, IommuModel::Smmuv3, machine, refusal));
    }
}

fn mismatch(
    context: &Context<'_>,
    origin: Origin,
    model: IommuModel,
    machine: &Written<Machine>,
    qemu: &str,
) -> Finding {
    let (who, where_to) = match model {
        IommuModel::Smmuv3 => ("an SMMUv3", "ARM Virt"),
        IommuModel::Intel => ("an Intel IOMMU", "Q35"),
        IommuModel::Amd => ("an AMD IOMMU", "Q35"),
        IommuModel::Virtio => ("a virtio IOMMU", "Q35 and ARM Virt"),
    };
    MACHINE_MISMATCH
        .at(origin, format!("machine `{}` cannot have {who}", machine.value.name))
        .with_label(machine.origin, "the machine")
        .with_notes(context.libvirt_says(format!(
            "IOMMU device: '{}' is only supported with {where_to} machines",
            model.name()
        )))
        .with_notes(context.qemu_alone_says(qemu))
        .with_help(way_out(context, model, machine.value.board))
}

/// What QEMU says to an IOMMU of the whole machine that the board does not have.
fn qemu_refusal(model: IommuModel, board: Board) -> String {
    match (model, board) {
        (IommuModel::Smmuv3, _) => "Property '….iommu' not found".to_owned(),
        (_, Board::Virt) => format!("'{}' is not a valid device model name", qemu_name(model)),
        (_, Board::Q35 | Board::Pc) => {
            "Parameter 'driver' expects a dynamic sysbus device type for the machine".to_owned()
        }
    }
}

/// What stands on a command line for it.
const fn qemu_name(model: IommuModel) -> &'static str {
    match model {
        IommuModel::Intel => "intel-iommu",
        IommuModel::Amd => "amd-iommu",
        IommuModel::Virtio => "virtio-iommu-pci",
        IommuModel::Smmuv3 => "iommu=smmuv3",
    }
}

/// Machines that have the IOMMU, and IOMMUs that the machine has.
fn way_out(context: &Context<'_>, model: IommuModel, board: Board) -> String {
    let machines: Vec<String> =
        model.boards().iter().map(|board| format!("`{}`", board.name())).collect();
    let models = [IommuModel::Intel, IommuModel::Amd, IommuModel::Virtio, IommuModel::Smmuv3];
    let models = models.iter().filter(|model| model.boards().contains(&board));
    let mut here: Vec<String> = models
        .map(|model| {
            context.say(InEach {
                kdl: format!("`iommu \"{}\"`", model.name()),
                libvirt: format!("`<iommu model='{}'>`", model.name()),
                qemu: format!("`{}`", qemu_name(*model)),
            })
        })
        .collect();
    if IommuModel::Smmuv3.boards().contains(&board) {
        // In a domain both are `<iommu model='smmuv3'>`.
        here.extend(context.say(InEach {
            kdl: Some("`vsmmu`".to_owned()),
            libvirt: None,
            qemu: Some("`arm-smmuv3`".to_owned()),
        }));
    }
    let machines = machines.join(" or ");
    if here.is_empty() {
        return format!("use machine {machines}");
    }
    format!("use machine {machines}; `{}` has {}", board.name(), here.join(", "))
}
