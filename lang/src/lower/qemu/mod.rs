//! QEMU's command line.
//!
//! For releases: the arguments, JSON keys and order of libvirt 12.8 (`qemuBuildCommandLine`), and
//! the host's address of each device, which libvirt passes as an open file. For the RFCs: theirs.

mod controller;
mod device;
mod firmware;
mod hostdev;
mod iommu;
mod iommufd;
mod machine;
mod memory;
mod numa;
mod vsmmu;

use super::argument::Argument;
use super::guest::{Guest, InterruptRemapping};
use super::ids::{Ids, Taker};
use super::json_object::JsonObject;
use super::slots::Slots;
use crate::check::Checked;
use crate::target::QemuProfile;
use crate::topology::{Arch, Function, Parent, SlotFunction};

/// What to write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// A complete command line, not only the IOMMU topology. What is not stated is filled in:
    /// KVM, UEFI, GIC 3, the host's CPU, 4 GiB.
    pub whole: bool,
    /// Every host device replaced by an emulated one, no acceleration, no KVM, plain memory: the
    /// same topology for a machine without the hardware. Without `whole` it also names no NUMA
    /// cell, so that it starts with any machine.
    pub stand_in: bool,
}

/// The program the arguments are for.
#[must_use]
pub const fn program(checked: &Checked<'_>) -> &'static str {
    match checked.machine.board.arch() {
        Arch::Aarch64 => "qemu-system-aarch64",
        Arch::X86_64 => "qemu-system-x86_64",
    }
}

/// The arguments for `checked`. Linear in its elements, apart from one sort and from the matrix of
/// NUMA distances, which has at most 128 rows.
#[must_use]
pub fn arguments(checked: &Checked<'_>, options: Options) -> Vec<Argument> {
    let lowering = Lowering {
        checked,
        options,
        profile: if options.stand_in { QemuProfile::Release } else { checked.target.qemu.profile },
        guest: Guest::of(checked),
        interrupts: InterruptRemapping::of(checked),
        ids: Ids::of(checked, Taker::Qemu),
        slots: Slots::of(checked),
    };
    lowering.arguments()
}

/// One vm being lowered.
struct Lowering<'a, 'c> {
    checked: &'c Checked<'a>,
    options: Options,
    /// The syntax; a stand-in is for releases.
    profile: QemuProfile,
    guest: Guest<'a>,
    interrupts: InterruptRemapping,
    ids: Ids,
    slots: Slots,
}

impl Lowering<'_, '_> {
    fn arguments(&self) -> Vec<Argument> {
        let mut arguments = if self.options.whole { self.whole_guest() } else { self.machine() };
        arguments.extend(self.controllers());
        match self.profile {
            QemuProfile::RfcNested | QemuProfile::RfcAccel => {
                arguments.extend(self.iommufds());
                arguments.extend(self.iommus());
                arguments.extend(self.devices());
            }
            QemuProfile::Nvidia | QemuProfile::Release => {
                arguments.extend(self.iommus());
                arguments.extend(self.devices());
                arguments.extend(self.iommufds());
            }
        }
        arguments.extend(self.hostdevs());
        arguments
    }

    fn iommus(&self) -> impl Iterator<Item = Argument> {
        self.machine_iommu().into_iter().chain(self.vsmmus())
    }

    /// Whether NUMA cells are named: QEMU refuses a cell that no `-numa` made.
    fn names_cells(&self) -> bool {
        self.options.whole || !self.options.stand_in
    }

    /// Ends `device` with where it sits: `bus`, `multifunction` where needed, `addr`.
    fn place(&self, device: JsonObject, parent: Parent, position: SlotFunction) -> JsonObject {
        let bus_index = self.checked.bus_index(parent);
        let announces = self.slots.announces_functions(bus_index, position);
        device
            .string("bus", self.ids.bus(parent))
            .with(announces.then_some(true), |device, on| device.boolean("multifunction", on))
            .string("addr", &addr(position))
    }
}

/// `-device` with this JSON.
fn device(object: JsonObject) -> Argument {
    Argument::new("-device", object.finish())
}

/// `-object` with this JSON.
fn object(object: JsonObject) -> Argument {
    Argument::new("-object", object.finish())
}

/// As libvirt writes it: `0x1`; with a function other than 0 `0x1.0x2`
/// (`qemuBuildDeviceAddressPCIGetBus`).
fn addr(position: SlotFunction) -> String {
    let (slot, function) = (position.slot.get(), position.function);
    if function == Function::ZERO {
        format!("{slot:#x}")
    } else {
        format!("{slot:#x}.{:#x}", function.get())
    }
}
