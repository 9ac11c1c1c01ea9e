//! What fixing makes of command lines: the edits a source gives, and the words of a release for older ones.

use iommulint_lang::check::{Settings, check};
use iommulint_lang::language::Language;
use iommulint_lang::parsed::Parsed;
use iommulint_lang::rules::{Source, Value};
use iommulint_lang::span::{FileId, Origin, Span};
use iommulint_lang::topology::Size;

const SCRIPT: &str = r#"N=5
qemu-system-x86_64 -M q35 \
    -device pxb-pcie,id=pxb0,bus_nr=100,bus=pcie.0,addr=0x1f.2,numa_node=0 \
    -device '{"driver":"pcie-root-port","id":"port0","chassis":1,"bus":"pxb0"}' \
    -device "{\"driver\":\"pcie-root-port\",\"id\":\"port1\",\"chassis\":2,\"bus\":\"pxb0\"}" \
    -device intel-iommu,caching-mode=off -device amd-iommu \
    -device '{"driver":"vfio-pci","host":"0000:01:00.0","rombar":0}' \
    -device pcie-root-port,chassis=$N -object iommufd,id=last -m 4G
"#;

fn parsed() -> Parsed {
    check(Language::Qemu.text(SCRIPT), FileId(0), &Settings::default()).parsed
}

/// Where `part` stands for the first time behind `after`.
fn at(after: &str, part: &str) -> Origin {
    let start = SCRIPT.find(after).expect(after);
    let start = start + SCRIPT[start..].find(part).expect(part);
    let offset = |position: usize| u32::try_from(position).expect("it is short");
    Origin::new(FileId(0), Span::new(offset(start), offset(start + part.len())))
}

/// The line of the script that an edit changes, afterwards.
fn line(edit: Option<iommulint_lang::finding::Edit>) -> Option<String> {
    let edit = edit?;
    let mut text = SCRIPT.to_owned();
    text.replace_range(edit.origin.span.range(), &edit.text);
    let changed = text.lines().zip(SCRIPT.lines()).find(|(new, old)| new != old);
    Some(changed.map_or(text.clone(), |(new, _)| new.trim().to_owned()))
}

#[test]
fn a_value_is_written_as_the_property_wants_it() {
    let source = parsed();
    let with = |at: Origin, value: Value<'_>| line(source.with_value(at, value));
    assert_eq!(
        with(at("bus_nr", "100"), Value::Number(32)).as_deref(),
        Some(r"-device pxb-pcie,id=pxb0,bus_nr=32,bus=pcie.0,addr=0x1f.2,numa_node=0 \")
    );
    assert_eq!(
        with(at("addr", "0x1f"), Value::Number(10)).as_deref(),
        Some(r"-device pxb-pcie,id=pxb0,bus_nr=100,bus=pcie.0,addr=0xa.2,numa_node=0 \")
    );
    assert_eq!(
        with(at("caching-mode", "off"), Value::Switch(true)).as_deref(),
        Some(r"-device intel-iommu,caching-mode=on -device amd-iommu \")
    );
    assert_eq!(
        with(at("chassis", "1"), Value::Number(7)).as_deref(),
        Some(r#"-device '{"driver":"pcie-root-port","id":"port0","chassis":7,"bus":"pxb0"}' \"#)
    );
    // Through quotes with backslashes, and through a variable, nothing is changed.
    assert_eq!(with(at("port1", "2"), Value::Number(7)), None);
    assert_eq!(with(at("N=", "5"), Value::Number(7)), None);
    assert_eq!(with(at("bus_nr", "100"), Value::Text("a b")), None);
    let size = with(at("-m 4G", "4G"), Value::Size(Size(2 << 40)));
    assert_eq!(
        size.as_deref(),
        Some("-device pcie-root-port,chassis=$N -object iommufd,id=last -m 2T")
    );
    // What a number is not written for stands where the device does.
    assert_eq!(with(at("-device pxb", "pxb-pcie"), Value::Number(7)), None);
    assert_eq!(with(at("{\"driver", "pcie-root-port"), Value::Number(7)), None);
}

#[test]
fn a_property_is_left_out_with_its_comma() {
    let source = parsed();
    let without = |at: Origin| line(source.without_property(at));
    assert_eq!(
        without(at("bus_nr", "100")).as_deref(),
        Some(r"-device pxb-pcie,id=pxb0,bus=pcie.0,addr=0x1f.2,numa_node=0 \")
    );
    assert_eq!(
        without(at("vfio-pci", "rombar")).as_deref(),
        Some(r#"-device '{"driver":"vfio-pci","host":"0000:01:00.0"}' \"#)
    );
    assert_eq!(without(at("-device", "pxb-pcie")), None);
    assert_eq!(without(at("{\"driver", "pcie-root-port")), None);
}

#[test]
fn an_argument_is_left_out_and_the_command_goes_on() {
    let source = parsed();
    let whole = |at: Origin| {
        let edit = source.without_element(at)?;
        let mut text = SCRIPT.to_owned();
        text.replace_range(edit.origin.span.range(), &edit.text);
        Some(text)
    };
    let left = whole(at("bus_nr", "100")).expect("it has its line");
    assert!(left.contains("-M q35 \\\n    -device '{\"driver\":\"pcie-root-port\""), "{left}");
    let left = whole(at("caching-mode", "off")).expect("it is followed by another");
    assert!(left.contains("    -device amd-iommu \\\n"), "{left}");
}

#[test]
fn a_property_is_added_where_its_driver_has_it() {
    let source = parsed();
    let with = |at: Origin, key: &str, value: Value<'_>| line(source.with_child(at, key, value));
    assert_eq!(
        with(at("caching-mode", "off"), "intremap", Value::Switch(true)).as_deref(),
        Some(r"-device intel-iommu,caching-mode=off,intremap=on -device amd-iommu \")
    );
    assert_eq!(
        with(at("-device amd", "amd-iommu"), "dma-remap", Value::Switch(true)).as_deref(),
        Some(r"-device intel-iommu,caching-mode=off -device amd-iommu,dma-remap=on \")
    );
    assert_eq!(
        with(at("host", "0000:01:00.0"), "iommufd", Value::Text("iommufd0")).as_deref(),
        Some(
            r#"-device '{"driver":"vfio-pci","host":"0000:01:00.0","rombar":0,"iommufd":"iommufd0"}' \"#
        )
    );
    assert_eq!(with(at("-device", "pxb-pcie"), "iommufd", Value::Text("iommufd0")), None);
}

#[test]
fn older_words_become_those_of_a_release() {
    let text = "qemu-system-aarch64 -M virt -bios EFI.fd -accel kvm \
                -device pxb-pcie,id=a,bus_nr=9,bus=pcie.0 -device arm-smmuv3-accel,bus=a \
                -device '{\"driver\":\"arm-smmuv3\",\"primary-bus\":\"pcie.0\",\"accel\":true,\"pasid\":true}' $MORE\n";
    let analysis = check(Language::Qemu.text(text), FileId(0), &Settings::default());
    let mut edits: Vec<_> = analysis
        .findings
        .iter()
        .filter(|finding| finding.rule == "target/renamed")
        .flat_map(|finding| finding.fixes[0].edits.clone())
        .collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.origin.span.start));
    let mut new = text.to_owned();
    for edit in edits {
        new.replace_range(edit.origin.span.range(), &edit.text);
    }
    assert!(new.contains(" arm-smmuv3,primary-bus=a,accel=on "), "{new}");
    assert!(new.contains(r#""accel":true,"ssidsize":"20"}"#), "{new}");
    let again = check(Language::Qemu.text(new.as_str()), FileId(0), &Settings::default());
    assert_eq!(again.findings, [], "{new}");
}

#[test]
fn the_highest_number_of_a_cell_is_one_like_others() {
    let text = "qemu-system-aarch64 -M virt -numa node,nodeid=4294967295 -numa node \
                -device vfio-pci,host=0000:01:00.0,bus=pcie.0,id=gpu0 \
                -object acpi-generic-initiator,id=gi0,pci-dev=gpu0,node=4294967295\n";
    let analysis = check(Language::Qemu.text(text), FileId(0), &Settings::default());
    assert!(analysis.findings.iter().any(|finding| finding.rule == "numa/unknown-cell"));
}
