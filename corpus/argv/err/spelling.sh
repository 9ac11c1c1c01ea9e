#!/bin/sh
# Slips of the hand: each is one mistake, and the rest is as it was meant.
qemu-system-aarch64 -machine virt,gic-version=3 -accel kvm -cpu host -m 4G -bios QEMU_EFI.fd \
    -object iommufd,id=iommufd0 \
    -device pxb-pcie,id=pxb0,bus-nr=100,bus=pcie.0 \
#                            ^^^^^^ target/unknown-attribute
    -device arm-smmu-v3,primary-bus=pxb0,id=smmu0,acel=on \
#           ^^^^^^^^^^^ target/unknown-attribute
#                                                 ^^^^ target/unknown-attribute
    -device '{"driver":"pcie_root_port","id":"port0","bus":"pxb0","chassis":1}' \
#                       ^^^^^^^^^^^^^^ target/unknown-attribute
    -device vfio-pci,host=0009:01:00.0,bus=port0,iommu=iommufd0
#                                                ^^^^^ target/unknown-attribute
