//! What all editors are given, and what they must show.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::Root;
use crate::setting::{iommulint, skip, workspace};

/// A home folder with `iommulint` on the `PATH` and files to edit. It is gone when this is.
#[derive(Debug)]
pub struct Home {
    root: Root,
    /// As seen from outside.
    path: PathBuf,
}

impl Home {
    /// A folder called `name` for the editor `program`; `None` when there is no such editor, as in a [`Root`] made before
    /// it was asked for.
    pub(crate) fn of(root: &Root, program: &str, name: &str) -> Option<Self> {
        // Debian's alternatives are absolute links, which lead nowhere from outside.
        if fs::symlink_metadata(root.path().join("usr/bin").join(program)).is_err() {
            skip(&format!("no {program} (conformance/setup installs it)"));
            return None;
        }
        let path =
            root.path().join(format!("tmp/iommulint-{program}-{}-{name}", std::process::id()));
        let home = Self { root: root.clone(), path };
        fs::copy(iommulint(), home.place("bin/iommulint")).expect("the program can be copied");
        Some(home)
    }

    /// Puts a file into it.
    ///
    /// # Panics
    ///
    /// When it cannot be written.
    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.place(name), text).expect("the file can be written");
    }

    /// What a file in it holds.
    ///
    /// # Panics
    ///
    /// When it cannot be read.
    #[must_use]
    pub fn read(&self, name: &str) -> String {
        self.read_if_there(name).expect("the file can be read")
    }

    /// A file that an editor may be about to replace.
    pub(crate) fn read_if_there(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.path.join(name)).ok()
    }

    /// What `iommulint` with these arguments does here.
    ///
    /// # Panics
    ///
    /// When it fails.
    pub fn iommulint(&self, arguments: &[&str]) {
        let output = self.command("iommulint").args(arguments).output().expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// A program that runs inside, at home, for five minutes at most: an editor that waits for a key would wait forever.
    pub(crate) fn command(&self, program: &str) -> Command {
        let home = Path::new("/").join(self.path.strip_prefix(self.root.path()).expect("inside"));
        let mut command = self.root.enter("env");
        command.arg(format!("--chdir={}", home.display()));
        command.arg(format!("HOME={}", home.display()));
        command.arg(format!("PATH={}/bin:/usr/bin:/bin", home.display()));
        command.args(["LC_ALL=C.UTF-8", "TERM=xterm-256color"]);
        command.args(["timeout", "--foreground", "--kill-after=5", "300", program]);
        command
    }

    /// What an editor that is run by `command` writes into `answer.json`.
    pub(crate) fn answer(&self, command: &mut Command) -> Value {
        let output = command.output().expect("the editor runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        let answer = self.read("answer.json");
        serde_json::from_str(&answer).unwrap_or_else(|_| panic!("{answer}\n{said}"))
    }

    /// Where a file goes.
    fn place(&self, name: &str) -> PathBuf {
        let path = self.path.join(name);
        let folder = path.parent().expect("a file is in a folder");
        fs::create_dir_all(folder).expect("the folder can be made");
        path
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // What stays behind is in a temporary folder.
        drop(fs::remove_dir_all(&self.path));
    }
}

/// A file of the folder `editors`.
pub(crate) fn file(name: &str) -> String {
    let path = workspace().join("editors").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What an editor's page gives to paste: its blocks in `language`, in order.
///
/// # Panics
///
/// When there is no such page.
#[must_use]
pub(crate) fn blocks(page: &str, language: &str) -> Vec<String> {
    let text = file(page);
    let opening = format!("```{language}\n");
    let behind = text.split(&opening).skip(1);
    behind.filter_map(|rest| Some(rest.split_once("```")?.0.to_owned())).collect()
}

/// The only block of an editor's page in `language` that has `part` in it.
///
/// # Panics
///
/// When there is none, or more than one.
pub(crate) fn block(page: &str, language: &str, part: &str) -> String {
    let mut found: Vec<String> =
        blocks(page, language).into_iter().filter(|block| block.contains(part)).collect();
    assert_eq!(found.len(), 1, "blocks of {page} with `{part}`");
    found.remove(0)
}

/// What `check` says of a KDL file, as start, end, severity, rule and headline; lines and columns from 0.
#[must_use]
pub fn checked(text: &str) -> Value {
    use iommulint_lang::check::{Settings, check};
    use iommulint_lang::finding::Severity;
    use iommulint_lang::language::Language;
    use iommulint_lang::span::FileId;

    let analysis = check(Language::Kdl.text(text), FileId(0), &Settings::default());
    let place = |offset: u32| {
        let before = text.get(..usize::try_from(offset).ok()?)?;
        let start_of_line = before.rfind('\n').map_or(0, |at| at + 1);
        Some(json!([before.matches('\n').count(), before.len() - start_of_line]))
    };
    let findings = analysis.findings.iter().map(|finding| {
        let span = finding.primary.origin.span;
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        json!([place(span.start), place(span.end), severity, finding.rule, finding.headline])
    });
    findings.collect()
}
