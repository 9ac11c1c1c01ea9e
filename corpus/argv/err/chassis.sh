#!/bin/sh
# Two ports in one slot of one chassis; the first and the last have slots of their own.
qemu-system-x86_64 -machine q35 -m 4G \
    -device pcie-root-port,id=port0,bus=pcie.0,chassis=1 \
    -device pcie-root-port,id=port1,bus=pcie.0,chassis=1,slot=1 \
    -device pcie-root-port,id=port2,bus=pcie.0,chassis=1,slot=1 \
#                                                      ^ pci/duplicate-chassis
    -device pcie-root-port,id=port3,bus=pcie.0,slot=1 \
    -device pcie-root-port,id=port4,bus=pcie.0,chassis=1,slot=2
