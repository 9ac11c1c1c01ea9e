//! A shell beside a running libvirtd.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Stdio};

use crate::Root;
use crate::lines::Lines;

/// What a command inside said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// `conformance/enter ROOT libvirt`: one libvirtd and one shell, for many commands.
///
/// Both end when the pipe to the shell closes, at the latest when this process ends.
#[derive(Debug)]
pub(crate) struct Session {
    _enter: Child,
    commands: ChildStdin,
    statuses: Lines,
    /// The folder for files to hand over, as seen inside …
    inside: PathBuf,
    /// … and from here.
    outside: PathBuf,
}

impl Session {
    pub(crate) fn start(root: &Root) -> Self {
        let mut enter = root
            .enter("libvirt")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("conformance/enter starts");
        let commands = enter.stdin.take().expect("a pipe was asked for");
        let statuses = Lines::of(enter.stdout.take().expect("a pipe was asked for"));
        let inside = statuses.next().expect("conformance/enter names its folder");
        let below_root = Path::new(&inside).strip_prefix("/").expect("an absolute path");
        let outside = root.path().join(below_root);
        Self { _enter: enter, commands, statuses, inside: inside.into(), outside }
    }

    /// Writes a file for the next command and gives its path as seen inside.
    pub(crate) fn hand_over(&self, name: &str, content: &str) -> String {
        fs::write(self.outside.join(name), content).expect("the folder can be written");
        self.inside.join(name).display().to_string()
    }

    /// Runs one line of shell.
    pub(crate) fn run(&mut self, command: &str) -> Said {
        let folder = self.inside.display();
        let line = format!("{command} </dev/null >{folder}/out 2>{folder}/err; echo $?\n");
        self.commands.write_all(line.as_bytes()).expect("the shell inside takes commands");
        let status = self.statuses.next().expect("the shell inside answers");
        Said {
            status: status.parse().expect("an exit status"),
            out: self.read("out"),
            err: self.read("err"),
        }
    }

    fn read(&self, name: &str) -> String {
        let bytes = fs::read(self.outside.join(name)).expect("the folder can be read");
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// One word of shell.
pub(crate) fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}
