//! Every rule's documentation is true: its example gives exactly this rule, the one after it none.

use iommulint_lang::check::{Settings, check};
use iommulint_lang::finding::Finding;
use iommulint_lang::language::{Language, Text};
use iommulint_lang::lower::merge;
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
    for rule in rules::all() {
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

/// A rule about merging: its example is a domain and a vm, what to use instead another of one of them.
#[test]
fn merging_is_refused_for_the_example_only() {
    for rule in rules::all().filter(|rule| about_merging(rule)) {
        let markdown = rule.markdown();
        let (domains, vms) = (blocks(&markdown, "xml"), blocks(&markdown, "kdl"));
        assert_eq!(domains.len() + vms.len(), 3, "{}", rule.name);
        let refused = merged(&domains[0], &vms[0]).expect_err(rule.name);
        let refused: Vec<&str> = refused.iter().map(|finding| finding.rule).collect();
        assert_eq!(refused, [rule.name]);
        let (domain, vm) = (domains.last().expect("one"), vms.last().expect("one"));
        assert!(merged(domain, vm).is_ok(), "{}: {:#?}", rule.name, merged(domain, vm));
    }
}

fn merged(domain: &str, vm: &str) -> Result<String, Vec<Finding>> {
    let analysis = check(vm, FileId(0), &Settings::default());
    let Some(checked) = analysis.checked(0) else { panic!("{:#?}", analysis.findings) };
    assert!(analysis.findings.is_empty(), "{:#?}", analysis.findings);
    merge::into(domain, FileId(1), &checked)
}

/// Where the wrong text is not shown, what to use instead is still true.
#[test]
fn what_to_use_instead_of_what_is_not_shown_gives_none() {
    for name in NOT_SHOWN {
        let rule = rules::find(name).expect(name);
        let [good] = &blocks(&rule.markdown(), "kdl")[..] else { panic!("{name}: not one block") };
        assert_eq!(findings(good, rule), [], "{name}");
    }
}

/// Its page says where the character stands, as it cannot be seen.
#[test]
fn the_character_that_is_not_shown_is_found() {
    let rule = rules::find("syntax/disallowed-character").expect("there is one");
    let bad = blocks(&rule.markdown(), "text")[0].replace("<U+200E>", "\u{200E}");
    let found: Vec<&str> = findings(&bad, rule).iter().map(|finding| finding.rule).collect();
    assert_eq!(found, [rule.name]);
}

/// Every fence of a page is closed, and none within an example closes it too early.
#[test]
fn fences_of_pages_come_in_pairs() {
    for rule in rules::all() {
        let mut open = false;
        for fence in rule.page().lines().filter(|line| line.trim_start().starts_with("```")) {
            let opens = fence.len() > 3;
            assert!(opens != open && fence.starts_with("```"), "{}: `{fence}`", rule.name);
            open = opens;
        }
        assert!(!open, "{}", rule.name);
    }
}

/// Rules whose example is no text that could be shown: an invisible character, a file of 4 GiB, and a
/// file of more than a hundred mistakes. The tests of the parser hold them.
const NOT_SHOWN: [&str; 3] =
    ["syntax/disallowed-character", "syntax/too-long", "syntax/too-many-errors"];

/// All whose example is a file. That of a rule about merging is a domain and a file.
fn with_examples() -> impl Iterator<Item = &'static Rule> {
    rules::all().filter(|rule| !about_merging(rule) && !NOT_SHOWN.contains(&rule.name))
}

fn about_merging(rule: &Rule) -> bool {
    rules::group_of(rule.name) == "lower"
}

/// What the fenced blocks of `language` hold.
fn blocks(markdown: &str, language: &str) -> Vec<String> {
    let (opening, mut blocks, mut open) = (format!("```{language}"), Vec::new(), false);
    for line in markdown.lines() {
        match blocks.last_mut() {
            _ if line == opening => {
                blocks.push(String::new());
                open = true;
            }
            _ if line == "```" => open = false,
            Some(block) if open => block.extend([line, "\n"]),
            _ => {}
        }
    }
    blocks
}

fn judge(rule: &Rule) -> Result<(), String> {
    let examples = examples(&rule.markdown());
    let [bad, good] = &examples[..] else {
        return Err(format!("{}: {} examples, not two", rule.name, examples.len()));
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

/// What is in the sections that show what is wrong and what is right, in whatever language: XML and shell
/// elsewhere is what the programs are asked.
fn examples(markdown: &str) -> Vec<Text> {
    let sections = ["## Example\n", "## Use instead\n"].into_iter().filter_map(|heading| {
        let (_, section) = markdown.split_once(heading)?;
        Some(section.split("\n## ").next().unwrap_or(section))
    });
    let of_section = |section| {
        let languages =
            [("kdl", Language::Kdl), ("xml", Language::Libvirt), ("sh", Language::Qemu)];
        languages.into_iter().flat_map(move |(fence, language)| {
            blocks(section, fence).into_iter().map(move |block| language.text(block))
        })
    };
    sections.flat_map(of_section).collect()
}

/// With `rule` on, even if it is off unless asked for.
fn findings(text: impl Into<Text>, rule: &Rule) -> Vec<Finding> {
    let mut settings = Settings::default();
    let name = rule.name.parse().expect("the rule exists");
    settings.levels.set(name, Level::On(rule.severity));
    check(text, FileId(0), &settings).findings
}
