//! `import`: what is written, what is said to be left out, and what is refused.

use crate::run::{folder, iommulint, run, run_with, stderr, stdout};

const DOMAIN: &str = "\
<domain type='kvm'>
  <name>guest</name>
  <memory unit='GiB'>8</memory>
  <vcpu>4</vcpu>
  <os firmware='efi'><type arch='aarch64' machine='virt'>hvm</type></os>
  <features><acpi/><gic version='3'/></features>
  <devices>
    <controller type='pci' index='0' model='pcie-root'/>
    <controller type='pci' index='1' model='pcie-expander-bus'>
      <target busNr='252'/>
      <address type='pci' bus='0x00' slot='0x01'/>
    </controller>
    <controller type='pci' index='2' model='pcie-root-port'>
      <address type='pci' bus='0x01' slot='0x00'/>
    </controller>
    <hostdev mode='subsystem' type='pci'>
      <driver iommufd='yes'/>
      <source><address domain='0x0009' bus='0x01' slot='0x00' function='0x0'/></source>
      <address type='pci' bus='0x02' slot='0x00'/>
    </hostdev>
    <iommu model='smmuv3'><driver pciBus='1' accel='on'/></iommu>
    <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
  </devices>
</domain>
";

const IMPORTED: &str = "\
vm \"guest\" machine=\"virt\" {
    // not modelled, kept out of this file:
    // - <rng>

    memory \"8GiB\"
    vcpus 4
    firmware \"efi\"
    accelerator \"kvm\"
    gic 3

    iommufd \"iommufd0\"

    vsmmu \"iommu0\" iommufd=\"iommufd0\" {
        hostdev \"0009:01:00.0\" host=\"0009:01:00.0\"
    }
}
";

#[test]
fn a_domain_becomes_a_file_that_checks() {
    let folder = folder(&[("guest.xml", DOMAIN.as_bytes())]);
    let (code, out, err) = run(&folder, &["import", "guest.xml"]);
    assert_eq!((code, out.as_str()), (0, IMPORTED));
    assert_eq!(err, "not imported: <rng>\n");
    let output = run_with(iommulint(folder.path()).args(["check", "-"]), out.as_bytes());
    assert_eq!(stdout(&output), "1 file checked, no findings\n");
}

#[test]
fn every_number_is_written_when_asked_for() {
    let folder = folder(&[("guest.xml", DOMAIN.as_bytes())]);
    let (code, out, _) = run(&folder, &["import", "--explicit", "guest.xml"]);
    assert_eq!(code, 0);
    assert!(out.contains("pxb index=1 bus-nr=252 slot=1 function=0"), "{out}");
    assert!(out.contains("root-port index=2 chassis=2 port=0 slot=0 function=0"), "{out}");
}

#[test]
fn standard_input_may_be_either() {
    let script = b"qemu-system-aarch64 -machine virt,accel=kvm -bios QEMU_EFI.fd \\\n \
        -device pxb-pcie,id=p,bus=pcie.0,bus_nr=252 -device arm-smmuv3,primary-bus=p,accel=on \\\n \
        -device pcie-root-port,id=r,bus=p,chassis=1 -object iommufd,id=iommufd0 \\\n \
        -device vfio-pci,host=0009:01:00.0,bus=r,iommufd=iommufd0,id=gpu\n";
    let output = run_with(iommulint(".").args(["import", "--from=qemu", "-"]), script);
    let (out, err) = (stdout(&output), stderr(&output));
    assert_eq!(output.status.code(), Some(0), "{err}");
    assert!(out.contains("hostdev \"gpu\" host=\"0009:01:00.0\""), "{out}");
    // libvirt, which would drop the ids, is not asked.
    assert!(out.starts_with("target qemu=\""), "{out}");
    let checked = run_with(iommulint(".").args(["check", "-"]), out.as_bytes());
    assert_eq!(stdout(&checked), "1 file checked, no findings\n");
    let output =
        run_with(iommulint(".").args(["import", "--from=libvirt", "-"]), DOMAIN.as_bytes());
    assert_eq!(stdout(&output), IMPORTED);
}

#[test]
fn a_domain_of_an_older_proposal_keeps_its_target_unless_it_is_migrated() {
    let old = DOMAIN
        .replace("<driver iommufd='yes'/>", "")
        .replace("</source>", "</source><iommufdId>iommufd0</iommufdId>")
        .replace(
            "<iommu model='smmuv3'><driver pciBus='1' accel='on'/></iommu>",
            "<iommu model='smmuv3Dev'><iommufd><id>iommufd0</id></iommufd><address type='pci' bus='0x01' slot='0x01'/></iommu>",
        );
    let folder = folder(&[("guest.xml", old.as_bytes())]);
    let (code, out, _) = run(&folder, &["import", "guest.xml"]);
    assert_eq!(code, 0);
    assert_eq!(out, format!("target libvirt=\"rfc-smmuv3dev\"\n\n{IMPORTED}"));
    let (code, out, _) = run(&folder, &["import", "--migrate", "guest.xml"]);
    assert_eq!((code, out.as_str()), (0, IMPORTED));
    // Where the newest release is asked for, the old words are errors, which migration does away with.
    let (code, _, err) = run(&folder, &["import", "--target-libvirt=12.8", "guest.xml"]);
    assert_eq!(code, 1);
    assert!(err.contains("target/renamed"), "{err}");
    let (code, out, _) =
        run(&folder, &["import", "--target-libvirt=12.8", "--migrate", "guest.xml"]);
    assert_eq!((code, out.as_str()), (0, IMPORTED));
}

#[test]
fn what_cannot_be_read_is_not_imported() {
    let folder = folder(&[("a.xml", b"<domain>"), ("b.xml", b"<network/>")]);
    for (file, said) in [("a.xml", "syntax/xml"), ("b.xml", "`<network>` is not a libvirt domain")]
    {
        let (code, out, err) = run(&folder, &["import", file]);
        assert_eq!((code, out.as_str()), (1, ""));
        assert!(err.contains(said), "{err}");
    }
}

#[test]
fn a_domain_of_another_machine_is_not_imported() {
    let domain = "<domain type='qemu'><name>p</name><os><type arch='ppc64' machine='pseries'>hvm</type></os></domain>";
    let folder = folder(&[("guest.xml", domain.as_bytes())]);
    let (code, out, err) = run(&folder, &["import", "guest.xml"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("the machine is none that the language has"), "{err}");
}

#[test]
fn what_is_imported_merges_into_its_domain() {
    let folder = folder(&[("guest.xml", DOMAIN.as_bytes())]);
    let arguments = ["import", "guest.xml", "--output-file", "guest.kdl"];
    assert_eq!(run(&folder, &arguments).0, 0);
    let merge = ["lower", "--libvirt", "--into", "guest.xml", "guest.kdl"];
    let (code, merged, err) = run(&folder, &merge);
    assert_eq!(code, 0, "{err}");
    assert!(merged.contains("<backend model='random'>/dev/urandom</backend>"), "{merged}");
    std::fs::write(folder.path().join("merged.xml"), merged).expect("it can be written");
    let (_, again, _) = run(&folder, &["import", "merged.xml"]);
    assert_eq!(again, IMPORTED);
}
