//! The folder with libvirt and QEMU.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::setting::{crate_folder, skip};

/// A folder made by `conformance/setup`: a whole Debian with libvirt and QEMU inside.
#[derive(Debug, Clone)]
pub struct Root {
    path: PathBuf,
}

impl Root {
    /// The folder of `IOMMULINT_CONFORMANCE_ROOT`, else `conformance/.cache/root`.
    ///
    /// `None`, with a line on standard error saying why, when it is not set up or this is not root.
    ///
    /// # Panics
    ///
    /// Instead of `None` when `IOMMULINT_CONFORMANCE_REQUIRED` is set, as `conformance/run` does.
    #[must_use]
    pub fn locate() -> Option<Self> {
        let path = env::var_os("IOMMULINT_CONFORMANCE_ROOT")
            .map_or_else(|| crate_folder().join(".cache/root"), PathBuf::from);
        if !path.join(".iommulint-conformance").is_file() {
            skip("no libvirt and QEMU (conformance/setup makes them)");
            return None;
        }
        if !is_root() {
            skip("only root can enter the folder with libvirt and QEMU");
            return None;
        }
        Some(Self { path })
    }

    /// Where the folder is on this machine.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// `program` inside the folder, with nothing mounted but `/proc`: enough for a QEMU that boots nothing.
    ///
    /// It is killed when the thread that started it ends, so a failing test leaves nothing behind.
    #[must_use]
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new("unshare");
        command.args(["--mount", "--propagation", "private"]);
        command.args(["setpriv", "--pdeathsig", "KILL", "sh", "-c"]);
        command.arg("mount -t proc proc \"$0/proc\" && exec chroot \"$0\" \"$@\"");
        command.arg(&self.path).arg(program);
        command
    }

    /// `conformance/enter` with this folder: `what` is `libvirt` or a program to run with mounts of its own.
    pub(crate) fn enter(&self, what: &str) -> Command {
        let mut command = Command::new(crate_folder().join("enter"));
        command.arg(&self.path).arg(what);
        command
    }
}

/// The effective user, as `/proc/self/status` has it: real, effective, saved, file system.
fn is_root() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let uids = status.lines().find_map(|line| line.strip_prefix("Uid:"));
    uids.and_then(|uids| uids.split_whitespace().nth(1)) == Some("0")
}
