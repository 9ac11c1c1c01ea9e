//! Every code block of the README is true.
//!
//! `console` blocks are run and compared, output and all; `kdl` and `toml` blocks are read; the commands of
//! the `sh` block under "Start" are what `.ci/run` runs, and are tried there.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::Command;

use iommulint_lang::check::{Settings, check};
use iommulint_lang::span::FileId;
use iommulint_settings::Configuration;

const README: &str = include_str!("../README.md");

/// `UPDATE_EXPECTED=1` writes what they print now.
#[test]
fn console_blocks_show_what_the_commands_print() {
    let blocks = blocks("console");
    assert!(!blocks.is_empty());
    let mut now = README.to_owned();
    for block in blocks {
        let commands = block.lines().filter_map(|line| line.strip_prefix("$ "));
        let session = |command| format!("$ {command}\n{}\n", run(command).trim_end());
        now = now.replace(block, &commands.map(session).collect::<String>());
    }
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"), &now).unwrap();
    } else {
        let different = README.lines().zip(now.lines()).find(|(shown, printed)| shown != printed);
        assert_eq!(different, None, "the README shows the left, the program prints the right");
        assert_eq!(README, now);
    }
}

/// `toml` blocks are configurations.
#[test]
fn toml_blocks_are_read() {
    let blocks = blocks("toml");
    assert!(!blocks.is_empty());
    for block in blocks {
        let path = Path::new("/project/iommulint.toml");
        assert_eq!(Configuration::parse(path, block).err(), None, "{block}");
    }
}

#[test]
fn kdl_blocks_check_clean() {
    let blocks = blocks("kdl");
    assert!(!blocks.is_empty());
    for block in blocks {
        let findings = check(block, FileId(0), &Settings::default()).findings;
        assert!(findings.is_empty(), "{block}\n{findings:#?}");
    }
}

#[test]
fn every_block_is_of_a_kind_that_is_tested() {
    let fences = README.lines().filter(|line| line.starts_with("```"));
    let kinds: Vec<&str> = fences.map(|line| &line[3..]).filter(|kind| !kind.is_empty()).collect();
    for kind in &kinds {
        assert!(["console", "kdl", "sh", "toml"].contains(kind), "a block of kind `{kind}`");
    }
    assert_eq!(blocks("sh").len(), 1, "only the block under Start is tried by CI");
    let start = README.split_once("## Start\n").unwrap().1;
    assert!(start.trim_start().contains("```sh\n"));
}

/// The blocks of a kind, without their fences.
fn blocks(kind: &str) -> Vec<&'static str> {
    let opening = format!("```{kind}\n");
    let parts = README.split(opening.as_str()).skip(1);
    parts.map(|rest| rest.split_once("```").unwrap().0).collect()
}

/// Runs `iommulint …` in the project's folder: what it prints on both streams.
fn run(command: &str) -> String {
    let mut words = command.split_whitespace();
    assert_eq!(words.next(), Some("iommulint"), "{command}");
    let output = Command::new(env!("CARGO_BIN_EXE_iommulint"))
        .args(words)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .env("COLUMNS", "100")
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
}
