#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::time::Duration;

use super::super::Imported;
use super::read;
use crate::cpu_time::cpu_time;
use crate::span::FileId;
use crate::topology::{Accelerator, Board, Firmware, IommuModel, Parent, RootComplex, Size};

fn imported(text: &str) -> Imported {
    read(text.into(), FileId(0))
}

fn findings(text: &str) -> Vec<String> {
    let findings = imported(text).findings;
    findings.iter().map(|f| format!("{}: {}", f.rule, f.primary.origin.span.of(text))).collect()
}

#[test]
fn the_machine_is_read_wherever_it_is_said() {
    let text = "qemu-system-aarch64 -name guest=a,process=b -M virt-11.1,highmem-mmio-size=2T,gic_version=3 \
                -enable-kvm -cpu host,pmu=off -m 16G,slots=2 -smp 4,maxcpus=8 -bios AAVMF_CODE.fd -numa node,cpus=0-1,cpus=4 \
                -object memory-backend-ram,id=r,size=1.5G -numa node,memdev=r -numa dist,src=0,dst=1,val=20 -overcommit mem-lock=on";
    let read = imported(text);
    let vm = &read.topology.vms[0];
    assert_eq!(vm.name.value, "a");
    assert_eq!(vm.machine.as_ref().unwrap().value.name, "virt-11.1");
    assert_eq!(vm.mmio_window.unwrap().value, Size(2 << 40));
    assert_eq!(vm.gic.unwrap().value, 3);
    assert_eq!(vm.accelerator.unwrap().value, Accelerator::Kvm);
    assert_eq!(vm.cpu.as_ref().unwrap().value, "host");
    assert_eq!(vm.memory.unwrap().value, Size(16 << 30));
    assert_eq!(vm.vcpus.unwrap().value, 8);
    assert_eq!(vm.firmware.unwrap().value, Firmware::Efi);
    let numa = vm.numa.as_ref().unwrap();
    assert_eq!(numa.cells[0].cpus.as_ref().unwrap().value.to_string(), "0-1,4");
    assert_eq!(numa.cells[1].id.unwrap().value, 1);
    assert_eq!(numa.cells[1].memory.unwrap().value, Size(3 << 29));
    assert_eq!(numa.distances[0].value.unwrap().origin.span.of(text), "20");
    assert!(vm.memory_backing.unwrap().locked.unwrap().value);
    assert_eq!(read.whole, [true]);
}

#[test]
fn what_is_not_said_has_the_default_of_qemu() {
    let vm = &imported("qemu-system-x86_64 -m 512").topology.vms[0];
    assert_eq!(vm.board(), Some(Board::Pc));
    assert_eq!(vm.accelerator.unwrap().value, Accelerator::Tcg);
    assert_eq!(vm.firmware.unwrap().value, Firmware::Bios);
    assert_eq!(vm.memory.unwrap().value, Size(512 << 20));
    // Unless something may say it after all.
    let vm = &imported("qemu-system-x86_64 -m 512 $MORE").topology.vms[0];
    assert!(vm.machine.is_none() && vm.accelerator.is_none() && vm.firmware.is_none());
    let vm = &imported("-m 512").topology.vms[0];
    assert!(vm.machine.is_none() && vm.accelerator.is_none() && vm.firmware.is_none());
}

#[test]
fn both_forms_of_an_argument_say_the_same() {
    let plain = "qemu-system-aarch64 -M virt -device pxb-pcie,id=a,bus_nr=0x20,bus=pcie.0,addr=1f.7,numa_node=1 \
                 -device arm-smmuv3,primary-bus=a,accel=yes,ssidsize=16,oas=auto";
    let json = r#"qemu-system-aarch64 -M virt -device '{"driver":"pxb-pcie", "id":"a","bus_nr":32,"bus":"pcie.0","addr":"0x1f.0x7","numa_node":1}' -device "{\"driver\":\"arm-smmuv3\",\"primary-bus\":\"a\",\"accel\":true,\"ssidsize\":\"16\",\"oas\":\"auto\"}""#;
    for text in [plain, json] {
        let read = imported(text);
        let vm = &read.topology.vms[0];
        let pxb = &vm.controllers[0];
        assert_eq!(pxb.bus_nr().unwrap().value, 32);
        assert_eq!(pxb.placement.slot.unwrap().value, 31);
        let function = pxb.placement.function.unwrap();
        assert!(function.value == 7 && function.origin.span.of(text).ends_with('7'));
        assert_eq!(function.origin.span.of(text).trim_start_matches("0x"), "7");
        let vsmmu = &vm.vsmmus[0];
        assert!(vsmmu.acceleration.enabled && matches!(vsmmu.root_complex, RootComplex::Pxb(_)));
        assert_eq!(vsmmu.acceleration.ssidsize.unwrap().origin.span.of(text), "16");
        assert!(read.findings.is_empty(), "{:?}", read.findings);
    }
}

#[test]
fn the_iommus_of_a_machine_are_read() {
    let model = |arguments: &str| {
        let vm = imported(&format!("qemu-system-x86_64 -M q35 {arguments}")).topology.vms.remove(0);
        vm.iommus.first().cloned()
    };
    let intel = model("-device intel-iommu,intremap=on,caching-mode=on,aw-bits=48").unwrap();
    assert!(intel.intremap.unwrap().value && intel.caching_mode.unwrap().value);
    assert_eq!((intel.model.value, intel.aw_bits.unwrap().value), (IommuModel::Intel, 48));
    let amd =
        model("-device AMDVI-PCI,id=x,addr=0x3 -device amd-iommu,pci-id=x,dma-remap=on").unwrap();
    assert_eq!(amd.placement.slot.unwrap().value, 3);
    assert_eq!(amd.alias.unwrap().value, "x");
    let virtio = model("-device virtio-iommu,granule=16k,addr=4").unwrap();
    assert_eq!(virtio.placement.slot.unwrap().value, 4);
    let smmu = model("-M iommu=smmuv3").unwrap();
    assert_eq!(smmu.model.value, IommuModel::Smmuv3);
}

#[test]
fn devices_go_where_qemu_puts_them() {
    let text = "qemu-system-aarch64 -M virt -device virtio-net-pci -device pxb-pcie,id=a,bus_nr=9,bus=pcie.0 \
                -device pcie-root-port,id=p -device vfio-pci,host=0000:01:00.0,bus=p -device usb-kbd -device frob,bus=usb.0";
    let read = imported(text);
    let vm = &read.topology.vms[0];
    assert_eq!(vm.devices.len(), 1);
    assert_eq!(vm.devices[0].parent, Parent::Root);
    assert_eq!(vm.root_complex(vm.hostdevs[0].parent), vm.root_complex(vm.controllers[1].parent));
    assert_ne!(vm.root_complex(vm.hostdevs[0].parent), RootComplex::Root);
    let left: Vec<&str> = read.left_out[0].iter().map(|left| left.value.as_str()).collect();
    assert_eq!(left, ["-device usb-kbd", "-device frob,bus=usb.0"]);
}

#[test]
fn what_the_model_does_not_have_is_told() {
    let text = "qemu-system-x86_64 -M q35 -netdev user,id=n -device pcie-root-port,id=p,bus=pcie.0,chassis=1,hotplug=off \
                -device '{\"driver\":\"vfio-pci\",\"host\":\"0000:01:00.0\",\"x-vga\":true,\"bus\":\"p\"}' -S -monitor $M";
    let left: Vec<String> =
        imported(text).left_out.remove(0).into_iter().map(|l| l.value).collect();
    assert_eq!(
        left,
        [
            "-netdev user,id=n",
            "hotplug=off of -device p",
            "\"x-vga\":true of -device vfio-pci",
            "-S",
            "-monitor …"
        ]
    );
}

#[test]
fn global_properties_count() {
    let text = "qemu-system-x86_64 -M q35 -global q35-pcihost.pci-hole64-size=64G -global virtio-pci.iommu_platform=on \
                -device virtio-net-pci,bus=pcie.0 -device virtio-blk-pci,bus=pcie.0,iommu_platform=off,drive=d";
    let vm = imported(text).topology.vms.remove(0);
    assert_eq!(vm.mmio_window.unwrap().value, Size(64 << 30));
    let platform = |device: usize| {
        let properties = &vm.devices[device].properties;
        let found = properties.iter().find(|(key, _)| key.value == "iommu_platform");
        found.unwrap().1.origin.span.of(text)
    };
    assert_eq!([platform(0), platform(1)], ["on", "off"]);
}

#[test]
fn a_second_bus_of_one_name_changes_nothing() {
    let text = "qemu-system-aarch64 -M virt -device pxb-pcie,id=a,bus_nr=9,bus=pcie.0 -device pcie-root-port,id=a,bus=a,chassis=1 \
                -device pcie-root-port,id=b,bus=a,chassis=2";
    let vm = imported(text).topology.vms.remove(0);
    assert_eq!(vm.controllers[2].parent, vm.controllers[1].parent);
}

#[test]
fn what_cannot_be_known_gives_no_finding() {
    for text in [
        "qemu-system-aarch64 -M virt -device pcie-root-port,bus=x $MORE",
        "qemu-system-aarch64 -M virt -device pxb-pcie,id=$A,bus_nr=3 -device pcie-root-port,bus=x,id=p",
        "qemu-system-aarch64 -M virt -device pcie-root-port,bus=$B,id=p -device vfio-pci,bus=p",
        "qemu-system-aarch64 -M virt -device '{\"driver\":\"pxb-pcie\",'$A'}'",
        "qemu-system-aarch64 -M virt -device arm-smmuv3,primary-bus=$A",
        "qemu-system-aarch64 -M virt -device pxb-pcie,id=a,bus_nr=`next`,bus=pcie.0,addr=$A.1",
        "echo qemu-system-aarch64 -device pxb-pcie,bus_nr=0",
        "qemu-system-aarch64 -device help; qemu-img create -f qcow2 -device x",
        "sudo gcc -M $FLAGS -device pxb-pcie,bus_nr=0",
    ] {
        assert_eq!(findings(text), [""; 0], "{text}");
    }
}

#[test]
fn a_program_may_be_a_variable() {
    for program in [
        "$QEMU",
        "exec \"$QEMU\"",
        "sudo -E taskset -c $CPUS $QEMU",
        "qemu-system-$ARCH -m $M",
        "./qemu.sh",
    ] {
        let text = format!("{program} -M q35 -device pxb-pcie,id=a,bus_nr=300,bus=pcie.0");
        assert_eq!(findings(&text).len() + imported(&text).topology.vms.len(), 1, "{text}");
    }
}

#[test]
fn qemu_has_devices_of_its_own() {
    let slots = |arguments: &str| -> Vec<u8> {
        let vm = imported(arguments).topology.vms.remove(0);
        vm.unasked.iter().map(|(slot, _)| slot.get()).collect()
    };
    assert_eq!(slots("qemu-system-x86_64 -M q35"), [1, 2]);
    assert_eq!(slots("qemu-system-x86_64 -M pc -nographic -device secondary-vga"), [2, 3]);
    assert_eq!(slots("qemu-system-aarch64 -M virt -vga std"), [1]);
    assert_eq!(slots("qemu-system-x86_64 -M q35 -vga none -netdev user,id=n"), [0; 0]);
    assert_eq!(
        slots("qemu-system-x86_64 -M q35 -device virtio-vga -nic user -net nic -net user"),
        [1, 2]
    );
    assert_eq!(slots("qemu-system-x86_64 -M q35 -nodefaults -vga std -nic none"), [1]);
    assert_eq!(slots("qemu-system-x86_64 -M q35 -nodefaults"), [0; 0]);
    // What is not known takes nothing.
    for unknown in ["$MORE", "-vga $VGA", "-device $CARD", "-readconfig more.cfg"] {
        assert_eq!(slots(&format!("qemu-system-x86_64 -M q35 {unknown}")), [0; 0], "{unknown}");
    }
    assert_eq!(slots("qemu-system-x86_64 -M q35 -nic \"$NIC\""), [1]);
}

#[test]
fn what_is_set_elsewhere_is_not_known() {
    let text = "qemu-system-x86_64 -M q35 -device pcie-root-port,id=a -device pcie-root-port,id=b -set device.b.chassis=4";
    let vm = imported(text).topology.vms.remove(0);
    let chassis =
        |port: usize| vm.controllers[port].port().unwrap().chassis.map(|chassis| chassis.value);
    assert_eq!([chassis(0), chassis(1)], [Some(0), None]);
}

#[test]
fn any_text_is_read() {
    let parts = [
        "qemu-system-aarch64 ",
        "-M ",
        "virt",
        "-device ",
        "pxb-pcie",
        ",id=",
        "a",
        ",bus=",
        "pcie.0",
        ",bus_nr=",
        "1",
        " ",
        "pcie-root-port",
        ",chassis=",
        "'{\"driver\":\"",
        "\"}'",
        "\",\"bus\":\"",
        "\",\"id\":\"",
        "$A",
        "\n",
        "-object ",
        "iommufd",
        "acpi-generic-initiator",
        ",pci-dev=",
        ",node=",
        "arm-smmuv3",
        ",primary-bus=",
        "vfio-pci",
        ",host=0000:01:00.0",
        ",addr=",
        "1.7",
        "-numa ",
        "node",
        ",cpus=",
        "0-3",
        "é",
        "\"",
        "x3130-upstream",
        "=",
        ",,",
        "[",
    ];
    let mut state = 7_u64;
    for _ in 0..20_000 {
        let mut text = String::from("qemu-system-aarch64 -M virt ");
        for _ in 0..14 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            text.push_str(parts[usize::try_from(state >> 33).unwrap() % parts.len()]);
        }
        let read = imported(&text);
        for finding in &read.findings {
            let span = finding.primary.origin.span;
            assert!(span.start <= span.end && span.range().end <= text.len(), "{text:?}");
        }
        assert_eq!(read.topology.vms.len(), read.whole.len());
    }
}

#[test]
fn large_files_are_read_in_linear_time() {
    let mut text = String::from("args=(-M virt)\nqemu-system-aarch64 -M virt");
    for n in 0..5_000 {
        let _ = write!(
            text,
            " \\\n -device pcie-root-port,id=p{n},bus=pcie.0,chassis={n} -device vfio-pci,host=$H,bus=p{n},x=$U"
        );
    }
    let _ = write!(text, " -device x3130-upstream,id=s0,bus=p0");
    for n in 1..5_000 {
        let _ = write!(text, " -device xio3130-downstream,id=s{n},bus=s{},chassis=1", n - 1);
    }
    let deep = format!("{}{}", "( { if ".repeat(20_000), "fi } )".repeat(20_000));
    let wide = format!("qemu-system-aarch64 -M virt -device pxb-pcie{}", ",a=b".repeat(100_000));
    let growing = "A=\"$A$A x\"\n".repeat(5_000) + "qemu-system-aarch64 $A";
    for text in [text, deep, wide, growing, "\"${a".repeat(50_000), "<<E\n".repeat(50_000)] {
        let took = cpu_time(|| assert!(imported(&text).findings.len() <= 60_000));
        assert!(took < Duration::from_secs(10), "{} bytes: {took:?}", text.len());
    }
}
