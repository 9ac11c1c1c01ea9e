#!/bin/sh
# What is not written is 0: the numbers of ports and bridges, and cells are numbered as they come.
qemu-system-x86_64 -M q35 -accel kvm -m 4G \
    -object memory-backend-ram,id=ram0,size=4G -numa node,nodeid=1,memdev=ram0 -numa node \
#                                                                                    ^^^^ numa/unknown-cell
    -device pcie-root-port,id=port0,bus=pcie.0 \
    -device pcie-root-port,id=port1,bus=pcie.0 \
#           ^^^^^^^^^^^^^^ pci/duplicate-chassis
    -device ioh3420,id=port2,bus=pcie.0,chassis=0 \
#                                               ^ pci/duplicate-chassis
    -device '{"driver":"pcie-root-port","id":"port3","bus":"pcie.0"}' \
#                       ^^^^^^^^^^^^^^ pci/duplicate-chassis
    -device pxb-pcie,id=pxb0,bus=pcie.0 \
#           ^^^^^^^^ pci/bus-nr-range
    -device '{"driver":"pxb-pcie","id":"pxb1","bus":"pcie.0"}'
#                       ^^^^^^^^ pci/bus-nr-range
