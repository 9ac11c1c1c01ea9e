//! What holds of fixing any file: fixed once it is fixed, no error is added, no comment is lost.

mod corpus_files;
mod random_files;

use std::collections::HashMap;

use iommulint_lang::check::{Analysis, Settings, check};
use iommulint_lang::finding::{Applicability, Severity};
use iommulint_lang::fix::{Fixed, fix};
use iommulint_lang::span::FileId;
use iommulint_lang::syntax;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// How far to go.
const ALL: [Applicability; 2] = [Applicability::Safe, Applicability::Unsafe];

#[test]
fn every_file_of_the_project() {
    let files = corpus_files::read(&["corpus", "examples"]);
    let mut done = 0;
    for (path, text) in &files {
        for most in ALL {
            done += judge(text, most, &path.display().to_string()).applied.len();
        }
    }
    assert!(done > 100, "only {done} fixes applied");
}

#[test]
fn a_right_file_is_left_alone() {
    for (path, text) in corpus_files::read(&["corpus/ok", "corpus/lower", "examples"]) {
        let has_note = !check(text.as_str(), FileId(0), &Settings::default()).findings.is_empty();
        let most = if has_note { Applicability::Safe } else { Applicability::Unsafe };
        let fixed = fixed(&text, most);
        assert_eq!(fixed.text, text, "{}: {:?}", path.display(), fixed.applied);
    }
}

/// Here a `}` is put in, found to be one too many and taken out again, on and on.
#[test]
fn fixes_that_undo_each_other_come_to_an_end() {
    const TEXT: &str = "vm \"a\" {\n    numa {\n        cell 0 // {    }\n}\n\nvm \"b\" {\n    \
                        vsmmu \"s\" {\n        hostdev \"a\" // {    }\n}\n";
    for most in ALL {
        judge(TEXT, most, TEXT);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_arrangement_of_the_vocabulary(text in random_files::valid_kdl()) {
        for most in ALL {
            judge(&text, most, &text);
        }
    }

    #[test]
    fn any_damage_to_a_file(text in damaged()) {
        for most in ALL {
            judge(&text, most, &text);
        }
    }

    #[test]
    fn any_text(text in "\\PC*") {
        for most in ALL {
            judge_outcome(&text, most, &text);
        }
    }
}

/// Fixes `text` and holds the outcome to what must be true of it.
fn judge(text: &str, most: Applicability, name: &str) -> Fixed {
    let fixed = judge_outcome(text, most, name);
    for (comment, times) in comments(text) {
        let is_suppression = comment.contains("iommulint:");
        // It may have become a part of a comment.
        let is_kept = fixed.text.matches(&comment).count() >= times;
        let (done, text) = (&fixed.applied, &fixed.text);
        assert!(is_kept || is_suppression, "{most:?}: lost `{comment}` of {name}: {done:?} {text}");
    }
    fixed
}

fn judge_outcome(text: &str, most: Applicability, name: &str) -> Fixed {
    let before = check(text, FileId(0), &Settings::default());
    let fixed = fixed(text, most);
    let again = fixed_text(&fixed.text, most);
    assert_eq!(again, fixed.text, "{most:?}: a second time of {name}");
    let after = &fixed.analysis;
    assert_eq!(after.parsed.text(), fixed.text, "{name}");
    assert!(errors(after) <= errors(&before), "{most:?}: {name}: {:#?}", fixed.text);
    assert_eq!(fixed.applied.is_empty(), fixed.text == text, "{most:?}: {name}");
    fixed
}

/// Errors by what they are about; those of the first hide others.
fn errors(analysis: &Analysis) -> [usize; 3] {
    let mut numbers = [0; 3];
    for finding in analysis.findings.iter().filter(|f| f.severity == Severity::Error) {
        let group = finding.rule.split('/').next();
        numbers[match group {
            Some("syntax") => 0,
            Some("schema") => 1,
            _ => 2,
        }] += 1;
    }
    numbers
}

/// How often each comment stands in the text.
fn comments(text: &str) -> HashMap<String, usize> {
    let (tree, _) = syntax::parse(text, FileId(0));
    let mut comments = HashMap::new();
    for comment in tree.comments() {
        *comments.entry(comment.text.to_owned()).or_default() += 1;
    }
    comments
}

fn fixed(text: &str, most: Applicability) -> Fixed {
    fix(text, FileId(0), &Settings::default(), most)
}

fn fixed_text(text: &str, most: Applicability) -> String {
    fixed(text, most).text
}

/// A file of the corpus of which some pieces were replaced.
fn damaged() -> impl Strategy<Value = String> {
    const PIECES: [&str; 22] = [
        "",
        " ",
        "\n",
        "{",
        "}",
        "=",
        ";",
        "\"",
        "true",
        "#true",
        "7",
        "252",
        "// c\n",
        "/* c */",
        "/-",
        "busNr",
        "pxb",
        "hostdev \"x\" host=\"0000:00:01.0\"",
        "iommufd \"y\"",
        "bus-nr=8",
        "\n// iommulint: allow pci/bus-window, pci/index-gap -- r\n",
        "\"4GB\"",
    ];
    let files: Vec<String> =
        corpus_files::read(&["corpus", "examples"]).into_iter().map(|(_, text)| text).collect();
    let damage = (any::<Index>(), 0..12_usize, select(&PIECES[..]));
    let damages = proptest::collection::vec(damage, 1..5);
    (select(files), damages).prop_map(|(mut text, damages)| {
        for (at, length, piece) in damages {
            let start = text.floor_char_boundary(at.index(text.len() + 1));
            let end = text.ceil_char_boundary((start + length).min(text.len()));
            text.replace_range(start..end, piece);
        }
        text
    })
}
