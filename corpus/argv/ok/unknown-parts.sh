#!/bin/bash
# Nothing that a script learns while it runs is guessed.
source ./lab.conf
QEMU=${QEMU:-qemu-system-aarch64}
BUS_NR=$(next_free_bus)
if [ -n "$DEBUG" ]; then
    EXTRA="-s -S"
    FIRST=10
else
    FIRST=20
fi

ports=()
for port in 1 2 3; do
    ports+=(-device "pcie-root-port,id=port$port,bus=pxb0,chassis=$port")
done

"$QEMU" -M virt,gic-version=3 "${ACCEL[@]}" -cpu host -m "$MEMORY" $EXTRA \
    -bios "$FIRMWARE" \
    -object iommufd,id="$IOMMUFD" \
    -device pxb-pcie,id=pxb0,bus_nr=$BUS_NR,bus=pcie.0 \
    -device pxb-pcie,id=pxb1,bus_nr=$FIRST,bus=pcie.0 \
    -device arm-smmuv3,primary-bus=pxb0,accel=on,ssidsize=$SSID \
    "${ports[@]}" \
    -device vfio-pci,host="$GPU",bus=port1,iommufd="$IOMMUFD" \
    -device vfio-pci,host="$NIC",bus="$NIC_PORT",iommufd="$IOMMUFD" \
    -device "$MORE" \
    -device '{"driver":"pcie-root-port","id":"'"$NAME"'","chassis":9,"bus":"pxb1"}' \
    "$@"

[ "$1" = list ] && $QEMU -device help && exit
qemu-system-x86_64 --version | head -1
pgrep -f "qemu-system-x86_64 -M q35" || true
cat <<EOF
qemu-system-aarch64 -device pxb-pcie,bus_nr=300
EOF
qemu-system-riscv64 -M virt -device virtio-net-pci,bus=nowhere
virt-install --qemu-commandline='-device pxb-pcie,bus_nr=0'
# Devices of other builds, and ones that are not on PCI.
qemu-system-x86_64 -M q35 -device pc-testdev -device nvme-ns -device virtio-gpu-gl-pci -device usb-kbd \
    -device arm-smmuv2 -device accel-card,id=a -device vfio-pci2,host=01:00.0
