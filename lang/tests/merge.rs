//! Merging a vm into an existing domain: what changes, what does not, and what is refused.

use iommulint_lang::check::{Settings, check};
use iommulint_lang::finding::Finding;
use iommulint_lang::lower::merge;
use iommulint_lang::span::FileId;

const BASE: &str = "lower/base";
const CONFLICT: &str = "lower/conflict";

const DOMAIN: &str = "\
<domain type='kvm'>
  <name>guest</name>
  <memory unit='GiB'>8</memory>
  <os firmware='efi'>
    <type arch='aarch64' machine='virt-11.1'>hvm</type>
  </os>
  <devices>
    <!-- kept as it is -->
    <emulator>/usr/bin/qemu-system-aarch64</emulator>
    <controller  type=\"pci\" index='0' model='pcie-root'/>
    <controller type='usb' model='none'/>
    <disk type='file'>
      <source file='a.img'/>
      <target dev='vda'/>
      <address type='pci' domain='0x0000' bus='0x00' slot='0x09' function='0x0'/>
    </disk>
    <memballoon model='none'/>
  </devices>
</domain>
";

const VM: &str = r#"
vm "guest" machine="virt" {
    iommufd "iommufd0"
    vsmmu "smmu0" iommufd="iommufd0" {
        accel ats=#true ril=#false ssidsize=20 oas=48
        hostdev "gpu0" host="0009:01:00.0"
    }
}
"#;

fn into(base: &str, vm: &str) -> Result<String, Vec<Finding>> {
    let analysis = check(vm, FileId(0), &Settings::default());
    let Some(checked) = analysis.checked(0) else { panic!("{:#?}", analysis.findings) };
    merge::into(base, FileId(1), &checked)
}

fn merged(base: &str, vm: &str) -> String {
    let once = into(base, vm).unwrap_or_else(|findings| panic!("{findings:#?}"));
    let twice = into(&once, vm).unwrap_or_else(|findings| panic!("{findings:#?}"));
    assert_eq!(once, twice, "merging again changes something");
    once
}

/// The rule and the covered text of each finding.
fn refused(base: &str, vm: &str) -> Vec<(&'static str, String)> {
    let findings = into(base, vm).expect_err("it is refused");
    let seen = |f: &Finding| (f.rule, f.primary.origin.span.of(base).to_owned());
    findings.iter().map(seen).collect()
}

#[test]
fn what_is_not_there_is_added_and_every_other_byte_kept() {
    let result = merged(DOMAIN, VM);
    let added = "
    <controller type='pci' index='1' model='pcie-expander-bus'>
      <model name='pxb-pcie'/>
      <target busNr='252'/>
      <address type='pci' domain='0x0000' bus='0x00' slot='0x01' function='0x0'/>
    </controller>
    <controller type='pci' index='2' model='pcie-root-port'>
      <model name='pcie-root-port'/>
      <target chassis='2' port='0x0'/>
      <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
    </controller>";
    assert!(result.contains(added), "{result}");
    let rest = "
    <hostdev mode='subsystem' type='pci' managed='no'>
      <driver iommufd='yes'/>
      <source>
        <address domain='0x0009' bus='0x01' slot='0x00' function='0x0'/>
      </source>
      <address type='pci' domain='0x0000' bus='0x02' slot='0x00' function='0x0'/>
    </hostdev>
    <iommu model='smmuv3'>
      <driver pciBus='1' accel='on' ats='on' ril='off' ssidsize='20' oas='48'/>
    </iommu>";
    assert!(result.contains(rest), "{result}");
    assert_eq!(result.replace(added, "").replace(rest, ""), DOMAIN);
}

#[test]
fn what_is_there_is_replaced_and_what_the_language_does_not_know_kept() {
    let base = DOMAIN.replace(
        "    <memballoon",
        "    <iommu model='smmuv3'><driver pciBus='1' accel='off'/></iommu>
    <hostdev mode='subsystem' type='pci' managed='yes'>
      <source><address domain='9' bus='0x1' slot='0' function='0'/></source>
      <boot order='1'/> <!-- first -->
      <rom file='vbios.bin'/>
      <address type='pci' bus='0x07' slot='0' function='0'/>
    </hostdev>
    <memballoon",
    );
    let result = merged(&base, VM);
    assert!(!result.contains("accel='off'") && !result.contains("managed='yes'"), "{result}");
    assert_eq!(result.matches("<hostdev").count(), 1);
    assert_eq!(result.matches("<iommu ").count(), 1);
    for kept in ["<boot order='1'/>", "<!-- first -->", "<rom file='vbios.bin'/>"] {
        assert!(result.contains(kept), "{kept} is lost: {result}");
    }
}

#[test]
fn a_host_device_is_known_by_its_alias_too() {
    let base = DOMAIN.replace(
        "    <memballoon",
        "    <hostdev mode='subsystem' type='pci'>
      <source><address domain='0x0001' bus='0x01' slot='0x00' function='0x0'/></source>
      <alias name='ua-gpu'/>
    </hostdev>
    <memballoon",
    );
    let vm = VM.replace("hostdev \"gpu0\"", "hostdev \"gpu0\" alias=\"ua-gpu\"");
    let result = merged(&base, &vm);
    assert_eq!(result.matches("<hostdev").count(), 1);
    assert!(!result.contains("domain='0x0001'"), "{result}");
}

#[test]
fn line_ends_and_indentation_are_the_domains() {
    let base = DOMAIN.replace("  ", "\t").replace('\n', "\r\n");
    let result = merged(&base, VM);
    assert!(result.contains("\r\n\t\t<iommu model='smmuv3'>\r\n\t\t\t<driver "), "{result:?}");
    assert_eq!(result.matches('\n').count(), result.matches("\r\n").count());
}

#[test]
fn devices_may_be_empty_or_missing() {
    let (before, rest) = DOMAIN.split_once("  <devices>").expect("it is there");
    let after = rest.split_once("</devices>").expect("it is there").1;
    for devices in
        ["  <devices/>", "  <devices />", "  <devices></devices>", "  <devices>\n  </devices>"]
    {
        let result = merged(&format!("{before}{devices}{after}"), VM);
        assert!(result.contains("\n  <devices>\n    <controller "), "{devices}: {result}");
        assert!(result.contains("    </iommu>\n  </devices>\n</domain>"), "{devices}: {result}");
    }
    let result = merged(&format!("{before}{}", after.trim_start()), VM);
    assert!(result.contains("\n  <devices>\n    <controller "), "{result}");
}

#[test]
fn a_byte_order_mark_and_text_outside_ascii_do_not_shift_anything() {
    let base = format!("\u{feff}{}", DOMAIN.replace("kept as", "gehört"));
    assert!(merged(&base, VM).contains("<!-- gehört it is -->"));
}

#[test]
fn properties_only_qemu_has_are_merged_by_alias_and_name() {
    let vm = VM.replace(
        "hostdev \"gpu0\" host=\"0009:01:00.0\"",
        "hostdev \"gpu0\" host=\"0009:01:00.0\" vpasid-cap-offset=384",
    );
    let property = "<qemu:property name='x-vpasid-cap-offset' type='unsigned' value='384'/>";
    let result = merged(DOMAIN, &vm);
    assert!(result.contains("<qemu:override xmlns:qemu="), "{result}");
    assert!(result.contains("<qemu:device alias='hostdev0'>") && result.contains(property));

    let base = DOMAIN
        .replace("type='kvm'", "type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'")
        .replace("    <memballoon", "    <hostdev mode='subsystem' type='usb'/>\n    <memballoon")
        .replace(
            "</domain>",
            "  <qemu:override>
    <qemu:device alias='hostdev1'>
      <qemu:frontend>
        <qemu:property name='x-vpasid-cap-offset' type='unsigned' value='1'/>
        <qemu:property name='x-other' type='bool' value='true'/>
      </qemu:frontend>
    </qemu:device>
  </qemu:override>
</domain>",
        );
    let result = merged(&base, &vm);
    assert_eq!(result.matches("x-vpasid-cap-offset").count(), 1);
    assert_eq!(result.matches("xmlns:qemu").count(), 1);
    assert!(result.contains(property) && result.contains("name='x-other'"), "{result}");
}

#[test]
fn a_global_property_joins_the_domains_own_arguments() {
    let vm = r#"
vm "guest" machine="q35" {
    iommu "amd" {
        dma-remap #true
    }
}
"#;
    let base = DOMAIN.replace("virt-11.1", "q35").replace("aarch64", "x86_64").replace(
        "</domain>",
        "  <q:commandline xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'>
    <q:arg value='-S'/>
  </q:commandline>
</domain>",
    );
    let result = merged(&base, vm);
    assert!(
        result.contains("<q:arg value='-S'/>\n    <qemu:arg value='-global' xmlns:qemu="),
        "{result}"
    );
    assert_eq!(result.matches("amd-iommu.dma-remap=on").count(), 1);
    let changed =
        merged(&result, &vm.replace("dma-remap #true", "dma-remap #false\n        iotlb #true"));
    assert!(changed.contains("amd-iommu.dma-remap=off") && !changed.contains("dma-remap=on"));
}

#[test]
fn an_fd_group_goes_to_the_domain() {
    let vm = VM.replace("iommufd \"iommufd0\"\n", "iommufd \"iommufd0\" fdgroup=\"group\"\n");
    let result = merged(DOMAIN, &vm);
    let line = "</memory>\n  <iommufd enabled='yes' fdgroup='group'/>\n";
    assert!(result.contains(line), "{result}");
    assert!(!merged(DOMAIN, VM).contains("<iommufd"));
    assert!(merged(&result, VM).contains("  <iommufd enabled='yes'/>\n"));
}

#[test]
fn the_window_goes_to_the_root() {
    let vm = VM.replace(
        "    iommufd \"iommufd0\"\n",
        "    mmio-window \"2TiB\"\n    iommufd \"iommufd0\"\n",
    );
    let result = merged(DOMAIN, &vm);
    assert!(result.contains("<pcihole64 unit='KiB'>2147483648</pcihole64>"), "{result}");
    assert_eq!(result.matches("index='0'").count(), 1);
}

#[test]
fn conflicts_are_refused_where_they_stand() {
    let base = DOMAIN.replace("slot='0x09'", "slot='1'").replace(
        "    <memballoon",
        "    <controller type='pci' index='2' model='pcie-expander-bus'/>
    <controller type='pci' index='7' model='pcie-expander-bus'>
      <target busNr='0xfc'/>
    </controller>
    <controller type='pci' index='8' model='pcie-root-port'>
      <target chassis='2'/>
    </controller>
    <iommu model='virtio'/>
    <memballoon",
    );
    assert_eq!(
        refused(&base, VM),
        [
            (CONFLICT, "<address".to_owned()),
            (CONFLICT, "pcie-expander-bus".to_owned()),
            (CONFLICT, "0xfc".to_owned()),
            (CONFLICT, "2".to_owned()),
            (CONFLICT, "<iommu".to_owned()),
        ]
    );
}

#[test]
fn numa_cells_are_the_domains_to_have() {
    let vm = VM.replace(
        "hostdev \"gpu0\" host=\"0009:01:00.0\"",
        "hostdev \"gpu0\" host=\"0009:01:00.0\" {\n            generic-initiator nodes=\"1-2\"\n        }",
    );
    let numa = "    numa {\n        cell 0 cpus=\"0-3\" memory=\"8GiB\"\n    }\n    vsmmu";
    let vm = vm
        .replace("    vsmmu", numa)
        .replace("        accel", "        pxb numa-node=0\n        accel");
    assert_eq!(refused(DOMAIN, &vm), [(CONFLICT, "<domain".to_owned())]);
    let cells = "<cell id='0' memory='8'/><cell id='1' memory='0'/>";
    let cpu = |cells: &str| format!("<cpu><numa>{cells}</numa></cpu>\n  <devices>");
    let base = DOMAIN.replace("<devices>", &cpu(cells));
    let findings = into(&base, &vm).expect_err("cell 2 is missing");
    assert_eq!(findings[0].headline, "the domain has no NUMA cell 2");
    let all = cpu(&format!("{cells}<cell id='2' memory='0'/>"));
    assert!(merged(&DOMAIN.replace("<devices>", &all), &vm).contains("<acpi nodeset='1-2'/>"));
}

#[test]
fn what_is_no_domain_is_refused() {
    assert_eq!(refused("<network/>", VM), [(BASE, "<network".to_owned())]);
    assert_eq!(refused("<domain/>", VM), [(BASE, "<domain".to_owned())]);
    assert_eq!(refused("", VM), [(BASE, String::new())]);
    assert_eq!(refused("<domain>\n<a>", VM), [(BASE, String::new())]);
    let doctype = format!("<!DOCTYPE domain [<!ENTITY a 'b'>]>\n{DOMAIN}");
    assert_eq!(refused(&doctype, VM), [(BASE, String::new())]);
    let other_machine = DOMAIN.replace("virt-11.1", "q35");
    assert_eq!(refused(&other_machine, VM), [(BASE, "<type".to_owned())]);
}

#[test]
fn depth_and_width_do_no_harm() {
    let deep = format!("<domain>{}{}</domain>", "<a>".repeat(200_000), "</a>".repeat(200_000));
    assert!(into(&deep, VM).is_ok());
    let disk = "<disk><address type='pci' bus='9' slot='3'/></disk>\n";
    let wide =
        DOMAIN.replace("    <memballoon", &format!("{}    <memballoon", disk.repeat(50_000)));
    assert!(into(&wide, VM).is_ok());
}

#[test]
fn a_controller_without_an_index_is_not_known_again() {
    let base = DOMAIN
        .replace("<memballoon", "<controller type='pci' model='pcie-root-port'/>\n    <memballoon");
    assert_eq!(refused(&base, VM), [(BASE, "<controller".to_owned())]);
}
