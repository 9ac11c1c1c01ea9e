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
