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

# A slot or a chassis that is free is offered once.
qemu-system-x86_64 -M q35 -accel kvm -m 4G \
    -device pxb-pcie,id=pxb0,bus_nr=100,bus=pcie.0 \
    -device '{"driver":"pcie-root-port","id":"port1","bus":"pxb0","chassis":1,"addr":300}' \
#                                                                                    ^^^ pci/address-range
    -device '{"driver":"pcie-root-port","id":"port2","bus":"pxb0","chassis":1,"addr":8}' \
#                                                                           ^ pci/duplicate-chassis
    -device pcie-root-port,id=port3,bus=pxb0,chassis=999,addr=21
#                                                    ^^^ pci/address-range
#                                                             ^^ pci/address-range

qemu-system-x86_64 -M q35 -accel kvm -m 4G \
    -device '{"driver":"pcie-root-port","id":"port1","bus":"pcie.0","chassis":1,"addr":41}'
#                                                                                      ^^ pci/function-zero
