//! Guest RAM of a whole command line.

use super::super::argument::Argument;
use super::super::json_object::JsonObject;
use super::{Lowering, object};
use crate::topology::{Arch, Size};

impl Lowering<'_, '_> {
    /// All RAM as one object, when there are no NUMA cells.
    pub(super) fn memory_backend(&self) -> Option<Argument> {
        let guest = &self.guest;
        guest.cells.is_empty().then(|| object(self.ram(self.ram_id(), guest.memory, true)))
    }

    /// The id of the machine's own RAM: QEMU's name of it, which migration relies on.
    pub(super) const fn ram_id(&self) -> &'static str {
        match self.checked.machine.board.arch() {
            Arch::Aarch64 => "mach-virt.ram",
            Arch::X86_64 => "pc.ram",
        }
    }

    /// RAM. A stand-in's is a bare memfd: nothing that a host might not have, and no page of it is
    /// set aside before the guest touches it.
    pub(super) fn ram(&self, id: &str, size: Size, of_machine: bool) -> JsonObject {
        let guest = &self.guest;
        if self.options.stand_in {
            return JsonObject::object("memory-backend-memfd", id).number("size", size.0);
        }
        if !guest.has_memfd() {
            return JsonObject::object("memory-backend-ram", id)
                .with(guest.shared, |ram, shared| ram.boolean("share", shared))
                .number("size", size.0);
        }
        JsonObject::object("memory-backend-memfd", id)
            .with(guest.hugepages, |ram, page| {
                ram.boolean("hugetlb", true).number("hugetlbsize", page.0)
            })
            .with(guest.shared, |ram, shared| ram.boolean("share", shared))
            .with(of_machine.then_some(false), |ram, canonical| {
                ram.boolean("x-use-canonical-path-for-ramblock-id", canonical)
            })
            .with(guest.hugepages, |ram, _| ram.boolean("prealloc", true))
            .number("size", size.0)
    }
}
