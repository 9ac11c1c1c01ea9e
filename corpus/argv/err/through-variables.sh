#!/bin/bash
# The mistake is where the value is written.
BUS=300
#   ^^^ pci/bus-nr-range
SSID=21
#    ^^ iommu/accel-property
GPU="-device vfio-pci,host=0009:01:00.0,bus=port0,iommufd=iommufd1"
#                                                         ^^^^^^^^ iommufd/unknown-id
qemu-system-aarch64 -machine virt,gic-version=3 -accel kvm -cpu host -m 4G -bios QEMU_EFI.fd \
    -object iommufd,id=iommufd0 \
    -device pxb-pcie,id=pxb0,bus_nr=$BUS,bus=pcie.0 \
    -device "arm-smmuv3,primary-bus=pxb0,accel=on,ssidsize=${SSID}" \
    -device pcie-root-port,id=port0,bus=pxb0,chassis=1 $GPU
