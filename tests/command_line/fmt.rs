//! `fmt`: what is written, shown and left alone.

use std::fs;
use std::path::Path;

use crate::run::{folder, iommulint, run, run_with, stderr, stdout};

const UGLY: &[u8] = b"vm \"a\" machine = \"virt\" {\n\tpxb bus-nr=252 { root-port }}\n";
const TIDY: &str = "\
vm \"a\" machine=\"virt\" {
    pxb bus-nr=252 {
        root-port
    }
}
";
const BROKEN: &[u8] = b"vm   \"a {\n";

fn read(folder: &tempfile::TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).expect("it can be read")
}

/// Runs it on standard input.
fn filter(arguments: &[&str], input: &[u8]) -> (i32, String, String) {
    let output = run_with(iommulint(".").arg("fmt").args(arguments), input);
    let code = output.status.code().expect("it is not killed by a signal");
    (code, stdout(&output), stderr(&output))
}

#[test]
fn files_are_rewritten_and_counted() {
    let folder = folder(&[
        ("a.kdl", UGLY),
        ("b/b.kdl", UGLY),
        ("tidy.kdl", TIDY.as_bytes()),
        ("not-kdl.txt", UGLY),
    ]);
    let said = "2 files reformatted, 1 file left unchanged\n".to_owned();
    assert_eq!(run(&folder, &["fmt"]), (0, String::new(), said));
    assert_eq!((read(&folder, "a.kdl"), read(&folder, "b/b.kdl")), (TIDY.into(), TIDY.into()));
    assert_eq!(read(&folder, "not-kdl.txt").as_bytes(), UGLY);
    let said = "3 files left unchanged\n".to_owned();
    assert_eq!(run(&folder, &["fmt", "."]), (0, String::new(), said));
    let said = "1 file reformatted\n".to_owned();
    assert_eq!(run(&folder, &["fmt", "not-kdl.txt", "--from=kdl"]), (0, String::new(), said));
    assert_eq!(read(&folder, "not-kdl.txt"), TIDY);
}

#[test]
fn a_file_that_has_the_layout_is_not_written() {
    let folder = folder(&[("tidy.kdl", TIDY.as_bytes())]);
    let path = folder.path().join("tidy.kdl");
    let written = || fs::metadata(&path).and_then(|data| data.modified()).expect("it is there");
    let before = written();
    assert_eq!(run(&folder, &["fmt"]).0, 0);
    assert_eq!(written(), before);
}

#[test]
fn check_names_what_would_change_and_changes_nothing() {
    let folder = folder(&[("a.kdl", UGLY), ("b.kdl", TIDY.as_bytes())]);
    let (code, out, err) = run(&folder, &["fmt", "--check"]);
    assert_eq!((code, out.as_str()), (1, "would reformat a.kdl\n"));
    assert_eq!(err, "1 file would be reformatted, 1 file already formatted\n");
    assert_eq!(read(&folder, "a.kdl").as_bytes(), UGLY);
    let said = "1 file already formatted\n".to_owned();
    assert_eq!(run(&folder, &["fmt", "--check", "b.kdl"]), (0, String::new(), said));
}

#[test]
fn a_diff_shows_what_would_change_and_changes_nothing() {
    let folder = folder(&[("a.kdl", UGLY), ("b.kdl", TIDY.as_bytes())]);
    for arguments in [&["fmt", "--diff"][..], &["fmt", "--diff", "--check"]] {
        let (code, out, err) = run(&folder, arguments);
        assert_eq!(code, 1);
        let shown = "--- a.kdl\n+++ a.kdl\n@@ -1,2 +1,5 @@\n\
            -vm \"a\" machine = \"virt\" {\n-\tpxb bus-nr=252 { root-port }}\n\
            +vm \"a\" machine=\"virt\" {\n+    pxb bus-nr=252 {\n+        root-port\n+    }\n+}\n";
        assert_eq!(out, shown);
        assert_eq!(err, "1 file would be reformatted, 1 file already formatted\n");
    }
    assert_eq!(read(&folder, "a.kdl").as_bytes(), UGLY);
    assert_eq!(run(&folder, &["fmt", "--diff", "b.kdl"]).0, 0);
    let (_, colored, _) = run(&folder, &["fmt", "--diff", "--color=always"]);
    assert!(colored.contains("\x1b[32m+    pxb bus-nr=252 {\x1b[0m\n"), "{colored}");
}

#[test]
fn a_file_with_syntax_errors_is_left_alone_and_the_others_are_not() {
    let folder = folder(&[("a.kdl", BROKEN), ("b.kdl", UGLY)]);
    for arguments in [&["fmt", "--check"][..], &["fmt", "--diff"], &["fmt"]] {
        let (code, _, err) = run(&folder, arguments);
        assert_eq!(code, 1);
        assert!(err.starts_with("error[syntax/unterminated-string]"), "{err}");
        assert!(err.contains("a.kdl:1:6"), "{err}");
        assert!(err.ends_with("1 file left alone for syntax errors\n"), "{err}");
    }
    assert_eq!(read(&folder, "a.kdl").as_bytes(), BROKEN);
    assert_eq!(read(&folder, "b.kdl"), TIDY);
}

#[test]
fn standard_input_is_laid_out_to_standard_output() {
    assert_eq!(filter(&["-"], UGLY), (0, TIDY.into(), String::new()));
    assert_eq!(filter(&["-"], TIDY.as_bytes()), (0, TIDY.into(), String::new()));
    let (code, out, err) = filter(&["-", "--stdin-filename=x.kdl"], BROKEN);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("x.kdl:1:6"), "{err}");
    let named = filter(&["-", "--check", "--stdin-filename=x.kdl"], UGLY);
    assert_eq!(named, (1, "would reformat x.kdl\n".into(), String::new()));
    assert_eq!(filter(&["-", "--check"], TIDY.as_bytes()), (0, String::new(), String::new()));
    let (code, out, _) = filter(&["-", "--diff"], UGLY);
    assert!(code == 1 && out.starts_with("--- <stdin>\n+++ <stdin>\n@@"), "{out}");
}

#[test]
fn what_cannot_be_read_or_written_is_said_and_the_others_are_laid_out() {
    let folder = folder(&[("a.kdl", b"\xff"), ("b.kdl", UGLY)]);
    let (code, out, err) = run(&folder, &["fmt", "a.kdl", "gone.kdl", "b.kdl"]);
    assert_eq!((code, out.as_str()), (2, ""));
    let said: Vec<_> = err.lines().collect();
    let [not_utf8, gone, done] = said[..] else { panic!("{err}") };
    assert!(not_utf8.starts_with("iommulint: cannot read `a.kdl`: not UTF-8"), "{err}");
    assert!(gone.starts_with("iommulint: cannot read `gone.kdl`: "), "{err}");
    assert_eq!(done, "1 file reformatted");
    assert_eq!(read(&folder, "b.kdl"), TIDY);
    assert_eq!(run(&folder, &["fmt", "a.xml"]).0, 2);
}

/// Not even root can make a file in a process' folder of `/proc`. What `comm` holds there is the name
/// under which the process was started.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_written_is_said() {
    let folder = folder(&[("a.kdl", UGLY)]);
    let program = folder.path().join("a  b");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_iommulint"), &program)
        .expect("a link can be made");
    let output = std::process::Command::new(program)
        .current_dir(&folder)
        .args(["fmt", "--isolated", "--from=kdl", "/proc/self/comm", "a.kdl"])
        .output()
        .expect("the binary runs");
    let err = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(err.starts_with("iommulint: cannot write `/proc/self/comm`: "), "{err}");
    assert!(err.ends_with("\n1 file reformatted\n"), "{err}");
    assert_eq!(read(&folder, "a.kdl"), TIDY);
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = folder(&[("real/a.kdl", UGLY)]);
    let real = folder.path().join("real/a.kdl");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).expect("it is ours");
    let link = folder.path().join("link.kdl");
    symlink("real/a.kdl", &link).expect("a link can be made");
    assert_eq!(run(&folder, &["fmt", "link.kdl"]).0, 0);
    assert!(fs::symlink_metadata(&link).expect("it is there").is_symlink());
    assert_eq!(read(&folder, "real/a.kdl"), TIDY);
    let mode = fs::metadata(&real).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn what_the_configuration_excludes_is_left_alone() {
    let config = b"exclude = [\"generated/**\"]\n";
    let folder = folder(&[("iommulint.toml", config), ("generated/a.kdl", UGLY), ("b.kdl", UGLY)]);
    assert_eq!(run(&folder, &["fmt"]).2, "1 file reformatted\n");
    let forced = ["fmt", "--force-exclude", "generated/a.kdl"];
    assert_eq!(run(&folder, &forced), (0, String::new(), String::new()));
    assert_eq!(read(&folder, "generated/a.kdl").as_bytes(), UGLY);
    assert_eq!(run(&folder, &["fmt", "generated/a.kdl"]).2, "1 file reformatted\n");

    fs::write(folder.path().join("iommulint.toml"), "exclde = []\n").expect("it can be written");
    fs::write(folder.path().join("b.kdl"), UGLY).expect("it can be written");
    let (code, _, err) = run(&folder, &["fmt"]);
    assert_eq!(code, 2);
    assert_eq!(err.matches("iommulint.toml:1:1").count(), 1, "{err}");
    assert_eq!(read(&folder, "b.kdl").as_bytes(), UGLY, "perhaps it was to be excluded");
    assert_eq!(run(&folder, &["fmt", "--isolated"]).0, 0);
    assert_eq!(read(&folder, "b.kdl"), TIDY);
}

#[test]
fn the_examples_have_the_layout() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output =
        iommulint(project).args(["fmt", "--check", "examples"]).output().expect("the binary runs");
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
}

/// Every line of a large file changes, which makes the shortest diff hard to find.
#[test]
fn a_large_diff_is_shown() {
    let lines: Vec<_> = (0..40_000).map(|n| format!("  n{}  {n};\n", n % 7)).collect();
    let text = lines.concat();
    let (code, out, err) = filter(&["-", "--diff"], text.as_bytes());
    assert_eq!((code, err.as_str()), (1, ""));
    assert_eq!(out.lines().filter(|line| line.starts_with("+n")).count(), 40_000);
}
