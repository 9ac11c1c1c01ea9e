#!/bin/bash
set -euo pipefail

args=(
    -machine virt,gic-version=3
    -accel kvm
    -cpu host
    -smp 4
    -m 16G,slots=4,maxmem=256G
    -bios /usr/share/AAVMF/AAVMF_CODE.fd
    -nodefaults
    -nographic
    -object iommufd,id=iommufd0

    # The root bus, with a host device as an integrated endpoint.
    -device arm-smmuv3,primary-bus=pcie.0,id=smmuv3.0,accel=on
    -device vfio-pci,host=0000:75:00.1,bus=pcie.0,iommufd=iommufd0

    # A bridge of its own for the second SMMU.
    -device pxb-pcie,id=pcie.1,bus_nr=2,bus=pcie.0
    -device arm-smmuv3,primary-bus=pcie.1,id=smmuv3.1,accel=on
    -device pcie-root-port,id=pcie.port1,bus=pcie.1,chassis=2
    -device vfio-pci,host=0000:7d:02.1,bus=pcie.port1,iommufd=iommufd0

    # And one that is emulated.
    -device pxb-pcie,id=pcie.2,bus_nr=32,bus=pcie.0
    -device arm-smmuv3,primary-bus=pcie.2,id=smmuv3.2
    -device pcie-root-port,id=pcie.port8,bus=pcie.2,chassis=8
    -fsdev local,id=p9fs,path=/srv/share,security_model=mapped
    -device virtio-9p-pci,fsdev=p9fs,mount_tag=p9,bus=pcie.port8,iommu_platform=on
)

exec qemu-system-aarch64 "${args[@]}" "$@"
