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
