//! `hostdev/fd-without-id`

use crate::finding::Finding;
use crate::rules::{Check, declare_rule};
use crate::span::Origin;

declare_rule! {
    /// ## What it does
    ///
    /// Checks that a `vfio-pci` with `fd=` on a QEMU command line has an `id=`.
    ///
    /// ## Why
    ///
    /// QEMU 11.1 names the open device by its id, and dies of a null pointer when there is none.
    ///
    /// ## Example
    ///
    /// ```sh
    /// qemu-system-aarch64 -machine virt \
    ///     -object iommufd,id=iommufd0,fd=22 \
    ///     -device pcie-root-port,id=port0,bus=pcie.0,chassis=1 \
    ///     -device vfio-pci,bus=port0,iommufd=iommufd0,fd=23
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```sh
    /// qemu-system-aarch64 -machine virt \
    ///     -object iommufd,id=iommufd0,fd=22 \
    ///     -device pcie-root-port,id=port0,bus=pcie.0,chassis=1 \
    ///     -device vfio-pci,id=gpu0,bus=port0,iommufd=iommufd0,fd=23
    /// ```
    ///
    /// ## References
    ///
    /// - QEMU, `hw/vfio/device.c` (`vfio_device_get_name`)
    pub(super) static FD_WITHOUT_ID = {
        name: "hostdev/fd-without-id",
        summary: "an opened host device on a QEMU command line has an id",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::WhileReading,
    }
}

/// A host device with `fd` and no `id`.
pub(crate) fn nameless(fd: Origin) -> Finding {
    FD_WITHOUT_ID
        .at(fd, "a host device with `fd=` needs an `id=`")
        .with_note("QEMU 11.1 crashes here: SIGSEGV")
        .with_help("give it an `id=`")
}
