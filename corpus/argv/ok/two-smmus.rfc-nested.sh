#!/bin/sh
# The example of the first proposal: one SMMU of the host for each expander bridge.
./qemu-system-aarch64 -object iommufd,id=iommufd0 \
-machine hmat=on -machine virt,accel=kvm,gic-version=3,default-bus-bypass-iommu=on \
-cpu host -smp cpus=61 -m size=16G,slots=4,maxmem=256G -nographic \
-bios QEMU_EFI.fd \
-device pxb-pcie,id=pcie.1,bus_nr=8,bus=pcie.0 \
-device arm-smmuv3-nested,id=smmuv1,pci-bus=pcie.1 \
-device pcie-root-port,id=pcie.port1,bus=pcie.1,chassis=1 \
-device vfio-pci,host=0000:7d:02.1,bus=pcie.port1,iommufd=iommufd0 \
-device pxb-pcie,id=pcie.2,bus_nr=16,bus=pcie.0 \
-device arm-smmuv3-nested,id=smmuv2,pci-bus=pcie.2 \
-device pcie-root-port,id=pcie.port2,bus=pcie.2,chassis=2 \
-device vfio-pci,host=0000:75:00.1,bus=pcie.port2,iommufd=iommufd0 \
-kernel Image \
-append "rdinit=init console=ttyAMA0 root=/dev/vda2 ro earlycon=pl011,0x9000000" \
-device virtio-blk-device,drive=fs \
-drive if=none,file=rootfs.qcow2,id=fs
