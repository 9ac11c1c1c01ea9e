#!/bin/sh
qemu-system-aarch64 -machine virt,gic-version=3,default-bus-bypass-iommu=on -accel kvm -cpu host \
#                                                                        ^^ iommu/bypass
    -m 4G -bios QEMU_EFI.fd \
    -device arm-smmuv3,primary-bus=pxb0,id=early \
#                                  ^^^^ iommu/primary-bus
    -device pxb-pcie,id=pxb0,bus_nr=100,bus=pcie.0,bypass_iommu=true \
#                                                               ^^^^ iommu/bypass
    -device arm-smmuv3,primary-bus=pxb0,id=smmu0 \
    -device pcie-root-port,id=port0,bus=pxb0,chassis=1 \
    -device arm-smmuv3,primary-bus=port0,id=smmu1 \
#                                  ^^^^^ iommu/primary-bus
    -device arm-smmuv3,id=smmu2 \
#           ^^^^^^^^^^ iommu/primary-bus
    -device arm-smmuv3,primary-bus=pcie.0,id=smmu3

# A root bus has one vSMMU; each that has none is told another bus.
BUS=pcie.0
qemu-system-aarch64 -machine virt,gic-version=3 -accel kvm -cpu host -m 4G -bios QEMU_EFI.fd \
    -device arm-smmuv3,primary-bus=pxb2,id=early \
#                                  ^^^^ iommu/primary-bus
    -device pxb-pcie,id=pxb0,bus_nr=100,bus=pcie.0 \
    -device pxb-pcie,id=pxb1,bus_nr=150,bus=pcie.0 \
    -device pxb-pcie,id=pxb2,bus_nr=200,bus=pcie.0 \
    -device arm-smmuv3,id=smmu0 \
#           ^^^^^^^^^^ iommu/primary-bus
    -device arm-smmuv3,id=smmu1 \
#           ^^^^^^^^^^ iommu/primary-bus
    -device arm-smmuv3,primary-bus=$BUS,id=smmu2
qemu-system-aarch64 -machine virt,gic-version=3 -accel kvm -cpu host -m 4G -bios QEMU_EFI.fd \
    -device pxb-pcie,id=pxb0,bus_nr=100,bus=pcie.0 \
    -device arm-smmuv3,primary-bus=pxb0,id=smmu0 \
    -device arm-smmuv3,primary-bus=pxb0,id=smmu1 \
#                                  ^^^^ iommu/shared-bus
    -device arm-smmuv3,primary-bus=$BUS,id=smmu2 \
    -device arm-smmuv3,primary-bus=$BUS,id=smmu3
#                                          ^^^^^ iommu/shared-bus
qemu-system-aarch64 -machine virt,gic-version=3 -accel kvm -cpu host -m 4G -bios QEMU_EFI.fd \
    -device pxb-pcie,id=pxb0,bus_nr=100,bus=pcie.0 \
    -device arm-smmuv3,bus=pxb0,id=smmu0 \
#           ^^^^^^^^^^ iommu/primary-bus
    -device arm-smmuv3,primary-bus=pcie.0,bus=pcie.0,id=smmu1
#                                         ^^^ iommu/primary-bus
