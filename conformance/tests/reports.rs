//! The JUnit report, held to its published schema by the real `xmllint`.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use iommulint_conformance::{Root, iommulint, workspace};

/// What `iommulint check` reports of the wrong files of the corpus, of the cases for reports, and of
/// a file that is not there.
fn report() -> String {
    let output = Command::new(iommulint())
        .current_dir(workspace())
        .args(["check", "--format=junit", "corpus/err", "tests/reports", "gone.kdl"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What `xmllint` says against `xml`.
fn validate(root: &Root, schema: &str, xml: &str) -> Result<(), String> {
    let name = format!("tmp/iommulint-{}.xsd", std::process::id());
    fs::write(root.path().join(&name), schema).unwrap();
    let mut xmllint = root
        .command("xmllint")
        .args(["--noout", "--nonet", "--schema", &format!("/{name}"), "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    xmllint.stdin.take().unwrap().write_all(xml.as_bytes()).unwrap();
    let output = xmllint.wait_with_output().unwrap();
    fs::remove_file(root.path().join(name)).unwrap();
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

#[test]
fn junit_is_as_its_schema_says() {
    let Some(root) = Root::locate() else {
        return;
    };
    let schema = fs::read_to_string(workspace().join("tests/schemas/junit-10.xsd")).unwrap();
    let report = report();
    assert!(report.matches("<failure ").count() > 150);
    assert_eq!(report.matches("<error ").count(), 1);
    assert_eq!(validate(&root, &schema, &report), Ok(()));

    let refused = validate(&root, &schema, &report.replacen(" failures=", " fails=", 3));
    assert!(refused.unwrap_err().contains("The attribute 'failures' is required"));
}
