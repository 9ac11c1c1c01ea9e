#!/bin/bash
# What functions add is there when they were called; one defined as `function` is none before it is.
next_chassis=1
add_port() {
    local id=$1
    args+=(-device "pcie-root-port,id=$id,bus=pcie.0,chassis=$((next_chassis++))")
}
function add_card {
    add_port "port$1"
    args+=(-device "vfio-pci,host=$2,bus=port$1")
}
function no_defaults { args=(-nodefaults); }

args=(-machine q35 -m 8G)
add_port port0
add_card 1 0000:01:00.0
args+=(-device virtio-rng-pci,bus=port0)
args+=(-device vfio-pci,host=0000:02:00.0,bus=port1,addr=0.1)
qemu-system-x86_64 "${args[@]}"
