//! What is in `samples/` is read, or refused with the words beside it; and the JSON schema agrees.
//!
//! `good/` is accepted by both; `bad/` is refused by both; `beyond-schema/` is refused for what a
//! schema cannot know. `UPDATE_EXPECTED=1 cargo test -p iommulint-settings` writes the expected words
//! anew: look at the difference.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use iommulint_lang::toml_file::Mistake;
use iommulint_settings::{ConfigError, Configuration};
use jsonschema::Validator;

#[test]
fn good_files_are_read() {
    for (path, text) in samples("good") {
        let read = Configuration::parse(&path, &text);
        assert!(read.is_ok(), "{}", read.unwrap_err());
        assert!(is_valid(&text), "the schema refuses {}", path.display());
    }
}

#[test]
fn bad_files_are_refused_by_the_schema_too() {
    for (path, text) in samples("bad") {
        expect_refusal(&path, &text);
        assert!(!is_valid(&text), "the schema accepts {}", path.display());
    }
}

#[test]
fn what_the_schema_cannot_know_is_refused_all_the_same() {
    for (path, text) in samples("beyond-schema") {
        expect_refusal(&path, &text);
        let is_toml = text.parse::<toml::Table>().is_ok();
        assert!(!is_toml || is_valid(&text), "belongs into bad/: {}", path.display());
    }
}

/// The samples of a folder: their paths and texts.
fn samples(folder: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(folder);
    let paths = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let mut samples: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .map(|path| (path.clone(), std::fs::read_to_string(&path).unwrap()))
        .collect();
    samples.sort();
    assert!(!samples.is_empty());
    samples
}

fn is_valid(text: &str) -> bool {
    let table: toml::Table = text.parse().unwrap();
    validator().is_valid(&serde_json::to_value(table).unwrap())
}

fn validator() -> Validator {
    let schema = include_str!("../../docs/iommulint.schema.json");
    jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap()
}

/// Compares what is said of a sample with the file beside it.
fn expect_refusal(path: &Path, text: &str) {
    let Err(ConfigError::Wrong { mistakes, .. }) = Configuration::parse(path, text) else {
        panic!("{} is read", path.display());
    };
    let got: String = mistakes.iter().map(|mistake| shown(mistake, text)).collect();
    let expected = path.with_extension("expected");
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        std::fs::write(&expected, &got).unwrap();
    }
    let wanted = std::fs::read_to_string(&expected).unwrap_or_default();
    assert_eq!(got, wanted, "{}", path.display());
}

/// The line of a mistake, the exact bytes marked, and what is said of it.
fn shown(mistake: &Mistake, text: &str) -> String {
    let Mistake { span, headline, help } = mistake;
    let (start, end) = (span.start as usize, span.end as usize);
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[line_start..].lines().next().unwrap_or_default();
    let number = text[..line_start].matches('\n').count() + 1;
    let before = " ".repeat(text[line_start..start].chars().count());
    let marked = text[start..end].lines().next().unwrap_or_default();
    let carets = "^".repeat(marked.chars().count().max(1));
    let help = help.as_ref().map(|help| format!("  = help: {help}\n")).unwrap_or_default();
    format!("{number} | {line}\n  | {before}{carets} {headline}\n{help}")
}
