//! The template says nothing, and what its comments would say is right.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use iommulint_lang::check::Settings;
use iommulint_settings::{Configuration, FILE_NAME, Given, Project, TEMPLATE};
use serde_json::Value;

/// A setting in a comment, or the header of a table: `# key = …`, `# [[overrides]]`.
fn uncommented(line: &str) -> Option<&str> {
    let setting = line.strip_prefix("# ")?;
    let is_key = |key: &str| !key.contains(' ') || key.starts_with('"');
    let key = setting.split_once(" = ").map(|(key, _)| key);
    (setting.starts_with("[[") || key.is_some_and(is_key)).then_some(setting)
}

fn parse(text: &str) {
    if let Err(error) = Configuration::parse(Path::new("/iommulint.toml"), text) {
        panic!("{error}\n{text}");
    }
}

#[test]
fn it_says_nothing() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(FILE_NAME), TEMPLATE).unwrap();
    let settings = Project::new(folder.path(), Given::default()).of(Path::new("vm.kdl")).unwrap();
    assert_eq!(settings.configuration, Some(folder.path().join(FILE_NAME)));
    assert_eq!(settings.check, Settings::default());
    assert_eq!(settings.host, None);
    assert!(!settings.excluded);
}

#[test]
fn each_setting_in_a_comment_is_right() {
    let lines: Vec<&str> = TEMPLATE.lines().collect();
    let overrides = lines.iter().position(|line| *line == "# [[overrides]]").unwrap();
    let with = |wanted: &dyn Fn(usize) -> bool| {
        let line = |(position, line): (usize, &&'static str)| {
            let setting = uncommented(line).filter(|_| wanted(position));
            setting.unwrap_or(line).to_owned() + "\n"
        };
        lines.iter().enumerate().map(line).collect::<String>()
    };
    let settings = lines.iter().filter(|line| uncommented(line).is_some()).count();
    assert!(settings > 10);
    for position in 0..lines.len() {
        // The first two lines of an override have to be there for the others to have a place.
        let heads = overrides..overrides + 2;
        parse(&with(&|at| at == position || (position >= overrides && heads.contains(&at))));
    }
    let everything = with(&|_| true);
    assert!(everything.parse::<toml::Table>().unwrap().contains_key("overrides"));
    parse(&everything);
}

#[test]
fn every_key_is_in_it() {
    let schema: Value =
        serde_json::from_str(include_str!("../../docs/iommulint.schema.json")).unwrap();
    let definitions = schema["definitions"].as_object().unwrap();
    // The keys of the levels are the rules.
    let objects = definitions.iter().filter(|(name, _)| *name != "Levels").map(|(_, it)| it);
    let keys = objects.chain([&schema]).filter_map(|it| it["properties"].as_object());
    let keys: Vec<&String> = keys.flat_map(|properties| properties.keys()).collect();
    assert!(keys.len() > 10);
    for key in keys {
        let is_there = |end: &str| TEMPLATE.contains(&format!("{key}{end}"));
        assert!(is_there(" = ") || is_there("]") || is_there("."), "`{key}` is missing");
    }
}
