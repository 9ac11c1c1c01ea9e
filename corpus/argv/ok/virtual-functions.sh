#!/bin/sh
# A network card with two virtual functions, put together by hand: function 0 needs no `multifunction=on`.
qemu-system-x86_64 -machine q35 -m 4G -nodefaults \
    -device pcie-root-port,id=port0,bus=pcie.0,chassis=1 \
    -device virtio-net-pci,bus=port0,addr=0.2,sriov-pf=card \
    -device virtio-net-pci,bus=port0,addr=0.1,sriov-pf=card \
    -device virtio-net-pci,bus=port0,addr=0.0,id=card
