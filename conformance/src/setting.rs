//! Where the tests run.

use std::env;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Once;

/// Says once why nothing runs, past the test runner, which keeps what passing tests print to itself.
pub(crate) fn skip(reason: &str) {
    static SAID: Once = Once::new();
    assert!(env::var_os("IOMMULINT_CONFORMANCE_REQUIRED").is_none(), "{reason}");
    SAID.call_once(|| {
        // A closed standard error leaves nobody to tell.
        let _ = writeln!(io::stderr(), "skipped: {reason}");
    });
}

/// The folder of this crate.
pub(crate) fn crate_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of the project.
#[must_use]
pub fn workspace() -> &'static Path {
    crate_folder().parent().unwrap_or(crate_folder())
}

/// Builds the program like these tests: where it is.
///
/// # Panics
///
/// When it cannot be built.
#[must_use]
pub fn iommulint() -> PathBuf {
    let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
    let output = Command::new(env!("CARGO"))
        .current_dir(workspace())
        .args(["build", "--quiet", "--locked", "--bin=iommulint", "--profile", profile])
        .arg("--message-format=json")
        .output()
        .expect("cargo runs");
    let messages = String::from_utf8_lossy(&output.stdout);
    let built = messages.lines().filter_map(|line| serde_json::from_str(line).ok());
    let program = built
        .filter_map(|message: serde_json::Value| Some(message["executable"].as_str()?.into()))
        .next_back();
    program.unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}
