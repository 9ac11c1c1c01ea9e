//! The tool and its rules, as SARIF has them.

use std::collections::HashMap;
use std::sync::LazyLock;

use iommulint_lang::rules::{self, Rule};
use serde::Serialize;

/// iommulint.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Driver {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    information_uri: &'static str,
    rules: Vec<DescribedRule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DescribedRule {
    id: &'static str,
    name: String,
    short_description: Text,
    full_description: Text,
    help: Help,
    help_uri: String,
    default_configuration: Configuration,
    properties: Properties,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    enabled: bool,
    level: &'static str,
}

#[derive(Serialize)]
struct Properties {
    tags: [&'static str; 1],
}

impl Driver {
    pub(super) fn new() -> Self {
        Self {
            name: "iommulint",
            version: env!("CARGO_PKG_VERSION"),
            semantic_version: env!("CARGO_PKG_VERSION"),
            information_uri: env!("CARGO_PKG_REPOSITORY"),
            rules: rules::all().map(DescribedRule::of).collect(),
        }
    }
}

/// Where a rule is in the list of the driver.
pub(super) fn position(rule: &str) -> Option<usize> {
    static POSITIONS: LazyLock<HashMap<&str, usize>> = LazyLock::new(|| {
        rules::all().enumerate().map(|(position, rule)| (rule.name, position)).collect()
    });
    POSITIONS.get(rule).copied()
}

impl DescribedRule {
    fn of(rule: &'static Rule) -> Self {
        let markdown = rule.markdown();
        Self {
            id: rule.name,
            name: identifier(rule.name),
            short_description: Text { text: rule.summary.to_owned() },
            full_description: Text { text: what_it_does(&markdown) },
            // Whoever does not show Markdown shows this: Markdown reads well as it is.
            help: Help { text: markdown.clone(), markdown },
            help_uri: rule.url(),
            default_configuration: Configuration {
                enabled: rule.on_by_default,
                level: rule.severity.name(),
            },
            properties: Properties { tags: [rules::group_of(rule.name)] },
        }
    }
}

/// `PciBusWindow` for `pci/bus-window`.
fn identifier(name: &str) -> String {
    let words = name.split(['/', '-']);
    words
        .flat_map(|word| {
            word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1))
        })
        .collect()
}

/// The first section of a rule's documentation, its lines joined.
fn what_it_does(markdown: &str) -> String {
    let section = markdown.lines().skip_while(|line| !line.starts_with("## ")).skip(1);
    let lines = section.take_while(|line| !line.starts_with("## ")).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_described() {
        let driver = Driver::new();
        assert!(driver.rules.len() > 100);
        for (position, rule) in driver.rules.iter().enumerate() {
            assert_eq!(super::position(rule.id), Some(position));
            assert!(rule.full_description.text.len() > 20, "{}", rule.id);
            assert!(!rule.full_description.text.contains("##"), "{}", rule.id);
        }
        let window = &driver.rules[position("pci/bus-window").expect("it is a rule")];
        assert_eq!(window.name, "PciBusWindow");
        assert!(window.full_description.text.starts_with("Checks that the bus numbers of a PXB"));
        assert_eq!(window.properties.tags, ["pci"]);
    }
}
