//! What GitHub runs: the YAML is read by a real YAML reader, the script of the action by a real bash.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::{Command, Output};

use iommulint_conformance::{PreCommit, iommulint, workspace};
use serde_json::Value;

/// A YAML file of the project, read by the reader that comes with pre-commit.
fn yaml(pre_commit: &PreCommit, path: &str) -> Value {
    let program =
        "import json, sys, yaml; json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout)";
    let output =
        pre_commit.python().args(["-c", program]).arg(workspace().join(path)).output().unwrap();
    assert!(output.status.success(), "{path}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The script of a step of the action.
fn script<'a>(action: &'a Value, name: &str) -> &'a str {
    let steps = action["runs"]["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["name"] == name).unwrap();
    step["run"].as_str().unwrap()
}

/// What GitHub calls `shell: bash`, with a script.
fn bash(script: &str) -> Command {
    let mut bash = Command::new("bash");
    bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]);
    bash
}

/// Runs the step of the action that checks, in `folder`, as GitHub would.
fn check(action: &Value, folder: &PathBuf, inputs: [(&str, &str); 3]) -> Output {
    let steps = action["runs"]["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["name"] == "Check").unwrap();
    for (name, _) in inputs {
        let input = name.strip_prefix("INPUT_").unwrap().to_lowercase();
        assert_eq!(step["env"][name], format!("${{{{ inputs.{input} }}}}"));
        assert!(action["inputs"][&input].is_object(), "{input}");
    }
    bash(script(action, "Check"))
        .current_dir(folder)
        .env("RUNNER_TEMP", folder)
        .envs(inputs)
        .output()
        .unwrap()
}

#[test]
fn the_action_annotates_what_it_finds() {
    let Some(pre_commit) = PreCommit::locate() else { return };
    let action = yaml(&pre_commit, "action.yml");
    let folder = workspace().join("target/github-action");
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(folder.join("iommulint/bin")).unwrap();
    symlink(iommulint(), folder.join("iommulint/bin/iommulint")).unwrap();
    fs::create_dir_all(folder.join("two words")).unwrap();
    let wrong = "vm \"a\" machine=\"virt\" {\n    pxb bus-nr=255\n}\n";
    fs::write(folder.join("two words/wrong.kdl"), wrong).unwrap();
    fs::write(folder.join("right.kdl"), "vm \"a\" machine=\"virt\"\n").unwrap();

    let inputs =
        |paths, args| [("INPUT_PATHS", paths), ("INPUT_ARGS", args), ("INPUT_FORMAT", "github")];
    let output = check(&action, &folder, inputs("right.kdl\ntwo words\n", ""));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(said.starts_with("::error file=two words/wrong.kdl,line=2,"), "{said}");

    let output = check(&action, &folder, inputs("right.kdl", ""));
    assert_eq!((output.status.code(), &output.stdout[..]), (Some(0), &b""[..]), "{output:?}");

    let output = check(&action, &folder, inputs(".", "--ignore=pci\n--target-qemu=11.1"));
    assert_eq!((output.status.code(), &output.stdout[..]), (Some(0), &b""[..]), "{output:?}");
}

#[test]
fn a_build_is_kept_by_what_it_was_built_from() {
    let Some(pre_commit) = PreCommit::locate() else { return };
    let action = yaml(&pre_commit, "action.yml");
    let folder = workspace().join("target/github-key");
    drop(fs::remove_dir_all(&folder));
    let key = |source: &str| {
        for place in ["src", "lang/src", "settings/src"] {
            fs::create_dir_all(folder.join(place)).unwrap();
            fs::write(folder.join(place).join("lib.rs"), "").unwrap();
        }
        fs::write(folder.join("Cargo.lock"), "").unwrap();
        fs::write(folder.join("lang/src/lib.rs"), source).unwrap();
        fs::write(folder.join("output"), "").unwrap();
        let output = bash(script(&action, "Tell this release from others"))
            .env("GITHUB_ACTION_PATH", &folder)
            .env("GITHUB_OUTPUT", folder.join("output"))
            .env("RUNNER_TEMP", "/tmp")
            .env("RUNNER_OS", "Linux")
            .env("RUNNER_ARCH", "ARM64")
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        fs::read_to_string(folder.join("output")).unwrap()
    };
    let (one, other) = (key("fn one() {}"), key("fn other() {}"));
    assert!(
        one.starts_with("key=iommulint-Linux-ARM64-") && one.ends_with("\nfolder=/tmp/iommulint\n"),
        "{one}"
    );
    assert_ne!(one, other);
    assert_eq!(one, key("fn one() {}"));
}

#[test]
fn workflows_are_yaml_and_begin_what_is_there() {
    let Some(pre_commit) = PreCommit::locate() else { return };
    let ci = yaml(&pre_commit, ".github/workflows/ci.yml");
    let steps = ci["jobs"]["all"]["steps"].as_array().unwrap();
    let runs = |command: &str| steps.iter().any(|step| step["run"] == command);
    assert!(runs(".ci/run") && workspace().join(".ci/run").is_file());
    for (file, job) in [("github.yaml", "/jobs/check/steps"), ("gitlab.yaml", "/iommulint/script")]
    {
        let starter = yaml(&pre_commit, &format!("src/commands/init/{file}"));
        assert!(starter.pointer(job).is_some_and(Value::is_array), "{file}: {starter}");
    }
    let hooks = yaml(&pre_commit, ".pre-commit-hooks.yaml");
    let hooks: Vec<&str> =
        hooks.as_array().unwrap().iter().map(|hook| hook["id"].as_str().unwrap()).collect();
    let starter = yaml(&pre_commit, "src/commands/init/pre-commit.yaml");
    for hook in starter["repos"][0]["hooks"].as_array().unwrap() {
        assert!(hooks.contains(&hook["id"].as_str().unwrap()), "{hook}");
    }
}
