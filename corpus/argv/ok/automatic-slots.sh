#!/bin/sh
# Without an address a device has the first slot whose function 0 is free where it stands.
qemu-system-x86_64 -M q35 -accel kvm -m 4G \
    -device pcie-root-port,id=port0,bus=pcie.0,chassis=1 \
    -device virtio-net-pci,bus=port0,multifunction=on \
    -device virtio-rng-pci,bus=port0,addr=0.1 \
    -device pcie-root-port,id=port1,bus=pcie.0,chassis=2 \
    -device virtio-net-pci,bus=port1,addr=0.1 \
    -device virtio-rng-pci,bus=port1,multifunction=on \
    -device pxb-pcie,id=pxb0,bus_nr=100,bus=pcie.0 \
    -device pcie-root-port,id=port2,bus=pxb0,chassis=3,addr=1 \
    -device pcie-root-port,id=port3,bus=pxb0,chassis=4 \
    -device pcie-root-port,id=port4,bus=pxb0,chassis=5 \
    -device pcie-root-port,id=port5,bus=pxb0,chassis=6,addr=3
