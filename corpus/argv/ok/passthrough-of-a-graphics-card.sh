#!/bin/bash
# A desktop's second graphics card, as in countless blogs: no IOMMU in the guest.
vmname="windows10vm"

if ps -ef | grep qemu-system-x86_64 | grep -q multifunction=on; then
  echo "A passthrough VM is already running." &
  exit 1
else
  cp /usr/share/OVMF/OVMF_VARS.fd /tmp/my_vars.fd

  qemu-system-x86_64 \
    -name $vmname,process=$vmname \
    -machine type=q35,accel=kvm \
    -cpu host,kvm=off,hv_vendor_id=1234567890ab \
    -smp 4,sockets=1,cores=2,threads=2 \
    -enable-kvm \
    -m 10G \
    -mem-path /dev/hugepages \
    -mem-prealloc \
    -rtc clock=host,base=localtime \
    -vga none \
    -nographic \
    -serial none \
    -parallel none \
    -device ioh3420,bus=pcie.0,addr=1c.0,multifunction=on,port=1,chassis=1,id=root.1 \
    -device vfio-pci,host=01:00.0,bus=root.1,addr=00.0,multifunction=on,x-vga=on \
    -device vfio-pci,host=01:00.1,bus=root.1,addr=00.1 \
    -usb \
    -device usb-host,hostbus=1,hostaddr=3 \
    -drive if=pflash,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE.fd \
    -drive if=pflash,format=raw,file=/tmp/my_vars.fd \
    -boot order=dc \
    -device virtio-scsi-pci,id=scsi \
    -drive id=disk0,if=virtio,cache=none,format=raw,file=/media/vm/win.img \
    -drive file=/home/me/win.iso,id=isocd,format=raw,if=none -device scsi-cd,drive=isocd \
    -netdev type=tap,id=net0,ifname=vmtap0,vhost=on \
    -device virtio-net-pci,netdev=net0,mac=00:16:3e:00:01:01

  exit 0
fi
