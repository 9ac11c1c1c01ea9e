//! Running the real binary.

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// The binary, to be run in `folder`, deaf to the variables of whoever runs the tests.
pub(crate) fn iommulint(folder: impl AsRef<Path>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iommulint"));
    command.current_dir(folder);
    for (name, _) in std::env::vars_os() {
        let ours = name.to_string_lossy().starts_with("IOMMULINT_");
        if ours || [OsStr::new("CLICOLOR_FORCE"), OsStr::new("NO_COLOR")].contains(&&*name) {
            command.env_remove(name);
        }
    }
    command
}

/// Runs it with `input` on its standard input.
pub(crate) fn run_with(command: &mut Command, input: &[u8]) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    // It may end without reading.
    drop(child.stdin.take().expect("it was piped").write_all(input));
    child.wait_with_output().expect("the binary ends")
}

/// What it wrote to standard output.
pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("standard output is UTF-8")
}

/// What it wrote to standard error.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("standard error is UTF-8")
}

/// A folder with these files.
pub(crate) fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().expect("a folder can be made");
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("it has one")).expect("a folder can be made");
        fs::write(path, content).expect("a file can be written");
    }
    folder
}

/// Runs it in `folder`: exit code, standard output, standard error.
pub(crate) fn run(folder: &TempDir, arguments: &[&str]) -> (i32, String, String) {
    let output = iommulint(folder).args(arguments).output().expect("the binary runs");
    let code = output.status.code().expect("it is not killed by a signal");
    (code, stdout(&output), stderr(&output))
}
