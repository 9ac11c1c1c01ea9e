//! Holds what the cases in `corpus/lower/` lower to, to the files that stand beside them.
//!
//! Each `NAME.kdl` has `NAME.args` and `NAME.xml`, and may have `NAME.whole.args`,
//! `NAME.stand-in.args` and `NAME.domain.xml`. With `UPDATE_EXPECTED=1` they are written anew: read the diff.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use iommulint_lang::check::{Checked, Settings, check};
use iommulint_lang::lower::{Argument, Style, libvirt, qemu, render};
use iommulint_lang::span::FileId;

type Lower = fn(&Checked<'_>) -> String;

/// What a file beside a case holds, by the end of its name, and whether every case has one.
const OUTPUTS: [(&str, Lower, bool); 5] = [
    ("args", fragment, true),
    ("xml", libvirt::devices, true),
    ("whole.args", whole, false),
    ("stand-in.args", stand_in, false),
    ("domain.xml", libvirt::domain, false),
];

#[test]
fn every_case_lowers_to_what_stands_beside_it() {
    let bless = std::env::var_os("UPDATE_EXPECTED").is_some();
    let cases = cases();
    assert!(cases.len() > 10, "only {} cases", cases.len());
    let mut wrong = String::new();
    for case in &cases {
        let text = std::fs::read_to_string(case).unwrap();
        let analysis = check(text, FileId(0), &Settings::default());
        let Some(checked) = analysis.checked(0) else {
            panic!("{}: {:#?}", case.display(), analysis.findings)
        };
        for (end, lower, everywhere) in OUTPUTS {
            let file = case.with_extension(end);
            if !everywhere && !file.exists() {
                continue;
            }
            let lowered = lower(&checked);
            if bless {
                std::fs::write(&file, lowered).unwrap();
            } else if std::fs::read_to_string(&file).ok().as_ref() != Some(&lowered) {
                wrong.extend([&format!("{} should be:\n", file.display()), &lowered, "\n"]);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_style_says_the_same() {
    for case in cases() {
        let text = std::fs::read_to_string(&case).unwrap();
        let analysis = check(text, FileId(0), &Settings::default());
        let checked = analysis.checked(0).unwrap();
        let arguments = qemu::arguments(&checked, qemu::Options::default());
        let words: Vec<&str> = arguments.iter().flat_map(Argument::words).collect();
        let nul = render(None, &arguments, Style::Nul);
        assert_eq!(nul.split_terminator('\0').collect::<Vec<_>>(), words);
        assert_eq!(shell_words(&render(None, &arguments, Style::Shell)), words);
    }
}

/// Reads words as a shell does: plain ones, `'…'`, and `\'` between.
fn shell_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match c {
            '\'' => {
                word.get_or_insert_default().extend(characters.by_ref().take_while(|&c| c != '\''));
            }
            '\\' => word.get_or_insert_default().extend(characters.next()),
            ' ' | '\n' => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

fn fragment(checked: &Checked<'_>) -> String {
    let arguments = qemu::arguments(checked, qemu::Options::default());
    render(None, &arguments, Style::Shell)
}

fn whole(checked: &Checked<'_>) -> String {
    let arguments = qemu::arguments(checked, qemu::Options { whole: true, stand_in: false });
    render(Some(qemu::program(checked)), &arguments, Style::Shell)
}

fn stand_in(checked: &Checked<'_>) -> String {
    let arguments = qemu::arguments(checked, qemu::Options { whole: true, stand_in: true });
    render(Some(qemu::program(checked)), &arguments, Style::Shell)
}

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus/lower");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|e| e == "kdl")).collect();
    cases.sort();
    cases
}
