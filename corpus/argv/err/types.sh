#!/bin/bash
# Types in JSON, and values that are none.
exec qemu-system-aarch64 -machine virt,gic-version=3 -accel kvm -cpu host -m 4G -bios QEMU_EFI.fd \
    -device '{"driver":"pxb-pcie","id":"pxb0","bus_nr":"100","bus":"pcie.0"}' \
#                                                       ^^^ target/property-type
    -device '{"driver":"pcie-root-port","id":"port0","chassis":"1","bus":"pxb0"}' \
#                                                               ^ target/property-type
    -device '{"driver":"arm-smmuv3","primary-bus":"pxb0","accel":"on","ssidsize":16,"ats":true}' \
#                                                                 ^^ target/property-type
#                                                                                ^^ target/property-type
#                                                                                         ^^^^ target/property-type
    -device pxb-pcie,id=pxb1,bus_nr=two,bus=pcie.0 \
#                                   ^^^ target/property-type
    -device pcie-root-port,id=port2,bus=pcie.0,chassis=2,addr=1g \
#                                                             ^^ target/property-type
    -device "{\"driver\":\"pcie-root-port\",\"id\":\"port3\",\"chassis\":3,\"bus\":\"pcie.0\"" \
#                                                                                            ^ syntax/json
    -device '{"driver":"pcie-root-port","id":"port4","chassis":4,"bus":"pcie.0",}'
#                                                                               ^ syntax/json

qemu-system-aarch64 -machine virt,gic-version=3 -accel kvm -cpu host -m 4G -bios QEMU_EFI.fd \
    -device arm-smmuv3,primary-bus=pcie.0,accel=on,ssidsize=on,ats=maybe,oas=48bit
#                                                           ^^ target/property-type
#                                                                  ^^^^^ target/property-type
#                                                                            ^^^^^ target/property-type
