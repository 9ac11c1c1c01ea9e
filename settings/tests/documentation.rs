//! `docs/configuration.md` is true: its blocks are read, and every key is described.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use iommulint_lang::target::{LibvirtTarget, QemuTarget};
use iommulint_settings::Configuration;
use serde_json::Value;

const PAGE: &str = include_str!("../../docs/configuration.md");

/// The blocks of a kind, without their fences.
fn blocks(kind: &str) -> Vec<&'static str> {
    let opening = format!("```{kind}\n");
    let parts = PAGE.split(opening.as_str()).skip(1);
    parts.map(|rest| rest.split_once("```").unwrap().0).collect()
}

fn parse(text: &str) -> Result<Configuration, String> {
    let path = Path::new("iommulint.toml");
    Configuration::parse(path, text).map_err(|error| error.to_string())
}

#[test]
fn every_block_is_read() {
    let blocks = blocks("toml");
    assert!(blocks.len() > 5);
    for block in blocks {
        if let Err(error) = parse(block) {
            panic!("{error}\n{block}");
        }
    }
}

#[test]
fn the_wrong_block_is_refused_in_the_words_below_it() {
    let (wrong, words) = (blocks("toml,wrong"), blocks("text"));
    assert_eq!((wrong.len(), words.len()), (1, 1));
    assert_eq!(parse(wrong[0]).unwrap_err(), words[0].trim_end());
}

#[test]
fn every_block_is_of_a_kind_that_is_tested() {
    let fences = PAGE.lines().filter_map(|line| line.strip_prefix("```"));
    for kind in fences.filter(|kind| !kind.is_empty()) {
        assert!(["toml", "toml,wrong", "text"].contains(&kind), "a block of kind `{kind}`");
    }
}

#[test]
fn every_key_and_profile_is_described() {
    let schema: Value =
        serde_json::from_str(include_str!("../../docs/iommulint.schema.json")).unwrap();
    let definitions = schema["definitions"].as_object().unwrap();
    let tables = ["Target", "Policy", "Override"].map(|name| &definitions[name]);
    let keys = tables.into_iter().chain([&schema]);
    let keys: Vec<&String> =
        keys.flat_map(|table| table["properties"].as_object().unwrap().keys()).collect();
    assert!(keys.len() > 10);
    for key in keys {
        let described = [format!("`{key}`"), format!("`[{key}]`"), format!("`[[{key}]]`")];
        assert!(described.iter().any(|it| PAGE.contains(it)), "`{key}` is not described");
    }
    let libvirt = LibvirtTarget::PROFILES.iter().map(ToString::to_string);
    let qemu = QemuTarget::PROFILES.iter().map(ToString::to_string);
    let oldest = [LibvirtTarget::OLDEST.to_string(), QemuTarget::OLDEST.to_string()];
    for target in libvirt.chain(qemu).chain(oldest) {
        assert!(PAGE.contains(&format!("`\"{target}\"`")), "`{target}` is not described");
    }
}
