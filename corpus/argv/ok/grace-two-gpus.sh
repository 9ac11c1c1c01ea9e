#!/bin/bash
# Two GPUs of a Grace host, each behind the vSMMU of its own SMMU, each with memory of its own.

GPU0=0019:06:00.0
GPU1=0018:06:00.0
SMMU="accel=on,ats=on,ril=off,ssidsize=20,oas=48"

numa=(
    -object memory-backend-ram,size=8G,id=m0
    -object memory-backend-ram,size=8G,id=m1
    -numa node,memdev=m0,cpus=0-3,nodeid=0
    -numa node,memdev=m1,nodeid=1
)
for n in 2 3 4 5 6 7 8 9; do :; done
numa+=(-numa node,nodeid=2 -numa node,nodeid=3 -numa node,nodeid=4 -numa node,nodeid=5)
numa+=(-numa node,nodeid=6 -numa node,nodeid=7 -numa node,nodeid=8 -numa node,nodeid=9)

qemu-system-aarch64 \
    -name grace -M virt,gic-version=3,highmem-mmio-size=2T -accel kvm -cpu host \
    -m 16G,slots=2,maxmem=66G -smp cpus=4 \
    -drive if=pflash,format=raw,readonly=on,file=AAVMF_CODE.fd \
    -drive if=pflash,format=raw,file=vars.fd \
    "${numa[@]}" -nographic -nodefaults \
    -object iommufd,id=iommufd0 \
    -device pxb-pcie,id=pcie.1,bus_nr=1,bus=pcie.0,numa_node=0 \
    -device arm-smmuv3,primary-bus=pcie.1,id=smmuv3.0,$SMMU \
    -device pcie-root-port,id=pcie.port1,bus=pcie.1,chassis=1,pref64-reserve=512G \
    -device vfio-pci,host=$GPU0,rombar=0,id=dev0,iommufd=iommufd0,bus=pcie.port1,x-vpasid-cap-offset=0xff8 \
    -object acpi-generic-initiator,id=gi0,pci-dev=dev0,node=2 \
    -object acpi-generic-initiator,id=gi1,pci-dev=dev0,node=3 \
    -object acpi-generic-initiator,id=gi2,pci-dev=dev0,node=4 \
    -object acpi-generic-initiator,id=gi3,pci-dev=dev0,node=5 \
    -object acpi-generic-initiator,id=gi4,pci-dev=dev0,node=6 \
    -object acpi-generic-initiator,id=gi5,pci-dev=dev0,node=7 \
    -object acpi-generic-initiator,id=gi6,pci-dev=dev0,node=8 \
    -object acpi-generic-initiator,id=gi7,pci-dev=dev0,node=9 \
    -device pxb-pcie,id=pcie.2,bus_nr=8,bus=pcie.0,numa_node=0 \
    -device arm-smmuv3,primary-bus=pcie.2,id=smmuv3.1,$SMMU \
    -device pcie-root-port,id=pcie.port2,bus=pcie.2,chassis=2,pref64-reserve=512G \
    -device vfio-pci,host=$GPU1,rombar=0,id=dev1,iommufd=iommufd0,bus=pcie.port2,x-vpasid-cap-offset=0xff8
