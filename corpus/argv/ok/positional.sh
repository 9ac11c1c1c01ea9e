#!/bin/sh
# Arguments kept in the shell's own list.
set -- -machine q35,accel=kvm -m 4G -nodefaults
set -- "$@" -device pcie-root-port,id=rp0,bus=pcie.0,chassis=1
set -- "$@" -device pcie-root-port,id=rp1,bus=pcie.0,chassis=2
[ -e disk.img ] && set -- "$@" -drive file=disk.img,if=none,id=d0 -device nvme,drive=d0,serial=1,bus=rp1
set -- "$@" -device amd-iommu,intremap=on,xtsup=on,dma-remap=on -device vfio-pci,host=0000:81:00.0,bus=rp0
exec qemu-system-x86_64 "$@"
