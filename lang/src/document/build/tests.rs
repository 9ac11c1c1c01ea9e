//! What the model of a file looks like: what is implied, where it stands, and in which order.

use crate::document::read;
use crate::finding::Finding;
use crate::span::{FileId, Written};
use crate::syntax::parse;
use crate::topology::{
    Controller, ControllerId, ControllerKind, NumberOrAuto, OnOffAuto, Parent, PropertyValue,
    RootComplex, Topology, Vm, VsmmuId,
};

/// The model of a right file.
fn topology(text: &str) -> Topology {
    let (topology, findings) = with_findings(text);
    assert!(findings.is_empty(), "{findings:#?}");
    topology
}

fn with_findings(text: &str) -> (Topology, Vec<Finding>) {
    let (tree, findings) = parse(text, FileId(0));
    assert!(findings.is_empty(), "{findings:#?}");
    read(&tree)
}

/// The only vm of a right file, which holds `inside`.
fn vm(machine: &str, inside: &str) -> Vm {
    let mut topology = topology(&format!("vm \"a\" machine=\"{machine}\" {{\n{inside}\n}}"));
    assert_eq!(topology.vms.len(), 1);
    topology.vms.remove(0)
}

/// Each controller: what it is, `implied` or `written`, and what it is plugged into.
fn controllers(vm: &Vm) -> Vec<String> {
    let line = |controller: &Controller| {
        let source = if controller.implied { "implied" } else { "written" };
        let parent = match controller.parent {
            Parent::Root => "root".to_owned(),
            Parent::Controller(ControllerId(id)) => id.to_string(),
        };
        format!("{source} {} on {parent}", controller.noun())
    };
    vm.controllers.iter().map(line).collect()
}

fn value<T: Copy>(written: Option<Written<T>>) -> Option<T> {
    written.map(|written| written.value)
}

#[test]
fn a_group_without_pxb_gets_one_before_its_ports() {
    let vm = vm(
        "virt",
        r#"vsmmu "s" { hostdev "g" host="0009:01:00.0"; spare-ports 2; }
           vsmmu "t" { root-port; hostdev "h" host="0009:02:00.0"; }"#,
    );
    assert_eq!(
        controllers(&vm),
        [
            "implied PXB on root",
            "implied root port on 0",
            "implied root port on 0",
            "implied root port on 0",
            "implied PXB on root",
            "written root port on 4",
            "implied root port on 4",
        ]
    );
    assert_eq!(vm.hostdevs[0].parent, Parent::Controller(ControllerId(1)));
    assert_eq!(vm.hostdevs[1].parent, Parent::Controller(ControllerId(6)));
    assert_eq!(vm.controllers[0].vsmmu, Some(VsmmuId(0)));
    assert_eq!(vm.vsmmus[1].root_complex, RootComplex::Pxb(ControllerId(4)));
}

#[test]
fn a_written_pxb_comes_first_wherever_it_stands_in_its_group() {
    let vm = vm(
        "virt",
        r#"vsmmu "s" { hostdev "g" host="0009:01:00.0"; pxb bus-nr=0xfc numa-node=1 slot=7; }"#,
    );
    assert_eq!(controllers(&vm), ["written PXB on root", "implied root port on 0"]);
    let ControllerKind::Pxb { bus_nr, numa_node } = vm.controllers[0].kind else {
        panic!("{:?}", vm.controllers[0]);
    };
    assert_eq!((value(bus_nr), value(numa_node)), (Some(252), Some(1)));
    assert_eq!(value(vm.controllers[0].placement.slot), Some(7));
}

#[test]
fn a_group_on_the_root_bus_has_its_ports_there() {
    for on in ["on-root-bus", "on-root-bus #true"] {
        let vm = vm("virt", &format!(r#"vsmmu "s" {{ hostdev "g" host="0009:01:00.0"; {on}; }}"#));
        assert_eq!(controllers(&vm), ["implied root port on root"], "{on}");
        assert_eq!(vm.root_vsmmu, Some(VsmmuId(0)), "{on}");
        assert_eq!(vm.vsmmus[0].root_complex, RootComplex::Root, "{on}");
    }
    let off = vm("virt", r#"vsmmu "s" { on-root-bus #false; }"#);
    assert_eq!((controllers(&off), off.root_vsmmu), (vec!["implied PXB on root".to_owned()], None));
}

#[test]
fn a_host_device_of_a_vm_sits_on_the_root_bus_only_with_a_slot() {
    let with_and_without = r#"hostdev "g" host="0009:01:00.0" slot=4
                              hostdev "h" host="0009:02:00.0""#;
    let express = vm("q35", with_and_without);
    assert_eq!(controllers(&express), ["implied root port on root"]);
    assert_eq!(express.hostdevs[0].parent, Parent::Root);
    assert_eq!(express.hostdevs[1].parent, Parent::Controller(ControllerId(0)));
    let conventional = vm("pc", with_and_without);
    assert_eq!(conventional.controllers, []);
    assert!(conventional.hostdevs.iter().all(|hostdev| hostdev.parent == Parent::Root));
}

#[test]
fn a_device_of_a_vm_sits_on_the_root_bus() {
    let vm = vm("virt", r#"device "d" driver="virtio-net-pci" mq=#true netdev="n" vectors=-1"#);
    assert_eq!((vm.controllers.len(), vm.devices[0].parent), (0, Parent::Root));
    let properties: Vec<(&str, &PropertyValue)> = vm.devices[0]
        .properties
        .iter()
        .map(|(key, value)| (key.value.as_str(), &value.value))
        .collect();
    assert_eq!(
        properties,
        [
            ("mq", &PropertyValue::Boolean(true)),
            ("netdev", &PropertyValue::Text("n".to_owned())),
            ("vectors", &PropertyValue::Integer(-1)),
        ]
    );
}

#[test]
fn written_hierarchy_stands_as_written() {
    let vm = vm(
        "q35",
        r#"root-port index=5 chassis=9 port=8 io-reserve="4KiB" {
               switch { downstream-port { hostdev "g" host="0009:01:00.0"; }; downstream-port; }
           }
           pxb { root-port { device "d" driver="virtio-rng-pci"; }; }"#,
    );
    assert_eq!(
        controllers(&vm),
        [
            "written root port on root",
            "written switch on 0",
            "written downstream port on 1",
            "written downstream port on 1",
            "written PXB on root",
            "written root port on 4",
        ]
    );
    assert_eq!(vm.hostdevs[0].parent, Parent::Controller(ControllerId(2)));
    assert_eq!(vm.devices[0].parent, Parent::Controller(ControllerId(5)));
    let ControllerKind::RootPort(port) = &vm.controllers[0].kind else { panic!() };
    assert_eq!((value(port.chassis), value(port.port)), (Some(9), Some(8)));
    assert_eq!(value(port.io_reserve).map(|size| size.0), Some(4096));
}

#[test]
fn acceleration_is_on_unless_written_off() {
    for (written, enabled) in [
        ("", true),
        ("accel", true),
        ("accel #true", true),
        ("accel ats=#true", true),
        ("accel #false", false),
    ] {
        let vm = vm("virt", &format!("vsmmu \"s\" {{ {written} }}"));
        assert_eq!(vm.vsmmus[0].acceleration.enabled, enabled, "{written}");
    }
    let vm = vm("virt", r#"vsmmu "s" { accel ats=auto ril=#false ssidsize=20 oas="auto"; }"#);
    let acceleration = &vm.vsmmus[0].acceleration;
    assert_eq!(value(acceleration.ats), Some(OnOffAuto::Auto));
    assert_eq!(value(acceleration.ril), Some(OnOffAuto::Off));
    assert_eq!(value(acceleration.ssidsize), Some(NumberOrAuto::Number(20)));
    assert_eq!(value(acceleration.oas), Some(NumberOrAuto::Auto));
    assert_eq!(acceleration.cmdqv, None);
}

#[test]
fn ports_are_of_their_own_vm() {
    // The first port of either vm is number 0: one holds a device, one a switch.
    let topology = topology(
        r#"vm "a" machine="virt" { root-port { hostdev "g" host="0009:01:00.0"; }; }
           vm "b" machine="virt" { root-port { switch { downstream-port; }; }; }"#,
    );
    assert_eq!(topology.vms.len(), 2);
}

#[test]
fn numbers_beyond_64_bits_are_the_nearest() {
    let vm = vm(
        "virt",
        r#"vsmmu "s" { pxb bus-nr=0x1_0000_0000_0000_0000 slot=-99999999999999999999;
                       accel oas=99999999999999999999999999999999999999999999; }"#,
    );
    assert_eq!(value(vm.controllers[0].bus_nr()), Some(i64::MAX));
    assert_eq!(value(vm.controllers[0].placement.slot), Some(i64::MIN));
    let oas = value(vm.vsmmus[0].acceleration.oas);
    assert_eq!(oas, Some(NumberOrAuto::Number(i64::MAX)));
}

#[test]
fn of_doubled_properties_the_last_counts() {
    let (topology, findings) = with_findings(
        r#"vm "a" machine="virt" { pxb bus-nr=1 slot=2 bus-nr=3 bus-nr="x" bus-nr=4; }"#,
    );
    let pxb = &topology.vms[0].controllers[0];
    assert_eq!((value(pxb.bus_nr()), value(pxb.placement.slot)), (Some(4), Some(2)));
    let doubled = findings.iter().filter(|f| f.rule == "schema/duplicate-property");
    let firsts: Vec<u32> = doubled.map(|finding| finding.labels[0].origin.span.start).collect();
    assert_eq!(firsts, [28; 3], "each points at the first one");
}

#[test]
fn a_colon_for_an_equals_sign_is_read_as_it_was_meant() {
    let (topology, findings) =
        with_findings("vm \"a\" machine: virt {\n  pxb bus-nr: /* why */ 252 slot:  3\n}");
    let vm = &topology.vms[0];
    assert!(vm.machine.is_some());
    let pxb = &vm.controllers[0];
    assert_eq!((value(pxb.bus_nr()), value(pxb.placement.slot)), (Some(252), Some(3)));
    let edits: Vec<usize> = findings.iter().map(|finding| finding.fixes.len()).collect();
    assert_eq!(edits, [1, 0, 1], "no fix takes the comment away: {findings:#?}");
}

#[test]
fn spare_ports_are_bounded_over_a_vm_and_a_file() {
    let group =
        |name: usize, count: usize| format!("vsmmu \"s{name}\" {{ spare-ports {count}; }}\n");
    let (topology, findings) = with_findings(&format!(
        "vm \"a\" machine=\"virt\" {{\n{}{}{}}}",
        group(0, 200),
        group(1, 56),
        group(2, 55)
    ));
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_eq!(findings[0].rule, "schema/out-of-range");
    assert_eq!(topology.vms[0].controllers.len(), 3 + 255);

    let vms: Vec<String> = (0..400)
        .map(|number| format!("vm \"v{number}\" machine=\"virt\" {{ {} }}", group(0, 255)))
        .collect();
    let (topology, findings) = with_findings(&vms.join("\n"));
    let ports: usize = topology.vms.iter().map(|vm| vm.controllers.len() - 1).sum();
    assert_eq!(ports, 65_536 / 255 * 255);
    assert_eq!(findings.len(), 400 - 65_536 / 255);
}
