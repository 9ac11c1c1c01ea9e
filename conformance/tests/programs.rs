//! The harness itself, on the real programs: it must tell yes from no.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::thread::sleep;
use std::time::{Duration, Instant};

use iommulint_conformance::{Exit, Libvirt, Qemu, Root, machine, topology};

/// Two accelerated vSMMUs, each with one assigned device.
const TWO_VSMMUS: &str = "
<domain type='kvm'>
  <name>two-vsmmus</name>
  <memory unit='GiB'>8</memory>
  <vcpu>4</vcpu>
  <os firmware='efi'><type arch='aarch64' machine='virt'>hvm</type></os>
  <features><acpi/><gic version='3'/></features>
  <cpu mode='maximum'><numa>
    <cell id='0' cpus='0-3' memory='8' unit='GiB'/>
    <cell id='1' memory='0'/>
  </numa></cpu>
  <devices>
    <controller type='pci' index='0' model='pcie-root'/>
    <controller type='pci' index='1' model='pcie-expander-bus'>
      <target busNr='252'/>
      <address type='pci' bus='0' slot='1'/>
    </controller>
    <controller type='pci' index='2' model='pcie-expander-bus'>
      <target busNr='248'/>
      <address type='pci' bus='0' slot='2'/>
    </controller>
    <controller type='pci' index='3' model='pcie-root-port'><address type='pci' bus='1' slot='0'/></controller>
    <controller type='pci' index='4' model='pcie-root-port'><address type='pci' bus='2' slot='0'/></controller>
    <controller type='usb' model='none'/>
    <hostdev mode='subsystem' type='pci' managed='no'>
      <driver iommufd='yes'/>
      <source><address domain='9' bus='1' slot='0' function='0'/></source>
      <acpi nodeset='1'/>
      <address type='pci' bus='3' slot='0'/>
    </hostdev>
    <hostdev mode='subsystem' type='pci' managed='no'>
      <driver iommufd='yes'/>
      <source><address domain='0x19' bus='1' slot='0' function='0'/></source>
      <address type='pci' bus='4' slot='0'/>
    </hostdev>
    <iommu model='smmuv3'><driver pciBus='1' accel='on' ats='on' ssidsize='16'/></iommu>
    <iommu model='smmuv3'><driver pciBus='2' accel='on'/></iommu>
    <memballoon model='none'/>
  </devices>
</domain>";

const MACHINE: [&str; 6] =
    ["-machine", "virt,gic-version=3", "-cpu", "max", "-nodefaults", "-no-user-config"];

fn with(arguments: &[&'static str]) -> Vec<&'static str> {
    MACHINE.iter().chain(arguments).copied().collect()
}

#[test]
fn schema_tells_a_misspelt_attribute() {
    let Some(libvirt) = Libvirt::shared() else {
        return;
    };
    assert_eq!(libvirt.validate(TWO_VSMMUS), Ok(()));
    let refused = libvirt.validate(&TWO_VSMMUS.replace("ssidsize", "ssidSize")).unwrap_err();
    assert!(refused.contains("Relax-NG validity error"), "{refused}");
}

#[test]
fn define_keeps_or_refuses() {
    let Some(libvirt) = Libvirt::shared() else {
        return;
    };
    assert!(libvirt.version().starts_with("12."), "{}", libvirt.version());
    let kept = libvirt.define(TWO_VSMMUS).unwrap();
    assert!(kept.contains("ssidsize='16'"), "{kept}");
    let kept = libvirt.define(&TWO_VSMMUS.replace("ssidsize", "ssidSize")).unwrap();
    assert!(!kept.to_lowercase().contains("ssidsize"), "a misspelt attribute vanishes: {kept}");
    assert_eq!(
        libvirt.define(&TWO_VSMMUS.replace("busNr='252'", "busNr='255'")),
        Err("unsupported configuration: PCI controller busNr '255' out of range - must be 1-254"
            .to_owned())
    );
}

#[test]
fn native_arguments_of_two_vsmmus() {
    let Some(libvirt) = Libvirt::shared() else {
        return;
    };
    let words = libvirt.to_native(TWO_VSMMUS).unwrap();
    assert!(machine(&words).unwrap().contains("gic-version=3"));
    assert!(words.iter().any(|word| word == "kvm"), "{words:?}");
    let shown: Vec<_> = topology(&words).iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            r#"-device {"driver":"pxb-pcie","bus_nr":252,"id":"pci.1","bus":"pcie.0","addr":"0x1"}"#,
            r#"-device {"driver":"pxb-pcie","bus_nr":248,"id":"pci.2","bus":"pcie.0","addr":"0x2"}"#,
            r#"-device {"driver":"pcie-root-port","port":0,"chassis":3,"id":"pci.3","bus":"pci.1","addr":"0x0"}"#,
            r#"-device {"driver":"pcie-root-port","port":0,"chassis":4,"id":"pci.4","bus":"pci.2","addr":"0x0"}"#,
            r#"-device {"driver":"arm-smmuv3","primary-bus":"pci.1","id":"iommu0","accel":true,"ats":"on","ssidsize":"16"}"#,
            r#"-device {"driver":"arm-smmuv3","primary-bus":"pci.2","id":"iommu1","accel":true}"#,
            r#"-object {"qom-type":"iommufd","id":"iommufd0"}"#,
            r#"-device {"driver":"vfio-pci","id":"hostdev0","iommufd":"iommufd0","bus":"pci.3","addr":"0x0"}"#,
            r#"-object {"qom-type":"acpi-generic-initiator","id":"gi0","pci-dev":"hostdev0","node":1}"#,
            r#"-device {"driver":"vfio-pci","id":"hostdev1","iommufd":"iommufd0","bus":"pci.4","addr":"0x0"}"#,
        ]
    );
    let refused = libvirt.to_native(&TWO_VSMMUS.replace("accel='on' ats", "ats")).unwrap_err();
    assert!(
        refused.starts_with("XML error: accel must be enabled for iommu model 'smmuv3'"),
        "{refused}"
    );
}

#[test]
fn paused_qemu_shows_its_root_buses() {
    let Some(root) = Root::locate() else { return };
    let qemu = Qemu::aarch64(&root);
    assert!(qemu.version().starts_with("11."), "{}", qemu.version());
    let mut monitor = qemu
        .start_paused(&with(&[
            "-device",
            r#"{"driver":"pxb-pcie","bus_nr":252,"id":"pci.1","bus":"pcie.0","addr":"0x1"}"#,
            "-device",
            r#"{"driver":"pxb-pcie","bus_nr":248,"id":"pci.2","bus":"pcie.0","addr":"0x2"}"#,
            "-device",
            r#"{"driver":"pcie-root-port","port":0,"chassis":3,"id":"pci.3","bus":"pci.1","addr":"0x0"}"#,
            "-device",
            r#"{"driver":"arm-smmuv3","primary-bus":"pci.1","id":"iommu0"}"#,
            "-device",
            r#"{"driver":"virtio-rng-pci","id":"stand-in","bus":"pci.3","addr":"0x0"}"#,
        ]))
        .unwrap();
    let devices = monitor.pci();
    let device = |id| devices.iter().find(|device| device.id == id).unwrap();
    assert_eq!((device("pci.1").root_bus, device("pci.1").slot), (0, 1));
    assert_eq!((device("pci.2").root_bus, device("pci.2").slot), (0, 2));
    assert_eq!((device("pci.3").root_bus, device("pci.3").bus), (252, 252));
    let stand_in = monitor.placement("stand-in").unwrap();
    assert_eq!((stand_in.root_bus, stand_in.slot, stand_in.function), (252, 0, 0));
    assert_eq!(stand_in.buses, ["pci.1", "pci.3"]);
    assert_eq!(monitor.placement("pci.2").unwrap().buses, ["pcie.0"]);
    assert!(monitor.placement("iommu0").is_err(), "an SMMU is no PCI device");
    assert_eq!(monitor.primary_bus("iommu0"), Ok("pci.1".to_owned()));
    let root_buses = monitor.human("info pci");
    assert!(root_buses.contains("Bus 252"), "{root_buses}");
    assert!(monitor.human("info qtree").contains("dev: arm-smmuv3, id \"iommu0\""));
    assert_eq!(monitor.property("/machine/peripheral/pci.1", "bus_nr"), Ok(252.into()));
    assert!(monitor.properties("/machine/peripheral").unwrap().contains(&"iommu0".to_owned()));
    assert!(
        monitor
            .execute("no-such-command", &serde_json::json!({}))
            .unwrap_err()
            .contains("no-such-command")
    );
    let ended = monitor.quit();
    assert_eq!((ended.started, ended.exit), (true, Exit::Status(0)), "{}", ended.stderr);
}

#[test]
fn firmware_gives_bus_numbers() {
    let Some(root) = Root::locate() else { return };
    let mut monitor = Qemu::x86_64(&root)
        .start_paused(&[
            "-machine",
            "q35",
            "-m",
            "512M",
            "-nodefaults",
            "-device",
            "pxb-pcie,id=pxb,bus_nr=200,bus=pcie.0",
            "-device",
            "pcie-root-port,id=rp,bus=pxb,chassis=1,addr=3",
            "-device",
            "virtio-rng-pci,id=stand-in,bus=rp,addr=0",
        ])
        .unwrap();
    assert!(monitor.pci().iter().all(|device| device.id != "stand-in"));
    monitor.resume();
    let deadline = Instant::now() + Duration::from_secs(50);
    let found = loop {
        let found = monitor.pci().into_iter().find(|device| device.id == "stand-in");
        if found.is_some() || Instant::now() > deadline {
            break found.unwrap();
        }
        sleep(Duration::from_millis(50));
    };
    assert_eq!((found.root_bus, found.bus, found.slot, found.function), (200, 201, 0, 0));
    assert_eq!(found.bridges, ["rp"]);
    assert_eq!(monitor.placement("rp").unwrap().slot, 3);
}

#[test]
fn qemu_refuses_a_bus_number_twice() {
    let Some(root) = Root::locate() else { return };
    let outcome = Qemu::aarch64(&root).run(&with(&[
        "-device",
        "pxb-pcie,id=a,bus_nr=252",
        "-device",
        "pxb-pcie,id=b,bus=pcie.0,bus_nr=252",
    ]));
    assert!(!outcome.started);
    assert_eq!(outcome.exit, Exit::Status(1));
    assert!(outcome.stderr.contains("Bus 252 is already in use"), "{}", outcome.stderr);
}

#[test]
fn qemu_that_breaks_is_seen_to_break() {
    let Some(root) = Root::locate() else { return };
    let outcome = Qemu::x86_64(&root).run(&[
        "-machine",
        "q35",
        "-nodefaults",
        "-device",
        "amd-iommu,pci-id=nope",
    ]);
    assert!(!outcome.started);
    assert_eq!(outcome.exit, Exit::Signal(11), "{}", outcome.stderr);

    // A port makes a bus of its own name, which must not be the name of a property.
    let outcome = Qemu::x86_64(&root).run(&[
        "-machine",
        "q35",
        "-nodefaults",
        "-device",
        "pcie-root-port,id=port",
    ]);
    assert_eq!((outcome.started, outcome.exit), (false, Exit::Signal(6)), "{}", outcome.stderr);
}
