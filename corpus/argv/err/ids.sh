#!/bin/sh
# Copied from a cover letter.
qemu-system-aarch64 -machine virt,gic-version=3 -accel kvm -cpu host -m 4G -bios QEMU_EFI.fd \
    -object iommufd,id=iommufd0 \
    -device pxb-pcie,id=pcie.1,bus_nr=1,bus=pcie.0 \
    -device arm-smmuv3,primary-bus=pcie.1,id=smmuv3.0,accel=on \
    -device pcie-root-port,id=pcie.port1,bus=pcie.1,chassis=1,id=dev0 \
#                                                                ^^^^ pci/duplicate-id
    -device vfio-pci,host=0019:06:00.0,rombar=0,id=dev0,iommufd=iommufd0,bus=pcie.port1 \
    -device pcie-root-port,id=pcie.port1,bus=pcie.1,chassis=2
#                             ^^^^^^^^^^ pci/duplicate-id
