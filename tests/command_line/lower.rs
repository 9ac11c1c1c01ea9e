//! `lower` and `map`: what is written, and what is refused.

use std::fs;
use std::path::Path;

use crate::run::{iommulint, run_with, stderr, stdout};
use tempfile::TempDir;

const WRONG: &str = "vm \"a\" machine=\"virt\" {\n    pxb bus-nr=255\n}\n";
const TWO: &str = "vm \"a\" machine=\"virt\" {\n    root-port\n}\nvm \"b\" machine=\"virt\"\n";

fn example(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
    fs::read_to_string(path).expect("the example is there")
}

/// Runs it with `input`: exit code, standard output, standard error.
fn run(folder: &Path, arguments: &[&str], input: &str) -> (i32, String, String) {
    let output = run_with(iommulint(folder).args(arguments), input.as_bytes());
    let code = output.status.code().expect("it is not killed by a signal");
    (code, stdout(&output), stderr(&output))
}

#[test]
fn what_does_not_check_is_refused_and_nothing_is_written() {
    let folder = TempDir::new().expect("a folder can be made");
    let result = folder.path().join("result");
    fs::write(&result, "old").expect("a file can be written");
    for command in [&["lower", "--qemu"][..], &["lower", "--libvirt"], &["map"]] {
        let (code, out, err) = run(folder.path(), command, WRONG);
        assert_eq!((code, out.as_str()), (1, ""));
        assert!(err.starts_with("error[pci/bus-nr-range]: bus number `255`"), "{err}");
        let with_file = [command, &["--output-file=result"]].concat();
        assert_eq!(run(folder.path(), &with_file, WRONG).0, 1);
        assert_eq!(fs::read_to_string(&result).expect("it is there"), "old");
    }
}

#[test]
fn the_styles_hold_the_same_words() {
    let text = example("virtio-iommu.kdl");
    let lowered = |style| {
        let (code, out, err) =
            run(Path::new("."), &["lower", "--qemu", "--whole", "--style", style], &text);
        assert_eq!((code, err.as_str()), (0, ""));
        out
    };
    let json: Vec<String> = serde_json::from_str(&lowered("json")).expect("it is JSON");
    let nul = lowered("nul");
    let words: Vec<_> = nul.split_terminator('\0').collect();
    assert_eq!(json, words);
    assert_eq!(words[0], "qemu-system-aarch64");
    let shell = lowered("shell");
    for word in words {
        assert!(shell.contains(word), "{word}: {shell}");
    }
}

#[test]
fn libvirt_gets_a_fragment_or_a_whole_domain() {
    let text = example("grace-2gpu.kdl");
    let (code, devices, _) = run(Path::new("."), &["lower", "--libvirt"], &text);
    assert_eq!(code, 0);
    assert!(devices.starts_with("<devices>\n"), "{devices}");
    let (code, domain, _) = run(Path::new("."), &["lower", "--libvirt", "--whole"], &text);
    assert_eq!(code, 0);
    assert!(domain.starts_with("<domain "), "{domain}");
}

#[test]
fn a_committed_result_is_compared() {
    let folder = TempDir::new().expect("a folder can be made");
    let text = example("grace-2gpu.kdl");
    let (_, result, _) = run(folder.path(), &["lower", "--qemu"], &text);
    let committed = folder.path().join("vm.args");
    fs::write(&committed, &result).expect("a file can be written");
    let compare = ["lower", "--qemu", "--check=vm.args"];
    assert_eq!(run(folder.path(), &compare, &text), (0, String::new(), String::new()));

    fs::write(&committed, result.replace("pci.4", "pci.7")).expect("a file can be written");
    let (code, out, err) = run(folder.path(), &compare, &text);
    assert_eq!((code, err.as_str()), (1, ""));
    assert!(out.starts_with("--- vm.args\n+++ lowered now\n@@"), "{out}");
    assert!(out.lines().any(|line| line.starts_with('-') && line.contains("pci.7")), "{out}");
    assert!(out.lines().any(|line| line.starts_with('+') && line.contains("pci.4")), "{out}");

    let (code, _, err) = run(folder.path(), &["lower", "--qemu", "--check=gone"], &text);
    assert_eq!(code, 2);
    assert!(err.contains("cannot read `gone`"), "{err}");
}

#[test]
fn one_of_several_vms_has_to_be_named() {
    let lower = |more: &[&str]| run(Path::new("."), &[&["lower", "--qemu"], more].concat(), TWO);
    let (code, out, err) = lower(&[]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("say `--vm NAME` for one of `a`, `b`"), "{err}");
    let (code, out, _) = lower(&["--vm=a"]);
    assert_eq!((code, out.matches("pcie-root-port").count()), (0, 1));
    assert_eq!(lower(&["--vm=c"]).0, 2);
    let (code, _, err) = run(Path::new("."), &["lower", "--qemu"], "");
    assert_eq!(code, 2);
    assert!(err.contains("there is no vm in the file"), "{err}");
}

#[test]
fn a_stand_in_names_no_host_device() {
    let text = example("grace-2gpu.kdl");
    let (code, real, _) = run(Path::new("."), &["lower", "--qemu"], &text);
    assert_eq!((code, real.contains("vfio-pci")), (0, true));
    let (code, stand_in, _) = run(Path::new("."), &["lower", "--qemu", "--stand-in"], &text);
    assert_eq!((code, stand_in.contains("vfio-pci")), (0, false));
    let (code, stand_in, _) = run(Path::new("."), &["lower", "--libvirt", "--stand-in"], &text);
    assert_eq!((code, stand_in.contains("<hostdev"), stand_in.contains("<rng")), (0, false, true));
}

#[test]
fn what_is_lowered_to_libvirt_is_judged_for_libvirt() {
    let text = example("fd-numbers.kdl");
    assert_eq!(run(Path::new("."), &["lower", "--qemu"], &text).0, 0);
    let checked = run(Path::new("."), &["check", "-", "--target-libvirt=12.8"], &text).0;
    assert_eq!(run(Path::new("."), &["lower", "--libvirt"], &text).0, checked);
}

#[test]
fn the_map_of_an_example() {
    crate::reports::expect(&["map", "../../examples/grace-2gpu.kdl"], "grace-2gpu.map")
        .expect("as committed");
    let arguments = ["map", "../../examples/grace-2gpu.kdl", "--format=json"];
    crate::reports::expect(&arguments, "grace-2gpu.map.json").expect("as committed");
}

#[test]
fn a_conflict_with_the_base_shows_both_files() {
    let folder = TempDir::new().expect("a folder can be made");
    let base = "<domain type='kvm'>\n  <os><type arch='aarch64' machine='virt'>hvm</type></os>\n  \
                <devices>\n    <controller type='pci' index='0' model='pcie-root'/>\n    \
                <controller type='pci' index='1' model='pcie-expander-bus'/>\n  </devices>\n\
                </domain>\n";
    fs::write(folder.path().join("base.xml"), base).expect("a file can be written");
    let vm = "vm \"a\" machine=\"virt\" {\n    root-port\n}\n";
    fs::write(folder.path().join("vm.kdl"), vm).expect("a file can be written");
    let merge = ["lower", "--libvirt", "--into=base.xml", "vm.kdl"];
    let (code, out, err) = run(folder.path(), &merge, "");
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("╭─[ base.xml:5:45 ]\n"), "{err}");
    assert!(err.contains("├─[ vm.kdl:2:5 ]\n"), "{err}");
}
