//! Every rule's documentation is true: its example gives exactly this rule, the one after it none.

use iommulint_lang::check::{Settings, check};
use iommulint_lang::finding::Finding;
use iommulint_lang::rules::{self, Level, Rule};
use iommulint_lang::span::FileId;

#[test]
fn the_example_gives_exactly_this_rule_and_the_other_none() {
    let wrong: Vec<String> = with_examples().filter_map(|rule| judge(rule).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    println!("{} rules have true examples", with_examples().count());
}

#[test]
fn every_rule_has_every_section() {
    for rule in with_examples() {
        for section in ["What it does", "Why", "Example", "Use instead"] {
            let heading = format!("## {section}\n");
            assert!(rule.markdown().contains(&heading), "{}: no `{section}`", rule.name);
        }
    }
}

#[test]
fn names_are_unique_and_well_formed() {
    let mut names: Vec<&str> = rules::all().map(|rule| rule.name).collect();
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "two rules of one name: {names:?}");
    for name in names {
        let (group, rest) = name.split_once('/').unwrap_or_default();
        let plain = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        assert!(plain(group) && plain(rest), "{name}");
    }
}

/// All but those of KDL itself, held to a table of the parser's own tests, and those about a domain
/// that is merged into, held to the tests of the merge.
fn with_examples() -> impl Iterator<Item = &'static Rule> {
    rules::all().filter(|rule| !["syntax", "lower"].contains(&rules::group_of(rule.name)))
}

fn judge(rule: &Rule) -> Result<(), String> {
    let documentation = rule.markdown();
    let blocks: Vec<&str> = documentation
        .split("```kdl\n")
        .skip(1)
        .filter_map(|rest| rest.split_once("```").map(|(block, _)| block))
        .collect();
    let [bad, good] = blocks[..] else {
        return Err(format!("{}: {} kdl blocks, not two", rule.name, blocks.len()));
    };
    let found = findings(bad, rule);
    if found.len() != 1 || found[0].rule != rule.name {
        return Err(format!("{}: the example gives {found:#?}", rule.name));
    }
    let found = findings(good, rule);
    if !found.is_empty() {
        return Err(format!("{}: what to use instead gives {found:#?}", rule.name));
    }
    Ok(())
}

/// With `rule` on, even if it is off unless asked for.
fn findings(text: &str, rule: &Rule) -> Vec<Finding> {
    let mut settings = Settings::default();
    let name = rule.name.parse().expect("the rule exists");
    settings.levels.set(name, Level::On(rule.severity));
    check(text, FileId(0), &settings).findings
}
