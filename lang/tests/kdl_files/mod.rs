//! Where cargo keeps the official KDL test suite, which the `kdl` crate carries.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The `tests/test_cases` folder of the `kdl` crate.
pub(crate) fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(find)
}

fn find() -> PathBuf {
    // The crates of other platforms are not here when nobody asked for them.
    let version = said(&["--version", "--verbose"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("it has a host");
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let manifest = manifest.to_str().expect("its path is UTF-8");
    let text = said(&[
        "metadata",
        "--format-version=1",
        "--offline",
        "--filter-platform",
        host,
        "--manifest-path",
        manifest,
    ]);
    let end = text
        .match_indices("Cargo.toml\"")
        .map(|(at, _)| at)
        .find(|&at| text[..at].rsplit('/').nth(1).is_some_and(|folder| folder.starts_with("kdl-6")))
        .expect("the kdl crate is a dependency");
    let start = text[..end].rfind('"').map_or(0, |at| at + 1);
    Path::new(&text[start..end]).join("tests/test_cases")
}

/// What cargo says to these arguments.
fn said(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(arguments).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it is UTF-8")
}

/// The files of its `input` folder, sorted.
pub(crate) fn inputs() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder().join("input"))
        .expect("the suite is there")
        .map(|entry| entry.expect("readable").path())
        .collect();
    files.sort();
    files
}
