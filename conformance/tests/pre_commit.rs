//! The hooks, run by the real pre-commit at the commits of a scratch repository.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use iommulint_conformance::{PreCommit, iommulint, workspace};

const RIGHT: &str = "vm \"a\" machine=\"virt\" {\n    pxb bus-nr=252\n}\n";
const WRONG: &str = "vm \"a\" machine=\"virt\" {\n    pxb bus-nr=255\n}\n";
const UNTIDY: &str = "vm \"a\"   machine=\"virt\" {\npxb bus-nr=252\n}\n";

/// A scratch repository whose commits pre-commit looks at.
struct Repository {
    folder: PathBuf,
    pre_commit: PreCommit,
}

impl Repository {
    /// With these hooks of the project, as it is committed.
    fn new(pre_commit: PreCommit, hooks: &[&str]) -> Self {
        let scratch = workspace().join("target/pre-commit");
        let folder = scratch.join(hooks.join("+"));
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder).unwrap();
        let repository = Self { folder, pre_commit };
        repository.git(&["init", "--quiet"]);
        let ids: String = hooks.iter().flat_map(|id| ["      - id: ", id, "\n"]).collect();
        let config = format!(
            "repos:\n  - repo: {}\n    rev: {}\n    hooks:\n{ids}",
            workspace().display(),
            head(),
        );
        repository.write(".pre-commit-config.yaml", &config);
        let installed = repository.run(&mut repository.pre_commit.command(), &["install"]);
        assert!(installed.status.success(), "{installed:?}");
        repository
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join(name)).unwrap()
    }

    /// Commits everything: whether that was let through, and what was said.
    fn commit(&self) -> (bool, String) {
        self.git(&["add", "--all"]);
        let output = self.run(&mut Command::new("git"), &["commit", "--quiet", "-m", "change"]);
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).unwrap())
    }

    fn git(&self, arguments: &[&str]) {
        let output = self.run(&mut Command::new("git"), arguments);
        assert!(output.status.success(), "git {arguments:?}: {output:?}");
    }

    fn run(&self, command: &mut Command, arguments: &[&str]) -> Output {
        let program = iommulint();
        let path = std::env::var("PATH").unwrap();
        let path = format!("{}:{path}", program.parent().unwrap().display());
        let scratch = workspace().join("target/pre-commit");
        // What git says to hooks of its own must not reach this repository.
        for (name, _) in std::env::vars() {
            if name.starts_with("GIT_") || name.starts_with("IOMMULINT_") {
                command.env_remove(name);
            }
        }
        command
            .args(arguments)
            .current_dir(&self.folder)
            .env("PATH", path)
            .env("PRE_COMMIT_HOME", scratch.join("home"))
            // The packages of an earlier build are good for the next.
            .env("CARGO_TARGET_DIR", scratch.join("build"))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_AUTHOR_NAME", "somebody")
            .env("GIT_AUTHOR_EMAIL", "somebody@example.org")
            .env("GIT_COMMITTER_NAME", "somebody")
            .env("GIT_COMMITTER_EMAIL", "somebody@example.org")
            .output()
            .unwrap()
    }
}

fn head() -> String {
    let output =
        Command::new("git").args(["rev-parse", "HEAD"]).current_dir(workspace()).output().unwrap();
    assert!(output.status.success(), "the project is no git checkout: {output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn the_manifest_is_valid() {
    let Some(pre_commit) = PreCommit::locate() else { return };
    let manifest: &Path = &workspace().join(".pre-commit-hooks.yaml");
    let output = pre_commit.command().arg("validate-manifest").arg(manifest).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn a_wrong_file_stops_the_commit_and_a_right_one_passes() {
    let Some(pre_commit) = PreCommit::locate() else { return };
    let repository = Repository::new(pre_commit, &["iommulint-system"]);
    repository.write("vm.kdl", WRONG);
    let (passed, said) = repository.commit();
    assert!(!passed && said.contains("vm.kdl:2:16"), "{said}");
    assert!(said.contains("pci/bus-nr-range"), "{said}");

    repository.write("vm.kdl", RIGHT);
    let (passed, said) = repository.commit();
    assert!(passed && said.contains("Passed"), "{said}");

    repository.write("notes.txt", WRONG);
    let (passed, said) = repository.commit();
    assert!(passed && said.contains("Skipped"), "{said}");
}

#[test]
fn an_excluded_file_is_let_through_though_it_is_named() {
    let Some(pre_commit) = PreCommit::locate() else { return };
    let repository = Repository::new(pre_commit, &["iommulint-system", "iommulint-fmt-system"]);
    repository.write("iommulint.toml", "exclude = [\"generated/**\"]\n");
    repository.write("generated/vm.kdl", &(WRONG.to_owned() + UNTIDY));
    let (passed, said) = repository.commit();
    assert!(passed && said.matches("Passed").count() == 2, "{said}");
    assert_eq!(repository.read("generated/vm.kdl"), WRONG.to_owned() + UNTIDY);

    repository.write("iommulint.toml", "");
    repository.write("generated/vm.kdl", WRONG);
    let (passed, said) = repository.commit();
    assert!(!passed, "it was the configuration: {said}");
}

#[test]
fn an_untidy_file_is_tidied_and_the_next_commit_passes() {
    let Some(pre_commit) = PreCommit::locate() else { return };
    let repository = Repository::new(pre_commit, &["iommulint-fmt-system"]);
    repository.write("vm.kdl", UNTIDY);
    let (passed, said) = repository.commit();
    assert!(!passed && said.contains("files were modified by this hook"), "{said}");
    assert_eq!(repository.read("vm.kdl"), RIGHT);
    let (passed, said) = repository.commit();
    assert!(passed, "{said}");
}

/// The program that pre-commit builds for itself, from the project as it is committed.
#[test]
fn the_hook_builds_what_it_runs() {
    let Some(pre_commit) = PreCommit::locate() else { return };
    let repository = Repository::new(pre_commit, &["iommulint"]);
    repository.write("vm.kdl", WRONG);
    let (passed, said) = repository.commit();
    assert!(!passed && said.contains("vm.kdl:2:16"), "{said}");
    repository.write("vm.kdl", RIGHT);
    let (passed, said) = repository.commit();
    assert!(passed && said.contains("Passed"), "{said}");
}
