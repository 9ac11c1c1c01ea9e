#!/bin/sh
# No KVM, no UEFI, no iommufd; a window that is no power of two.
  qemu-system-aarch64 \
# ^^^^^^^^^^^^^^^^^^^ iommu/needs-acpi
# ^^^^^^^^^^^^^^^^^^^ iommu/needs-kvm
    -M virt,gic-version=2,highmem-mmio-size=768G -cpu cortex-a72 -m 4G \
#                       ^ iommu/gic
#                                           ^^^^ pci/mmio-window
    -device pxb-pcie,id=pxb0,bus_nr=100,bus=pcie.0 \
    -device arm-smmuv3,primary-bus=pxb0,id=smmu0,accel=on \
#           ^^^^^^^^^^ iommufd/missing
    -device pcie-root-port,id=port0,bus=pxb0,chassis=1 \
    -device vfio-pci,host=0009:01:00.0,bus=port0
