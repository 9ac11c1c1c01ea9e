#!/bin/sh
# Right for QEMU, though not for libvirt.

# Remapping is on of itself where the I/O APIC is QEMU's.
qemu-system-x86_64 -nodefaults -M q35,kernel-irqchip=split -accel kvm -m 4G -smp 4 -device intel-iommu,eim=on

qemu-system-x86_64 -nodefaults -M pc -accel kvm -m 4G -smp 4 -device virtio-iommu-pci

# What nested translation would have, where it is off.
qemu-system-aarch64 -nodefaults -M virt,gic-version=3 -accel kvm -cpu host -m 4G -smp 4 \
    -drive if=pflash,format=raw,readonly=on,file=/usr/share/AAVMF/AAVMF_CODE.fd \
    -device pxb-pcie,id=pxb0,bus=pcie.0,addr=2,bus_nr=100 \
    -device arm-smmuv3,primary-bus=pxb0,id=smmu0,ats=off,ril=on,ssidsize=0,oas=44,cmdqv=off
