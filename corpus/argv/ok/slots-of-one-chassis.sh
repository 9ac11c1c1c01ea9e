#!/bin/sh
# Ports of one chassis differ in their slot; who leaves both out has slot 0 of chassis 0.
qemu-system-x86_64 -machine q35 -m 4G \
    -device pcie-root-port,id=port0,bus=pcie.0 \
    -device pcie-root-port,id=port1,bus=pcie.0,slot=1 \
    -device ioh3420,id=port2,bus=pcie.0,chassis=7,slot=0x10 \
    -device '{"driver":"pcie-root-port","id":"port3","bus":"pcie.0","chassis":7,"slot":17}' \
    -device x3130-upstream,id=switch0,bus=port0 \
    -device xio3130-downstream,id=port4,bus=switch0,slot=2 \
    -device xio3130-downstream,id=port5,bus=switch0,slot=3 \
    -device pcie-root-port,id=port6,bus=pcie.0,slot=$NEXT \
    -device virtio-rng-pci,bus=port4 -device vfio-pci,host=0000:01:00.0,bus=port3
