//! Completions and man pages, read by the programs they are for where those are installed.

use std::fs;
use std::process::Command;

use crate::run::{folder, iommulint, run, stdout};

/// The words that a real bash offers for a command line, whose last word is being typed.
fn offered(words: &[&str]) -> Vec<String> {
    let folder = folder(&[]);
    let script = iommulint(&folder).args(["completions", "bash"]).output().expect("it runs");
    fs::write(folder.path().join("script"), &script.stdout).expect("it can be written");
    let program = format!(
        "source ./script; COMP_WORDS=({}); COMP_CWORD={}; \
         _iommulint iommulint \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"; \
         printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" "),
        words.len() - 1,
    );
    let output = Command::new("bash")
        .args(["--norc", "-c", &program])
        .current_dir(&folder)
        .output()
        .expect("bash is there");
    assert!(output.status.success(), "{output:?}");
    stdout(&output).lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_flags_values_and_rules() {
    assert_eq!(offered(&["iommulint", "che"]), ["check"]);
    assert_eq!(offered(&["iommulint", "check", "--unsafe"]), ["--unsafe-fixes"]);
    assert_eq!(offered(&["iommulint", "check", "--format", "sar"]), ["sarif"]);
    let rules = offered(&["iommulint", "check", "--select", "pci/bus-"]);
    assert_eq!(rules, ["pci/bus-nr-range", "pci/bus-window"]);
    assert_eq!(offered(&["iommulint", "explain", "pci/bus-w"]), ["pci/bus-window"]);
}

#[test]
fn other_shells_get_a_script() {
    let folder = folder(&[]);
    for shell in ["zsh", "fish", "elvish", "powershell"] {
        let (code, script, err) = run(&folder, &["completions", shell]);
        assert_eq!((code, err.as_str()), (0, ""), "{shell}");
        // The other two complete no values.
        let has_values = ["zsh", "fish"].contains(&shell);
        let values: &[_] = if has_values { &["sarif", "pci/bus-window"] } else { &[] };
        for word in values.iter().chain(&["--unsafe-fixes"]) {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
}

#[test]
fn every_command_has_a_man_page() {
    let folder = folder(&[]);
    let (code, out, err) = run(&folder, &["man", "--output-folder", "man"]);
    assert_eq!((code, out.as_str(), err.as_str()), (0, "", ""));
    let mut pages: Vec<_> = fs::read_dir(folder.path().join("man"))
        .expect("it is there")
        .map(|page| page.expect("readable").file_name().to_string_lossy().into_owned())
        .collect();
    pages.sort();
    for command in ["check", "fmt", "lower", "map", "explain", "rules", "completions", "man"] {
        assert!(pages.contains(&format!("iommulint-{command}.1")), "{pages:?}");
        assert_eq!(run(&folder, &["man", command]).0, 0);
    }
    assert!(pages.contains(&"iommulint.1".to_owned()), "{pages:?}");
    let (code, _, err) = run(&folder, &["man", "chek"]);
    assert!(code == 2 && err.contains("there is no command `chek`"), "{err}");
}

/// `groff` knows every macro of a page, when it is installed: it warns of those it does not.
#[test]
fn man_pages_are_typeset_without_a_warning() {
    let folder = folder(&[]);
    run(&folder, &["man", "check", "--output-file", "check.1"]);
    let typeset = Command::new("groff")
        .args(["-k", "-man", "-Tutf8", "-ww", "check.1"])
        .current_dir(&folder)
        .output();
    let Ok(typeset) = typeset else {
        println!("skipped: no groff here");
        return;
    };
    let said = String::from_utf8_lossy(&typeset.stderr).into_owned();
    assert!(typeset.status.success() && said.is_empty(), "{said}");
    assert!(stdout(&typeset).contains("unsafe-fixes"));
}
