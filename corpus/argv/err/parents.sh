#!/bin/sh
qemu-system-x86_64 -M q35 -accel kvm -m 4G \
    -device pxb-pcie,id=pxb0,bus_nr=100,bus=pcie.0 \
    -device virtio-net-pci,bus=pxb0,id=net0 \
#           ^^^^^^^^^^^^^^ pci/wrong-parent
    -device vfio-pci,host=0000:3b:00.0,bus=pxb0,addr=3 \
#           ^^^^^^^^ pci/wrong-parent
    -device pxb-pcie,id=pxb1,bus_nr=150,bus=pxb0,addr=4 \
#           ^^^^^^^^ pci/wrong-parent
    -device pcie-root-port,id=port0,bus=pcie.0,chassis=1,addr=5.0 \
#                                                             ^ pci/function-zero
    -device pcie-root-port,id=port1,bus=pcie.0,chassis=2,addr=0x5.1 \
    -device pxb-pcie,id=pxb2,bus_nr=200,bus=port1 \
#           ^^^^^^^^ pci/wrong-parent
    -device pcie-root-port,id=port2,bus=pcie.0,chassis=3,addr=6.7 \
#                                                               ^ pci/function-zero
    -device pcie-root-port,id=port3,bus=pcie.0,chassis=4,addr=7,multifunction=on \
    -device pcie-root-port,id=port4,bus=pcie.0,chassis=5,addr=7.3
qemu-system-x86_64 -M q35 -accel kvm -m 4G -device pxb,id=pxb0,bus_nr=100,bus=pcie.0
#                                                  ^^^ pci/wrong-parent
qemu-system-x86_64 -M pc -accel kvm -m 4G -device pxb,id=pxb0,bus_nr=100 -device e1000,bus=pxb0,addr=1
