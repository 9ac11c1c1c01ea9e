#!/bin/bash
# The example of the second proposal.
./qemu-system-aarch64 -machine virt,accel=kvm,gic-version=3 \
  -cpu host -smp cpus=4 -m size=4G,slots=4,maxmem=256G -nographic \
  -bios QEMU_EFI.fd \
  -object iommufd,id=iommufd0 \
  -device virtio-blk-device,drive=fs -drive if=none,file=rootfs.qcow2,id=fs \
  -device pxb-pcie,id=pcie.1,bus_nr=1,bus=pcie.0 \
  -device arm-smmuv3-accel,bus=pcie.1 \
  -device pcie-root-port,id=pcie.port1,bus=pcie.1,chassis=1,pref64-reserve=2M,io-reserve=1K \
  -device vfio-pci,host=0000:7d:02.1,bus=pcie.port1,iommufd=iommufd0 \
  -device pcie-root-port,id=pcie.port2,bus=pcie.1,chassis=2,pref64-reserve=2M,io-reserve=1K \
  -device vfio-pci,host=0000:7d:02.2,bus=pcie.port2,iommufd=iommufd0 \
  -device pxb-pcie,id=pcie.2,bus_nr=8,bus=pcie.0 \
  -device arm-smmuv3-accel,bus=pcie.2 \
  -device pcie-root-port,id=pcie.port3,bus=pcie.2,chassis=3,pref64-reserve=2M,io-reserve=1K \
  -device vfio-pci,host=0000:75:00.1,bus=pcie.port3,iommufd=iommufd0 \
  -net none
