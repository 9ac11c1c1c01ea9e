//! `iommulint.toml`, as the commands see it.

use std::fs;

use crate::run::{folder, iommulint, run, run_with, stdout};

/// One warning of `pci/index-gap`.
const GAP: &[u8] = b"vm \"a\" machine=\"virt\" {\n    root-port index=2\n}\n";
const CLEAN: &[u8] = b"vm \"a\" machine=\"virt\"\n";

#[test]
fn the_nearest_configuration_above_a_file_is_its_own() {
    let folder = folder(&[
        ("iommulint.toml", b"[rules]\n\"pci/index-gap\" = \"error\"\n"),
        ("a.kdl", GAP),
        ("legacy/iommulint.toml", b"[rules]\npci = \"off\"\n"),
        ("legacy/deep/b.kdl", GAP),
    ]);
    let (code, out, err) = run(&folder, &["check", "--format=concise"]);
    assert_eq!((code, err.as_str()), (1, ""));
    let lines: Vec<_> = out.lines().collect();
    let [only] = lines[..] else { panic!("{out}") };
    assert!(only.starts_with("a.kdl:2:21: error[pci/index-gap]"), "{only}");
    // What the command line says, and standard input by the name it is given, are no different.
    let named = run(&folder, &["check", "--format=concise", "legacy/deep/b.kdl"]);
    assert_eq!((named.0, named.1.as_str()), (0, ""));
    for (name, code) in [("legacy/c.kdl", 0), ("c.kdl", 1)] {
        let mut check = iommulint(&folder);
        let output = run_with(check.args(["check", "-", "--stdin-filename", name]), GAP);
        assert_eq!(output.status.code(), Some(code), "{name}: {}", stdout(&output));
    }
}

#[test]
fn a_configuration_can_be_named_or_done_without() {
    let folder = folder(&[
        ("iommulint.toml", b"[rules]\n\"pci/index-gap\" = \"off\"\n"),
        ("other.toml", b"[rules]\n\"pci/index-gap\" = \"error\"\n"),
        ("a.kdl", GAP),
    ]);
    assert_eq!(run(&folder, &["check"]).0, 0);
    assert_eq!(run(&folder, &["check", "--isolated"]).0, 1);
    let (code, out, _) = run(&folder, &["check", "--config", "other.toml", "--format=concise"]);
    assert!(code == 1 && out.contains("error[pci/index-gap]"), "{out}");
    let (code, _, err) = run(&folder, &["check", "--config", "gone.toml"]);
    assert!(code == 2 && err.contains("gone.toml"), "{err}");
}

#[test]
fn what_is_wrong_with_it_is_drawn_once_and_ends_the_run_with_2() {
    let folder = folder(&[
        ("iommulint.toml", b"[ruls]\n\"pci/index-gap\" = \"off\"\n"),
        ("a.kdl", CLEAN),
        ("b.kdl", CLEAN),
        ("c/iommulint.toml", b""),
        ("c/d.kdl", GAP),
    ]);
    let (code, out, err) = run(&folder, &["check", "--format=concise"]);
    assert_eq!(code, 2);
    assert!(out.starts_with("c/d.kdl:2:21: "), "the others are checked: {out}");
    assert_eq!(err.matches("iommulint.toml:1:2").count(), 1, "{err}");
    assert!(err.contains("did you mean `rules`?"), "{err}");
    for command in [&["map", "a.kdl"][..], &["lower", "--qemu", "a.kdl"]] {
        let (code, out, err) = run(&folder, command);
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        assert!(err.contains("iommulint.toml:1:2"), "{err}");
    }
}

#[test]
fn the_target_it_names_is_what_a_silent_file_is_for() {
    let fdgroup: &[u8] = b"vm \"a\" machine=\"virt\" {\n    iommufd \"i\" fd=9 fdgroup=\"g\"\n    \
        vsmmu \"s\" iommufd=\"i\" { hostdev \"d\" host=\"0009:01:00.0\" fd=10; }\n}\n";
    let config = b"[target]\nqemu = \"11.1\"\n[[overrides]]\npaths = [\"old/**\"]\ntarget = { libvirt = \"11.9+nvidia\" }\n";
    let folder =
        folder(&[("iommulint.toml", config), ("new.kdl", fdgroup), ("old/old.kdl", fdgroup)]);
    let rules = |file: &str| {
        let (_, out, err) = run(&folder, &["check", "--format=concise", file]);
        assert_eq!(err, "");
        out.lines()
            .map(|line| line.split(['[', ']']).nth(1).unwrap_or("").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(rules("new.kdl"), Vec::<String>::new());
    assert_eq!(rules("old/old.kdl"), ["iommufd/fd-not-expressible"]);
}

#[test]
fn excluded_files_are_left_out_unless_they_are_named() {
    let folder = folder(&[
        ("iommulint.toml", b"exclude = [\"generated/**\"]\n"),
        ("generated/a.kdl", GAP),
        ("b.kdl", CLEAN),
    ]);
    assert_eq!(
        run(&folder, &["check"]),
        (0, "1 file checked, no findings\n".into(), String::new())
    );
    assert_eq!(run(&folder, &["check", "generated/a.kdl"]).0, 1);
    let forced = ["check", "--force-exclude", "generated/a.kdl"];
    assert_eq!(run(&folder, &forced), (0, String::new(), String::new()));
    assert_eq!(run(&folder, &["check", "--force-exclude", "generated/a.kdl", "b.kdl"]).0, 0);
    // Whoever waits for the text of standard input gets it as it was.
    let name = ["-", "--force-exclude", "--stdin-filename", "generated/c.kdl"];
    for (command, written) in [
        (&["check"][..], ""),
        (&["check", "--diff"], ""),
        (&["check", "--fix"], "vm  \"a\""),
        (&["fmt"], "vm  \"a\""),
        (&["fmt", "--check"], ""),
    ] {
        let output = run_with(iommulint(&folder).args(command).args(name), b"vm  \"a\"");
        assert_eq!(output.status.code(), Some(0), "{command:?}");
        assert_eq!(stdout(&output), written, "{command:?}");
    }
}

#[test]
fn vms_of_files_that_name_one_host_are_compared() {
    let vm = |name: &str| {
        format!(
            "vm \"{name}\" machine=\"virt\" {{\n    hostdev \"gpu0\" host=\"0009:01:00.0\"\n}}\n"
        )
    };
    let (a, b) = (vm("a"), vm("b"));
    let folder = folder(&[("a.kdl", a.as_bytes()), ("b.kdl", b.as_bytes())]);
    assert_eq!(run(&folder, &["check"]).0, 0, "they may run on different hosts");
    fs::write(folder.path().join("iommulint.toml"), "host = \"grace01.toml\"\n")
        .expect("a file can be written");
    let (code, out, _) = run(&folder, &["check", "--format=concise"]);
    assert_eq!(code, 1);
    assert!(out.starts_with("b.kdl:2:25: warning[hostdev/shared-between-vms]"), "{out}");
    assert_eq!(out.lines().count(), 1, "{out}");
    let (_, out, _) = run(&folder, &["check"]);
    assert!(out.contains("a.kdl:2:25"), "the other file is shown: {out}");
    assert_eq!(run(&folder, &["check", "b.kdl"]).0, 0, "there is nothing to compare it with");
}

#[test]
fn a_policy_forbids_comments() {
    let text: &[u8] = b"vm \"a\" machine=\"virt\" {\n    // iommulint: allow pci/index-gap -- so be it\n    root-port index=2\n}\n";
    let folder = folder(&[("a.kdl", text)]);
    assert_eq!(run(&folder, &["check"]).0, 0);
    fs::write(folder.path().join("iommulint.toml"), "[policy]\nnot-allowable = [\"pci\"]\n")
        .expect("a file can be written");
    let (code, out, _) = run(&folder, &["check"]);
    assert!(code == 1 && out.contains("a.kdl:3:21"), "{out}");
    assert!(out.contains("allowed here, which the configuration does not let a file do"), "{out}");
}
