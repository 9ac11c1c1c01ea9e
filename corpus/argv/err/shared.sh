#!/bin/sh
qemu-system-x86_64 -name left -machine q35,accel=kvm -m 8G -device vfio-pci,host=0000:01:00.0 &
qemu-system-x86_64 -name right -machine q35,accel=kvm -m 8G -device vfio-pci,host=0000:01:00.0 &
#                                                                                 ^^^^^^^^^^^^ hostdev/shared-between-vms
wait
