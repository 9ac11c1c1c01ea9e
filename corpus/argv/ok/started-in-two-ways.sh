#!/bin/bash
# One vm, first with its installer and then without: the card is given to no two vms at a time.
install() {
    qemu-system-x86_64 -name desktop -machine q35,accel=kvm -m 8G -device vfio-pci,host=0000:01:00.0 -cdrom installer.iso
}
start() {
    qemu-system-x86_64 -name desktop -machine q35,accel=kvm -m 8G -device vfio-pci,host=0000:01:00.0
}
if [[ -e disk.qcow2 ]]; then
    start
elif [[ $1 == live ]]; then
    qemu-system-x86_64 -machine q35,accel=kvm -m 8G -device vfio-pci,host=0000:02:00.0 -snapshot
else
    install && qemu-system-x86_64 -machine q35,accel=kvm -m 8G -device vfio-pci,host=0000:02:00.0
fi
