#!/bin/bash
# A command that grows in a string.
UEFI=/usr/share/OVMF/OVMF_CODE.fd
CMD="qemu-system-x86_64 -machine q35,kernel-irqchip=split -enable-kvm"
CMD+=" -cpu host -smp ${CPUS:-8} -m 64G"
CMD+=" -fw_cfg name=opt/ovmf/X-PciMmio64Mb,string=262144"
CMD+=" -drive if=pflash,format=raw,unit=0,file=${UEFI},readonly=on"
CMD="$CMD -device intel-iommu,intremap=on,caching-mode=on,device-iotlb=on,aw-bits=48"
CMD+=" -device virtio-scsi-pci,id=scsi0,disable-legacy=on,iommu_platform=true -device scsi-hd,drive=disk0"
CMD+=" -netdev user,id=vmnic,hostfwd=tcp::2222-:22"
CMD+=" -device virtio-net-pci,disable-legacy=on,iommu_platform=true,netdev=vmnic,romfile="
CMD+=" -device pcie-root-port,id=pci.1,bus=pcie.0 -device vfio-pci,host=41:0.0,bus=pci.1"
if [[ -n $SNP ]]; then
    CMD+=" -machine memory-encryption=sev0 -object sev-snp-guest,id=sev0,cbitpos=51,reduced-phys-bits=1"
fi
run() {
    echo "$CMD"
    $CMD
}
run 2>&1 | tee vm.log
