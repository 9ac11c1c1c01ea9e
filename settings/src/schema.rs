//! The JSON schema of a configuration file, from the types that read it; committed in `docs/`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use iommulint_lang::rules;
use iommulint_lang::target::{LibvirtTarget, QemuTarget, Version};
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use crate::file::{File, Level, Levels, Libvirt, Qemu, Rule, is_always_on};

#[test]
fn the_committed_schema_is_that_of_the_types() {
    let tidy = RecursiveTransform(without_null_and_line_breaks);
    let generator = SchemaSettings::draft07().with_transform(tidy).into_generator();
    let schema = generator.into_root_schema_for::<File>();
    let generated = serde_json::to_string_pretty(&schema).expect("it is JSON") + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/iommulint.schema.json");
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        std::fs::write(&path, &generated).expect("the file can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let difference = similar::TextDiff::from_lines(&committed, &generated);
    assert!(
        committed == generated,
        "UPDATE_EXPECTED=1 cargo test -p iommulint-settings writes it anew\n{}",
        difference.unified_diff()
    );
}

/// TOML has no null, and a doc comment is broken into lines where the source is.
fn without_null_and_line_breaks(schema: &mut Schema) {
    if let Some(Value::String(description)) = schema.get_mut("description") {
        *description = description.replace('\n', " ");
    }
    let is_null = |kind: &Value| *kind == "null" || *kind == json!({ "type": "null" });
    for (among, alone) in [("anyOf", "allOf"), ("type", "type")] {
        let Some(Value::Array(mut kinds)) = schema.get(among).cloned() else { continue };
        if !kinds.iter().any(is_null) {
            continue;
        }
        kinds.retain(|kind| !is_null(kind));
        schema.remove(among);
        let rest = if alone == "type" { kinds.swap_remove(0) } else { Value::Array(kinds) };
        schema.insert(alone.to_owned(), rest);
    }
}

/// Every rule and every group, with what is said of it and its own level.
fn rules_and_groups() -> BTreeMap<&'static str, (String, Option<&'static str>)> {
    let mut named = BTreeMap::new();
    for rule in rules::all() {
        let group = rules::group_of(rule.name);
        named.entry(group).or_insert_with(|| (format!("All rules of the group `{group}`."), None));
        let level = if rule.on_by_default { rule.severity.name() } else { "off" };
        named.insert(rule.name, (format!("{}; `{level}` unless set", rule.summary), Some(level)));
    }
    named
}

impl JsonSchema for Rule {
    fn schema_name() -> Cow<'static, str> {
        "Rule".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names: Vec<_> = rules_and_groups().into_keys().collect();
        json_schema!({ "description": "A rule, or a whole group of rules.", "enum": names })
    }
}

impl JsonSchema for Levels {
    fn schema_name() -> Cow<'static, str> {
        "Levels".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let level = generator.subschema_for::<Level>();
        let property = |(name, (description, default)): (&str, (String, Option<&str>))| {
            let mut property = json!({ "description": description, "allOf": [level] });
            if let Some(default) = default {
                property["default"] = json!(default);
            }
            if is_always_on(name) {
                property["not"] = json!({ "const": "off" });
            }
            (name.to_owned(), property)
        };
        let properties: Map<String, Value> = rules_and_groups().into_iter().map(property).collect();
        json_schema!({
            "description": "The levels of rules and groups.",
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
        })
    }
}

impl JsonSchema for Libvirt {
    fn schema_name() -> Cow<'static, str> {
        "Libvirt".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let profiles = LibvirtTarget::PROFILES.map(|profile| profile.to_string());
        target("A libvirt release or profile.", LibvirtTarget::OLDEST, &profiles)
    }
}

impl JsonSchema for Qemu {
    fn schema_name() -> Cow<'static, str> {
        "Qemu".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let profiles = QemuTarget::PROFILES.map(|profile| profile.to_string());
        target("A QEMU release or profile.", QemuTarget::OLDEST, &profiles)
    }
}

/// A release from `oldest` on, or one of the profiles.
fn target(description: &str, oldest: Version, profiles: &[String]) -> Schema {
    let (first, minor) = (at_least(oldest.major + 1), at_least(oldest.minor));
    let pattern = format!("^({first}\\.[0-9]+|0*{}\\.{minor})(\\.[0-9]+)?$", oldest.major);
    json_schema!({
        "description": description,
        "type": "string",
        "anyOf": [
            { "description": "A profile.", "enum": profiles },
            {
                "description": format!("A release from {oldest} on."),
                "type": "string",
                "pattern": pattern,
            },
        ],
    })
}

/// A regular expression for the numbers from `least` on.
fn at_least(least: u16) -> String {
    assert!(least < 10, "the expression for more digits has to be written first");
    format!("0*([{least}-9]|[1-9][0-9]+)")
}
