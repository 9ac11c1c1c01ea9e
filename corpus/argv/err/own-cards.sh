#!/bin/sh
# Nobody asked for a graphics card and a network card, and QEMU makes them before everything else.
qemu-system-x86_64 -machine pc,accel=kvm -m 4G -bios OVMF.fd \
    -device vfio-pci,host=0000:00:02.0,addr=2,x-igd-opregion=on
#                                           ^ pci/duplicate-address
qemu-system-x86_64 -machine q35,accel=kvm -m 4G -vga none -nic user -nic user \
    -device vfio-pci,host=0000:01:00.0,addr=1,multifunction=on \
#                                           ^ pci/duplicate-address
    -device vfio-pci,host=0000:01:00.1,addr=2.1
#                                           ^ pci/duplicate-address
qemu-system-x86_64 -machine pc,accel=kvm -m 4G -bios OVMF.fd -vga none -net none \
    -device vfio-pci,host=0000:00:02.0,addr=2,x-igd-opregion=on
qemu-system-aarch64 -machine virt -m 4G \
    -device pcie-root-port,id=port0,chassis=1,addr=1.0,multifunction=on \
#                                                  ^ pci/duplicate-address
    -device pcie-root-port,id=port1,chassis=2,addr=1.1
