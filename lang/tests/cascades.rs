//! One slip of the pen is one finding, wherever in a file it happens.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod corpus_files;

use std::fmt::Write as _;

use iommulint_lang::check::{Settings, check};
use iommulint_lang::finding::Severity;
use iommulint_lang::span::FileId;

#[test]
fn a_brace_less_is_one_finding() {
    each_slip(|text| {
        let braces = text.match_indices(['{', '}']);
        braces.map(|(at, _)| format!("{}{}", &text[..at], &text[at + 1..])).collect()
    });
}

#[test]
fn the_first_line_of_a_block_twice_is_one_finding() {
    each_slip(|text| {
        let lines = text.split_inclusive('\n').filter(|line| line.ends_with("{\n"));
        lines.map(|line| text.replacen(line, &line.repeat(2), 1)).collect()
    });
}

#[test]
fn an_equals_sign_less_is_one_finding() {
    each_slip(|text| {
        // Not those in comments.
        let equals =
            text.match_indices('=').filter(|(at, _)| !line_before(text, *at).contains("//"));
        equals.map(|(at, _)| format!("{}{}", &text[..at], &text[at + 1..])).collect()
    });
}

#[test]
fn a_misspelt_name_is_one_finding() {
    each_slip(|text| {
        let names = ["target ", "vm ", "vsmmu ", "hostdev ", "root-port ", "machine=", "host="];
        let places = names.iter().flat_map(|name| text.match_indices(name));
        let places = places.filter(|(at, _)| !line_before(text, *at).contains("//"));
        places.map(|(at, _)| format!("{}x{}", &text[..at], &text[at..])).collect()
    });
}

/// Where no line is indented nothing tells where a brace belongs.
#[test]
fn what_stands_where_is_no_mistake_where_a_brace_is_missing() {
    let text = "vm \"a\" machine=\"virt\" {\niommufd \"i\"\nvsmmu \"s\" iommufd=\"i\" {\n\
                hostdev \"a\" host=\"0009:01:00.0\"\nvsmmu \"t\" iommufd=\"i\" {\n\
                hostdev \"b\" host=\"0019:01:00.0\"\n}\nmmio-window \"2TiB\"\n}\n";
    assert_eq!(rules_of(text), ["syntax/missing-brace"]);
}

/// They name no type, so there is none to be refused as well.
#[test]
fn a_value_in_parentheses_is_one_finding() {
    for hostdev in
        ["\"gpu0\" host=(\"0009:01:00.0\")", "\"gpu0\" (x) host=\"0009:01:00.0\"", "(\"gpu0\")"]
    {
        let text = format!(
            "vm \"a\" machine=\"virt\" {{\n    iommufd \"i\"\n    vsmmu \"s\" iommufd=\"i\" {{\n        \
             hostdev {hostdev}\n    }}\n}}\n"
        );
        assert_eq!(rules_of(&text), ["syntax/bad-type-annotation"], "{text}");
    }
}

/// Every text that `slips` makes of an example gives one finding.
fn each_slip(slips: impl Fn(&str) -> Vec<String>) {
    let (mut tried, mut wrong) = (0, String::new());
    for (file, text) in corpus_files::read(&["examples"]) {
        for slip in slips(&text) {
            tried += 1;
            let rules = rules_of(&slip);
            if rules.len() != 1 {
                writeln!(wrong, "{}: {rules:?}\n{slip}", file.display()).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    println!("{tried} slips gave one finding each");
}

/// The rules of the findings, notes aside.
fn rules_of(text: &str) -> Vec<&'static str> {
    let findings = check(text, FileId(0), &Settings::default()).findings;
    let findings = findings.iter().filter(|finding| finding.severity != Severity::Note);
    findings.map(|finding| finding.rule).collect()
}

fn line_before(text: &str, at: usize) -> &str {
    text[..at].lines().next_back().unwrap_or("")
}
