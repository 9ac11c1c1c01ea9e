#!/bin/sh
# The program is a variable's, behind another that runs it.
exec sudo -E "$QEMU" -machine type=q35+pve0,accel=kvm -m 4G \
    -device pxb-pcie,id=pxb0,bus_nr=255,bus=pcie.0
#                                   ^^^ pci/bus-nr-range
