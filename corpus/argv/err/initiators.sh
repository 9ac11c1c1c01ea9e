#!/bin/sh
# Three cells are made, and a fourth one is named.
qemu-system-aarch64 -M virt,gic-version=3 -accel kvm -cpu host -m 4G -bios QEMU_EFI.fd \
    -object memory-backend-ram,id=ram0,size=4G -numa node,nodeid=0,memdev=ram0 \
    -numa node,nodeid=1 -numa node,nodeid=2 -object iommufd,id=iommufd0 \
    -device pxb-pcie,id=pxb0,bus_nr=100,bus=pcie.0 \
    -device arm-smmuv3,primary-bus=pxb0,accel=on,id=smmu0 \
    -device pcie-root-port,id=port0,bus=pxb0,chassis=1 \
    -device vfio-pci,host=0009:01:00.0,bus=port0,iommufd=iommufd0,id=gpu0 \
    -object acpi-generic-initiator,id=gi0,pci-dev=gpu0,node=1 \
    -object acpi-generic-initiator,id=gi1,pci-dev=gpu0,node=3
#                                                           ^ numa/unknown-cell

# Each initiator names a cell: the mark is at the one that is wrong.
qemu-system-aarch64 -M virt,gic-version=3 -accel kvm -cpu host -m 4G -bios QEMU_EFI.fd \
    -object memory-backend-ram,id=ram0,size=4G -numa node,nodeid=0,memdev=ram0 \
    -numa node,nodeid=1 -numa node,nodeid=2 -numa node,nodeid=3 -object iommufd,id=iommufd0 \
    -device pxb-pcie,id=pxb0,bus_nr=100,bus=pcie.0 \
    -device arm-smmuv3,primary-bus=pxb0,accel=on,id=smmu0 \
    -device pcie-root-port,id=port0,bus=pxb0,chassis=1 \
    -device pcie-root-port,id=port1,bus=pxb0,chassis=2 \
    -device vfio-pci,host=0019:01:00.0,bus=port0,iommufd=iommufd0,id=gpu0 \
    -device vfio-pci,host=0019:02:00.0,bus=port1,iommufd=iommufd0,id=gpu1 \
    -object acpi-generic-initiator,id=gi0,pci-dev=gpu0,node=1 \
    -object acpi-generic-initiator,id=gi1,pci-dev=gpu0,node=0 \
#                                                           ^ numa/initiator-cell
    -object acpi-generic-initiator,id=gi2,pci-dev=gpu1,node=1
#                                                           ^ numa/initiator-cell
qemu-system-aarch64 -M virt,gic-version=3 -accel kvm -cpu host -m 4G -bios QEMU_EFI.fd \
    -object memory-backend-ram,id=ram0,size=4G -numa node,nodeid=0,memdev=ram0 \
    -object iommufd,id=iommufd0 -device vfio-pci,host=0029:01:00.0,bus=pcie.0,iommufd=iommufd0,id=gpu0 \
    -object acpi-generic-initiator,id=gi0,pci-dev=gpu0,node=1 \
#                                                           ^ numa/unknown-cell
    -object acpi-generic-initiator,id=gi1,pci-dev=gpu0,node=4
#                                                           ^ numa/unknown-cell
