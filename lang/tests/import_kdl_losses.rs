//! What the language cannot say is said beside it; whatever can be said survives.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use iommulint_lang::check::{Settings, check};
use iommulint_lang::elaborate::{Numbers, elaborate};
use iommulint_lang::import::kdl::{Document, Options, document};
use iommulint_lang::span::{FileId, Written};
use iommulint_lang::topology::{
    Arch, ControllerId, Function, Parent, PropertyValue, Slot, SlotFunction, Vm,
};
use proptest::prelude::*;

fn read(text: &str) -> (Vm, Numbers, Vec<&'static str>) {
    let analysis = check(text, FileId(0), &Settings::default());
    let [vm] = analysis.topology.vms.as_slice() else { panic!("{text}") };
    let rules = analysis.findings.iter().map(|finding| finding.rule).collect();
    (vm.clone(), analysis.numbers[0].clone(), rules)
}

fn write(vm: &Vm) -> Document {
    document(vm, &elaborate(vm), &Options::default())
}

/// The document, whose text has each line of what it cannot say as a comment.
fn losing(vm: &Vm, numbers: &Numbers) -> Document {
    let document = document(vm, numbers, &Options::default());
    for line in &document.not_expressible {
        assert!(document.text.contains(&format!("// - {line}\n")), "{}", document.text);
    }
    document
}

const SWITCH: &str = r#"
vm "a" machine="virt" {
    root-port {
        switch {
            downstream-port { hostdev "nic0" host="0000:01:00.0"; }
        }
    }
    root-port { hostdev "nic1" host="0000:02:00.0"; }
}"#;

#[test]
fn a_device_within_a_switch_is_left_out_and_said() {
    let (mut vm, numbers, _) = read(SWITCH);
    vm.hostdevs[0].parent = Parent::Controller(ControllerId(1));
    let Document { text, not_expressible } = losing(&vm, &numbers);
    assert_eq!(
        not_expressible,
        ["the host device `nic0`, for which there is no place on the bus within a switch"]
    );
    let (again, _, _) = read(&text);
    assert_eq!(again.hostdevs.len(), 1);
    assert_eq!(again.controllers.len(), 4);
}

#[test]
fn everything_below_what_is_left_out_is_said() {
    let (mut vm, numbers, _) = read(SWITCH);
    // A switch below the downstream port of another.
    vm.controllers[1].parent = Parent::Controller(ControllerId(2));
    let Document { not_expressible, text } = losing(&vm, &numbers);
    assert_eq!(
        not_expressible,
        [
            "the switch with index 2, for which there is no place on the bus behind a port",
            "the downstream port with index 3, for which there is no place on the bus within a switch",
            "the host device `nic0`, for which there is no place on the bus behind a port",
        ]
    );
    let (again, numbers_again, _) = read(&text);
    assert_eq!(again.hostdevs[0].name.value, "nic1");
    assert_eq!(numbers_again.controllers[1], numbers.controllers[3]);
}

#[test]
fn a_function_that_there_is_no_property_for_is_said() {
    for model in ["amd", "virtio"] {
        let (vm, mut numbers, _) =
            read(&format!("vm \"a\" machine=\"q35\" {{ iommu \"{model}\"; }}"));
        let slot = Slot::new(9).unwrap();
        numbers.iommus[0] = Some(SlotFunction { slot, function: Function::new(1).unwrap() });
        let Document { not_expressible, .. } = losing(&vm, &numbers);
        let said = format!("that the IOMMU `{model}` sits in slot 9, function 1");
        assert_eq!(not_expressible, [said]);
        numbers.iommus[0] = Some(SlotFunction { slot, function: Function::ZERO });
        let Document { not_expressible, text } = losing(&vm, &numbers);
        assert_eq!(not_expressible, [""; 0]);
        assert!(text.contains(&format!("iommu \"{model}\" slot=9\n")), "{text}");
    }
}

#[test]
fn a_second_vsmmu_of_one_pxb_is_said() {
    let (mut vm, numbers, _) = read("vm \"a\" machine=\"virt\" { vsmmu \"s\"; vsmmu \"t\"; }");
    vm.vsmmus[1].root_complex = vm.vsmmus[0].root_complex;
    vm.controllers[1].vsmmu = None;
    let Document { not_expressible, text } = losing(&vm, &numbers);
    assert_eq!(not_expressible, ["the vSMMU `t`: the PXB it translates for is not its own"]);
    assert!(text.contains("vsmmu \"s\"\n") && text.contains("    pxb\n"), "{text}");
}

#[test]
fn what_is_no_property_of_its_own_is_said() {
    let (mut vm, numbers, _) =
        read("vm \"a\" machine=\"virt\" { device \"d\" driver=\"nvme\" serial=1; }");
    let (key, _) = vm.devices[0].properties[0].clone();
    for (name, value) in [("addr", 7), ("serial", 2), ("a b", 3)] {
        let key = key.clone().map(|_| name.to_owned());
        vm.devices[0].properties.push((key.clone(), key.map(|_| PropertyValue::Integer(value))));
    }
    let Document { not_expressible, text } = losing(&vm, &numbers);
    assert_eq!(not_expressible, ["the property `addr` of the emulated device `d`"]);
    assert!(text.contains("device \"d\" driver=\"nvme\" serial=2 \"a b\"=3\n"), "{text}");
}

#[test]
fn what_is_missing_is_said() {
    let text =
        "vm \"a\" machine=\"virt\" { numa { cell; distance 0 1; }; hostdev \"h\"; device \"d\"; }";
    let (mut vm, numbers, _) = read(text);
    vm.machine = None;
    let Document { not_expressible, .. } = losing(&vm, &numbers);
    assert_eq!(
        not_expressible,
        [
            "the machine: it is none that the language has",
            "a NUMA cell without a number",
            "a NUMA distance of which a number is missing",
            "the host device `h` has no address on the host",
            "the emulated device `d` has no driver",
        ]
    );
}

#[test]
fn names_that_are_missing_or_double_become_others() {
    let (mut vm, _, _) = read(
        "vm \"a\" machine=\"virt\" { iommufd \"f\"; iommufd \"g\"; vsmmu \"s\" iommufd=\"g\" { \
         hostdev \"h\" host=\"0000:01:00.0\"; }; vsmmu \"t\" { hostdev \"i\" host=\"0000:02:00.0\"; }; }",
    );
    let empty = |name: &mut Written<String>| name.value.clear();
    empty(&mut vm.name);
    empty(&mut vm.iommufds[1].name);
    empty(vm.vsmmus[0].iommufd.as_mut().unwrap());
    empty(&mut vm.hostdevs[0].name);
    "s".clone_into(&mut vm.vsmmus[1].name.value);
    "s".clone_into(&mut vm.hostdevs[1].name.value);
    let Document { text, not_expressible } = write(&vm);
    assert_eq!(not_expressible, [""; 0]);
    let (again, _, rules) = read(&text);
    assert!(!rules.iter().any(|rule| rule.starts_with("schema/")), "{rules:?}\n{text}");
    assert_eq!(again.name.value, "vm");
    assert_eq!(again.vsmmus[0].iommufd.as_ref().map(|name| &*name.value), Some("iommufd0"));
    assert_eq!(again.iommufds[1].name.value, "iommufd0");
    let names = again.vsmmus.iter().map(|vsmmu| &vsmmu.name);
    let names = names.chain(again.hostdevs.iter().map(|hostdev| &hostdev.name));
    let names: Vec<&str> = names.map(|name| name.value.as_str()).collect();
    assert_eq!(names, ["s", "s-2", "hostdev0", "s-3"]);
}

#[test]
fn an_architecture_is_written_where_it_does_not_follow() {
    let (mut vm, _, _) = read("vm \"a\" machine=\"virt\" arch=\"aarch64\"");
    assert_eq!(write(&vm).text, "vm \"a\" machine=\"virt\"\n");
    vm.arch = vm.arch.map(|arch| arch.map(|_| Arch::X86_64));
    assert_eq!(write(&vm).text, "vm \"a\" machine=\"virt\" arch=\"x86_64\"\n");
}

#[test]
fn what_is_not_modelled_is_a_comment() {
    let (vm, numbers, _) = read("vm \"a\" machine=\"virt\" { memory \"1GiB\"; }");
    let unmodelled = ["2 <disk>".to_owned(), "one\n} vm \"b\"\u{85}\u{0}\u{202e}".to_owned()];
    let options = Options { libvirt: Some("12.8"), unmodelled: &unmodelled, ..Options::default() };
    assert_eq!(
        document(&vm, &numbers, &options).text,
        r#"target libvirt="12.8"

vm "a" machine="virt" {
    // not modelled, kept out of this file:
    // - 2 <disk>
    // - one\u{a}} vm "b"\u{85}\u{0}\u{202e}

    memory "1GiB"
}
"#
    );
}

/// Text with many characters that mean something in KDL.
fn any_text() -> impl Strategy<Value = String> {
    let special =
        "\"\\#/{}()=;-+.\n\r\t \u{b}\u{c}\u{85}\u{2028}\u{2029}\u{0}\u{7f}\u{feff}\u{202e}a0";
    let special: Vec<char> = special.chars().collect();
    let character = prop_oneof![4 => prop::sample::select(special), 1 => any::<char>()];
    prop::collection::vec(character, 1..12).prop_map(String::from_iter)
}

proptest! {
    #[test]
    fn any_text_survives(words in prop::collection::vec(any_text(), 6)) {
        let (mut vm, _, _) = read(
            "vm \"a\" machine=\"virt\" { cpu \"b\"; iommufd \"c\" fdgroup=\"c\"; vsmmu \"d\" iommufd=\"c\"; device \"e\" driver=\"f\" key=\"g\"; }",
        );
        vm.name.value.clone_from(&words[0]);
        vm.cpu.as_mut().unwrap().value.clone_from(&words[1]);
        vm.iommufds[0].name.value.clone_from(&words[2]);
        vm.vsmmus[0].iommufd.as_mut().unwrap().value.clone_from(&words[2]);
        vm.devices[0].driver.as_mut().unwrap().value.clone_from(&words[3]);
        vm.devices[0].properties[0].0.value = format!("{}x", words[4]);
        vm.devices[0].properties[0].1.value = PropertyValue::Text(words[5].clone());
        let options = Options { unmodelled: &words, ..Options::default() };
        let Document { text, not_expressible } = document(&vm, &elaborate(&vm), &options);
        prop_assert_eq!(not_expressible, [""; 0]);
        let (again, _, _) = read(&text);
        prop_assert_eq!(&again.name.value, &words[0]);
        prop_assert_eq!(&again.cpu.unwrap().value, &words[1]);
        prop_assert_eq!(&again.iommufds[0].name.value, &words[2]);
        prop_assert_eq!(&again.vsmmus[0].iommufd.as_ref().unwrap().value, &words[2]);
        prop_assert_eq!(&again.devices[0].driver.as_ref().unwrap().value, &words[3]);
        let properties: Vec<_> = again.devices[0].properties.iter().map(|(key, value)| (&key.value, &value.value)).collect();
        prop_assert_eq!(properties, [(&format!("{}x", words[4]), &PropertyValue::Text(words[5].clone()))]);
    }
}
