#!/bin/sh
qemu-system-aarch64 -machine virt,gic-version=3 -accel kvm -cpu host -m 4G -bios QEMU_EFI.fd \
    -device virtio-rng-pci,bus=pci.0 \
#                              ^^^^^ pci/unknown-bus
    -device pcie-root-port,id=port9,bus=pxb1,chassis=9 \
#                                       ^^^^ pci/unknown-bus
    -device virtio-net-pci,bus=port9 \
    -device pxb-pcie,id=pxb1,bus_nr=100,bus=pcie.0 \
    -device pcie-root-port,id=port0,chassis=1 \
#           ^^^^^^^^^^^^^^ pci/implicit-bus
    -device pcie-root-port,id=port1,chassis=2,bus=pbx1 \
#                                                 ^^^^ pci/unknown-bus
    -device virtio-balloon \
#           ^^^^^^^^^^^^^^ pci/implicit-bus
    -device virtio-scsi-pci,id=scsi0,bus=pcie.0 \
    -device scsi-hd,drive=d0,bus=scsi0.0 \
    -device usb-kbd \
    -device pxb-pcie,id=pxb2,bus_nr=200
#           ^^^^^^^^ pci/implicit-bus
