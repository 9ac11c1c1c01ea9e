//! UEFI for a whole command line.

use super::super::argument::Argument;
use super::Lowering;
use crate::topology::{Arch, Firmware};

/// Where Debian and Fedora have UEFI for Arm.
const AAVMF: &str = "/usr/share/AAVMF/AAVMF_CODE.fd";
/// Where Debian has UEFI for x86.
const OVMF: &str = "/usr/share/OVMF/OVMF_CODE_4M.fd";

impl Lowering<'_, '_> {
    /// The code alone, read-only: UEFI then keeps its variables in memory. libvirt would copy a
    /// file of variables for each domain.
    pub(super) fn firmware(&self) -> Option<Argument> {
        let file = match (self.guest.firmware, self.checked.machine.board.arch()) {
            (Firmware::Efi, Arch::Aarch64) => AAVMF,
            (Firmware::Efi, Arch::X86_64) => OVMF,
            // Without an argument `virt` has no firmware, and x86 has SeaBIOS.
            (Firmware::Bios | Firmware::None, _) => return None,
        };
        let drive = format!("if=pflash,unit=0,format=raw,readonly=on,file={file}");
        Some(Argument::new("-drive", drive))
    }
}
