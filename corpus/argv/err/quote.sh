#!/bin/sh
qemu-system-aarch64 -M virt -device pxb-pcie,id=pxb0,bus_nr=255,bus=pcie.0 \
#                                                           ^^^ pci/bus-nr-range
    -device 'pcie-root-port,id=port0,bus=pxb0 \
#           ^ syntax/unterminated-quote
    -device vfio-pci,host=0009:01:00.0,bus=port0
