#!/bin/bash
SMMU=(
    -device arm-smmuv3-accel,bus=pcie.1
#           ^^^^^^^^^^^^^^^^ target/renamed
    -device arm-smmuv3-nested,id=smmu2,pci-bus=pcie.2
#           ^^^^^^^^^^^^^^^^^ target/renamed
    -device arm-smmuv3,primary-bus=pcie.3,id=smmu3,accel=on,ats=on,ril=off,pasid=on,oas=48
#                                                                          ^^^^^ target/renamed
)
qemu-system-aarch64 -machine virt,gic-version=3 -accel kvm -cpu host -m 4G -bios QEMU_EFI.fd \
    -object iommufd,id=iommufd0 \
    -device pxb-pcie,id=pcie.1,bus_nr=10,bus=pcie.0 \
    -device pxb-pcie,id=pcie.2,bus_nr=20,bus=pcie.0 \
    -device pxb-pcie,id=pcie.3,bus_nr=30,bus=pcie.0 \
    "${SMMU[@]}" \
    -device pcie-root-port,id=port1,bus=pcie.1,chassis=1 -device vfio-pci,host=0000:01:00.0,bus=port1,iommufd=iommufd0 \
    -device pcie-root-port,id=port2,bus=pcie.2,chassis=2 -device vfio-pci,host=0000:02:00.0,bus=port2,iommufd=iommufd0 \
    -device pcie-root-port,id=port3,bus=pcie.3,chassis=3 -device vfio-pci,host=0000:03:00.0,bus=port3,iommufd=iommufd0
