#!/bin/sh
qemu-system-x86_64 -M q35 -accel kvm -m 4G -smp 2 \
    -object memory-backend-ram,id=ram0,size=4G \
    -numa node,nodeid=0,memdev=ram0,cpus=0-1 \
    -numa node,nodeid=1,cpus=1 \
#                            ^ numa/cell-cpus
    -numa dist,src=0,dst=1,val=300 \
#                              ^^^ numa/distance
    -device pxb-pcie,id=pxb0,bus_nr=100,bus=pcie.0,numa_node=7
#                                                            ^ numa/unknown-cell
