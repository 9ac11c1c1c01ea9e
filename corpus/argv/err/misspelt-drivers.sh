#!/bin/sh
# One slip in a name is one mistake, and what is behind the device is judged as if it were right.
qemu-system-x86_64 -M q35 -accel kvm -m 4G \
    -device pxb-pice,id=pxb0,bus_nr=100,bus=pcie.0 \
#           ^^^^^^^^ target/unknown-attribute
    -device pcie-rootport,id=port0,bus=pxb0,chassis=1 \
#           ^^^^^^^^^^^^^ target/unknown-attribute
    -device '{"driver":"virtio-nte-pci","id":"net0","bus":"port0"}' \
#                       ^^^^^^^^^^^^^^ target/unknown-attribute
    -device pcie-root-prot,id=port1,bus=pxb0,chassis=1 \
#           ^^^^^^^^^^^^^^ target/unknown-attribute
#                                                    ^ pci/duplicate-chassis
    -device vfio_pci,host=0000:01:00.0,bus=port1
#           ^^^^^^^^ target/unknown-attribute
