#!/bin/sh
# As text a slot is hexadecimal; a JSON number is slot and function in one.
qemu-system-x86_64 -M q35 -accel kvm -m 4G \
    -device '{"driver":"pcie-root-port","id":"port5","bus":"pcie.0","chassis":6,"addr":5}' \
#                                                                                      ^ pci/duplicate-address
    -device pcie-root-port,id=port6,bus=pcie.0,chassis=7,addr=1f \
#                                                             ^^ pci/duplicate-address
    -device pcie-root-port,id=port7,bus=pcie.0,chassis=300,addr=20
#                                                      ^^^ pci/address-range
#                                                               ^^ pci/address-range
