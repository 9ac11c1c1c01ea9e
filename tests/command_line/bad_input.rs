//! Input of every bad kind: said clearly, and never a crash.

use std::fs;
use std::process::Stdio;

use crate::run::{folder, iommulint, run, run_with, stderr, stdout};

const CLEAN: &str = "// nothing here\n";
const BROKEN: &str = "vm \"a {\n";

#[test]
fn an_empty_file_is_clean() {
    let folder = folder(&[("a.kdl", b"")]);
    let clean = "1 file checked, no findings\n".to_owned();
    assert_eq!(run(&folder, &["check"]), (0, clean, String::new()));
}

#[test]
fn a_missing_file_is_said_and_the_others_are_checked() {
    let folder = folder(&[("a.kdl", BROKEN.as_bytes())]);
    let (code, out, err) = run(&folder, &["check", "gone.kdl", "a.kdl", "--format=concise"]);
    assert_eq!(code, 2);
    assert!(out.starts_with("a.kdl:1:4: error[syntax/"), "{out}");
    assert_eq!(err, "iommulint: cannot read `gone.kdl`: No such file or directory (os error 2)\n");
}

#[test]
fn bytes_that_are_not_utf8_are_said_with_their_place() {
    let folder = folder(&[("a.kdl", b"vm \"a\"\n\xff\n"), ("b.kdl", CLEAN.as_bytes())]);
    let (code, out, err) = run(&folder, &["check", "."]);
    assert_eq!((code, out.as_str()), (2, "1 file checked, no findings\n"));
    assert_eq!(
        err,
        "iommulint: cannot read `a.kdl`: not UTF-8: byte 0xff at offset 7, in line 2\n"
    );
}

#[test]
fn a_folder_without_a_file_of_ours_is_said() {
    let folder = folder(&[
        ("a.txt", b""),
        (".gitignore", b"b.kdl"),
        ("b.kdl", b""),
        ("pom.xml", b"<?xml version='1.0'?><!-- <domain> --><project/>"),
        ("build.sh", b"# qemu-system-x86_64\nmake\n"),
        ("zellij.kdl", b"layout {\n    pane size=1 borderless=#true\n}\n"),
    ]);
    let (code, out, err) = run(&folder, &["check"]);
    assert_eq!((code, out.as_str()), (2, ""));
    let none = "no `.kdl` file with a vm, libvirt domain or QEMU command line in `.`";
    assert!(err.contains(none), "{err}");
    let (code, out, err) = run(&folder, &["fmt"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("no `.kdl` file with a vm in `.`"), "{err}");
    // What is named is meant.
    let (code, out, _) = run(&folder, &["check", "zellij.kdl"]);
    assert_eq!(code, 1);
    assert!(out.contains("schema/unknown-node"), "{out}");
}

#[test]
fn gitignore_is_honoured_below_folders_but_not_for_named_files() {
    let files: &[(&str, &[u8])] = &[
        (".gitignore", b"out/\n"),
        ("out/a.kdl", BROKEN.as_bytes()),
        ("in/b.kdl", CLEAN.as_bytes()),
    ];
    let folder = folder(files);
    assert_eq!(run(&folder, &["check"]).0, 0);
    assert_eq!(run(&folder, &["check", "out/a.kdl"]).0, 1);
}

#[test]
fn a_file_in_no_language_is_said() {
    let folder = folder(&[("a.xml", b"<domain/>"), ("a.txt", b"")]);
    for (arguments, said) in [
        (["check", "a.txt", "--exit-zero"], "say `--from kdl`, `--from libvirt` or `--from qemu`"),
        (["fmt", "a.txt", "--check"], "say `--from kdl`"),
        (["fmt", "a.xml", "--check"], "only those are read here"),
    ] {
        let (code, out, err) = run(&folder, &arguments);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(err.contains(said), "{err}");
    }
}

#[test]
fn unknown_rules_are_a_usage_error_with_a_suggestion() {
    let folder = folder(&[("a.kdl", b"")]);
    let (code, _, err) = run(&folder, &["check", "--ignore=pci/bus-nr-rang"]);
    assert_eq!(code, 2);
    assert!(err.contains("did you mean `pci/bus-nr-range`?"), "{err}");
    let (code, _, err) = run(&folder, &["explain", "bus-nr-range"]);
    assert_eq!(code, 2);
    assert!(err.contains("did you mean `pci/bus-nr-range`?"), "{err}");
}

#[test]
fn a_variable_sets_a_flag_and_a_wrong_one_is_a_usage_error() {
    let folder = folder(&[("a.kdl", BROKEN.as_bytes())]);
    let output = iommulint(&folder)
        .arg("check")
        .env("IOMMULINT_FORMAT", "github")
        .output()
        .expect("the binary runs");
    assert!(stdout(&output).starts_with("::error file=a.kdl"));
    let output = iommulint(&folder)
        .arg("check")
        .env("IOMMULINT_FORMAT", "nonsense")
        .output()
        .expect("the binary runs");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_variable_set_to_nothing_is_not_set() {
    let folder = folder(&[("a.kdl", CLEAN.as_bytes())]);
    let mut command = iommulint(&folder);
    for name in ["FORMAT", "SELECT", "OUTPUT_FILE", "FAIL_ON", "JOBS", "TARGET_QEMU", "COLOR"] {
        command.env(format!("IOMMULINT_{name}"), "");
    }
    let output = command.arg("check").output().expect("the binary runs");
    assert_eq!(stderr(&output), "");
    assert_eq!(stdout(&output), "1 file checked, no findings\n");
}

#[test]
fn standard_input_is_called_what_the_user_says() {
    let folder = folder(&[]);
    let mut command = iommulint(&folder);
    command.args(["check", "-", "--format=concise", "--stdin-filename=vm.kdl"]);
    let output = run_with(&mut command, BROKEN.as_bytes());
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).starts_with("vm.kdl:1:4: "));
}

#[test]
fn exit_zero_and_fail_on_decide_the_exit_code() {
    let folder = folder(&[("a.kdl", BROKEN.as_bytes())]);
    assert_eq!(run(&folder, &["check"]).0, 1);
    assert_eq!(run(&folder, &["check", "--fail-on=error"]).0, 1);
    assert_eq!(run(&folder, &["check", "--exit-zero"]).0, 0);
    assert_eq!(run(&folder, &["check", "--exit-zero", "gone.kdl"]).0, 2);
}

#[test]
fn an_output_file_is_replaced_as_a_whole_or_not_at_all() {
    let folder = folder(&[("a.kdl", BROKEN.as_bytes()), ("old.txt", b"old")]);
    let (code, out, _) = run(&folder, &["check", "--output-file=old.txt", "--format=concise"]);
    assert_eq!((code, out.as_str()), (1, ""));
    let written = fs::read_to_string(folder.path().join("old.txt")).expect("it is there");
    assert!(written.starts_with("a.kdl:1:4: "), "{written}");

    let (code, out, err) = run(&folder, &["check", "--output-file=no/such/folder/a"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("cannot write `no/such/folder/a`: there is no such folder"), "{err}");
    let left = fs::read_dir(&folder).expect("it can be read").count();
    assert_eq!(left, 2, "nothing temporary is left behind");
}

#[test]
fn a_reader_that_has_gone_away_is_no_error() {
    let files: Vec<_> = (0..200).map(|n| (format!("{n}.kdl"), BROKEN.repeat(20))).collect();
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    let folder = folder(&files);
    for format in ["full", "narrated", "concise", "json", "github"] {
        let mut child = iommulint(&folder)
            .args(["check", "--format", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the binary ends");
        assert_eq!(output.status.code(), Some(1), "{format}");
        assert_eq!(stderr(&output), "", "{format}");
    }
}

#[test]
fn random_bytes_never_crash_it() {
    // Deterministic noise (a 64-bit linear congruential generator), as bytes and as text.
    let mut state: u64 = 42;
    let mut byte = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state.to_be_bytes()[0]
    };
    let ascii = br#" {}"\/*-=#()
ab1.;tnr"#;
    for round in 0..20 {
        let noise: Vec<u8> = (0..400)
            .map(|_| if round < 5 { byte() } else { ascii[usize::from(byte()) % ascii.len()] })
            .collect();
        for format in ["full", "narrated", "concise", "json", "github"] {
            let mut command = iommulint(".");
            command.args(["check", "-", "--format", format]);
            let output = run_with(&mut command, &noise);
            let code = output.status.code().expect("it is not killed by a signal");
            assert!(code <= 2, "{}", stderr(&output));
            assert!(!output.stdout.contains(&0x1b), "nothing the terminal obeys");
        }
    }
}

#[test]
fn every_parallel_run_reports_in_the_same_order() {
    let files: Vec<_> = (0..100).map(|n| (format!("{n:03}/{n}.kdl"), BROKEN.repeat(n))).collect();
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    let folder = folder(&files);
    let one = run(&folder, &["check", "--format=json", "-j1"]);
    assert_eq!(one.0, 1);
    for _ in 0..5 {
        assert_eq!(run(&folder, &["check", "--format=json", "-j8"]), one);
    }
    assert_eq!(run(&folder, &["check", "-j0"]).0, 2);
}
