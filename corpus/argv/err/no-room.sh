#!/bin/sh
# Eight SMMUs of the host, three of them given to a guest: the bridges have no numbers left for their ports.
qemu-system-aarch64 -machine virt,gic-version=3 -accel kvm -cpu host -m 4G -bios QEMU_EFI.fd \
    -object iommufd,id=iommufd0 \
    -device pxb-pcie,id=pcie.1,bus_nr=1,bus=pcie.0 \
#                                     ^ pci/bus-window
    -device pxb-pcie,id=pcie.2,bus_nr=2,bus=pcie.0 \
#                                     ^ pci/bus-window
    -device pxb-pcie,id=pcie.3,bus_nr=3,bus=pcie.0 \
    -device arm-smmuv3,primary-bus=pcie.1,id=smmuv3.1,accel=on \
    -device arm-smmuv3,primary-bus=pcie.2,id=smmuv3.2,accel=on \
    -device arm-smmuv3,primary-bus=pcie.3,id=smmuv3.3,accel=on \
    -device pcie-root-port,id=port3,bus=pcie.3,chassis=3 \
    -device pcie-root-port,id=port1,bus=pcie.1,chassis=1 \
    -device pcie-root-port,id=port2,bus=pcie.2,chassis=2 \
    -device vfio-pci,host=0001:01:00.0,bus=port1,iommufd=iommufd0 \
    -device vfio-pci,host=0002:01:00.0,bus=port2,iommufd=iommufd0 \
    -device vfio-pci,host=0005:01:00.0,bus=port3,iommufd=iommufd0
