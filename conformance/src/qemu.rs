//! Starting QEMU.

use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::thread;

use crate::{Monitor, Root};

/// One of QEMU's system emulators.
#[derive(Debug, Clone)]
pub struct Qemu {
    root: Root,
    program: &'static str,
}

/// How QEMU ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// With this status: 1 when it refuses its arguments.
    Status(i32),
    /// Killed by this signal: 6 for a failed assertion, 11 for a bad address.
    Signal(i32),
}

/// What became of a QEMU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Whether the machine was complete and waiting, paused; if not, QEMU refused its arguments or broke.
    pub started: bool,
    /// How it ended: status 0 after a start, because then it was asked to quit.
    pub exit: Exit,
    /// All of standard error, warnings too.
    pub stderr: String,
}

impl Qemu {
    /// `qemu-system-aarch64`.
    #[must_use]
    pub fn aarch64(root: &Root) -> Self {
        Self { root: root.clone(), program: "qemu-system-aarch64" }
    }

    /// `qemu-system-x86_64`.
    #[must_use]
    pub fn x86_64(root: &Root) -> Self {
        Self { root: root.clone(), program: "qemu-system-x86_64" }
    }

    /// The release, as `11.1.2`.
    ///
    /// # Panics
    ///
    /// When QEMU does not run.
    #[must_use]
    pub fn version(&self) -> String {
        let output = self.root.command(self.program).arg("--version").output().expect("QEMU runs");
        let text = String::from_utf8_lossy(&output.stdout);
        let version = text.split_whitespace().skip_while(|word| *word != "version").nth(1);
        version.expect("QEMU names its release").to_owned()
    }

    /// Starts QEMU paused and, when the machine is complete, quits it: what it says of its arguments.
    ///
    /// # Panics
    ///
    /// As [`Self::start_paused`].
    #[must_use]
    pub fn run<W: AsRef<str>>(&self, arguments: &[W]) -> Outcome {
        self.start_paused(arguments).map_or_else(|refused| refused, Monitor::quit)
    }

    /// Starts QEMU with the arguments and `-S -display none -qmp stdio` after them, and waits until the machine
    /// is complete.
    ///
    /// # Errors
    ///
    /// How and why it ended before that.
    ///
    /// # Panics
    ///
    /// When QEMU does not run, or says nothing for a minute.
    pub fn start_paused<W: AsRef<str>>(&self, arguments: &[W]) -> Result<Monitor, Outcome> {
        let mut command = self.root.command(self.program);
        command.args(arguments.iter().map(AsRef::as_ref));
        command.args(["-S", "-display", "none", "-qmp", "stdio"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("QEMU runs");
        let mut stderr = child.stderr.take().expect("a pipe was asked for");
        let said = thread::spawn(move || {
            let mut bytes = Vec::new();
            stderr.read_to_end(&mut bytes).expect("standard error can be read");
            String::from_utf8_lossy(&bytes).into_owned()
        });
        Monitor::greet(child, said)
    }
}

impl From<ExitStatus> for Exit {
    fn from(status: ExitStatus) -> Self {
        match status.code() {
            Some(code) => Self::Status(code),
            None => Self::Signal(status.signal().unwrap_or_default()),
        }
    }
}
