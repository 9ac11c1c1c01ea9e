#!/bin/sh
# What this build of QEMU does not have may be a bridge in another.
sudo "$QEMU" -machine type=q35+pve0 -m 4G \
    -device downstream-bridge,id=bridge0 -device virtio-rng-pci,bus=bridge0,addr=1 \
    -device downstream-bridge,id=bridge1,bus=pcie.0 -device virtio-rng-pci,bus=bridge1,addr=1 \
    -device pcie-root-port,id=port0,bus=pcie.0 -device pcie-root-port,id=port1,bus=pcie.0 -set device.port1.chassis=1
