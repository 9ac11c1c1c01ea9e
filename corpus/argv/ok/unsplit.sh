#!/bin/sh
# White space ends no words of a value that is being assigned, quoted or not.
run() {
    machine='-machine q35,accel=kvm -m 8G'
    ports='-device pcie-root-port,id=port0,bus=pcie.0,chassis=1'
    ports=$ports' -device pcie-root-port,id=port1,bus=pcie.0,chassis=2'
    devices='-device vfio-pci,host=0000:01:00.0,bus=port0'
    devices=$devices' -device virtio-rng-pci,bus=port1'
    command='sudo qemu-system-x86_64'
    command=$command' '$machine
    command=$command' '$ports' '$devices
    $command
}
run
