#!/bin/sh
# Behind a port there is one slot; the second device has no address, and is given the next one.
qemu-system-x86_64 -M q35 -accel kvm -m 4G \
    -device pcie-root-port,id=port0,bus=pcie.0,chassis=1 \
    -device virtio-net-pci,bus=port0 \
    -device virtio-rng-pci,bus=port0 \
#           ^^^^^^^^^^^^^^ pci/address-range
    -device pcie-root-port,id=port1,bus=pcie.0,chassis=2 \
    -device virtio-net-pci,bus=port1,addr=0,multifunction=on \
    -device virtio-rng-pci,bus=port1,addr=0.1

# The first has no address, and has the slot that is written of the second.
qemu-system-x86_64 -M q35 -accel kvm -m 4G \
    -device pcie-root-port,id=port0,bus=pcie.0,chassis=1 \
    -device virtio-net-pci,bus=port0 \
    -device virtio-rng-pci,bus=port0,addr=0 \
#                                         ^ pci/duplicate-address
    -device pcie-root-port,id=port1,bus=pcie.0,chassis=2 \
    -device virtio-net-pci,bus=port1 \
#           ^^^^^^^^^^^^^^ pci/function-zero
    -device virtio-rng-pci,bus=port1,addr=0.1 \
    -device pcie-root-port,id=port2,bus=pcie.0,chassis=3 \
    -device virtio-net-pci,bus=port2,addr=0 \
    -device virtio-rng-pci,bus=port2 \
#           ^^^^^^^^^^^^^^ pci/address-range
    -device pxb-pcie,id=pxb0,bus_nr=100,bus=pcie.0 \
    -device pcie-root-port,id=port3,bus=pxb0,chassis=4 \
    -device pcie-root-port,id=port4,bus=pxb0,chassis=5,addr=0 \
#                                                           ^ pci/duplicate-address
    -device pcie-root-port,id=port5,bus=pxb0,chassis=6,addr=1 \
    -device pcie-root-port,id=port6,bus=pxb0,chassis=7
