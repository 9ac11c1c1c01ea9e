#!/bin/sh
qemu-system-x86_64 -machine q35,accel=kvm -m 4G \
    -object iommufd,id=iommufd0 \
    -object iommufd,id=iommufd0 \
#                      ^^^^^^^^ iommufd/duplicate-id
    -device vfio-pci,host=0000:01:00.0,iommufd=iommufd0
