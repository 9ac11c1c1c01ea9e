//! A file that is checked again and again while it is edited: the same is found as if it were new each time.

mod corpus_files;

use std::path::PathBuf;
use std::sync::OnceLock;

use iommulint_lang::check::{Analysis, Settings, check, check_again};
use iommulint_lang::language::Language;
use iommulint_lang::span::FileId;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

/// Of each language. Read once.
fn files(language: Language) -> &'static [(PathBuf, String)] {
    static FILES: [OnceLock<Vec<(PathBuf, String)>>; 3] = [const { OnceLock::new() }; 3];
    match language {
        Language::Kdl => FILES[0].get_or_init(|| corpus_files::read(&["corpus/ok", "corpus/err"])),
        Language::Libvirt => {
            FILES[1].get_or_init(|| corpus_files::read_named(&["corpus/xml"], "xml"))
        }
        Language::Qemu => {
            FILES[2].get_or_init(|| corpus_files::read_named(&["corpus/argv"], "args"))
        }
    }
}

/// What is done to a text.
#[derive(Clone, Debug)]
enum Change {
    /// A character is typed.
    Typed(Index, char),
    /// A line is removed.
    Removed(Index),
    /// A line is copied somewhere else.
    Copied(Index, Index),
    /// All of it is taken back.
    Undone,
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (any::<Index>(), prop::sample::select(" \n\"{}=/;#x05\u{1F4A1}".chars().collect::<Vec<_>>()))
            .prop_map(|(place, typed)| Change::Typed(place, typed)),
        2 => any::<Index>().prop_map(Change::Removed),
        2 => (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Change::Copied(from, to)),
        3 => Just(Change::Undone),
    ]
}

fn changed(text: &str, change: &Change, first: &str) -> String {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    match change {
        Change::Undone => return first.to_owned(),
        Change::Typed(place, typed) => {
            let mut text = text.to_owned();
            let mut at = place.index(text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            text.insert(at, *typed);
            return text;
        }
        Change::Removed(line) if !lines.is_empty() => drop(lines.remove(line.index(lines.len()))),
        Change::Copied(from, to) if !lines.is_empty() => {
            lines.insert(to.index(lines.len()), lines[from.index(lines.len())]);
        }
        Change::Removed(_) | Change::Copied(..) => {}
    }
    lines.concat()
}

fn same(again: &Analysis, anew: &Analysis) -> bool {
    let of_vms = |analysis: &Analysis| -> Vec<bool> {
        (0..analysis.topology.vms.len()).map(|vm| analysis.checked(vm).is_some()).collect()
    };
    again.findings == anew.findings
        && again.not_run == anew.not_run
        && again.topology == anew.topology
        && of_vms(again) == of_vms(anew)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn an_edited_file_is_judged_as_a_new_one(
        language in prop::sample::select(Language::ALL.to_vec()),
        seeds in vec(any::<Index>(), 1..4),
        changes in vec(change(), 1..8),
    ) {
        let files = files(language);
        let first = if language == Language::Kdl {
            seeds.iter().map(|seed| seed.get(files).1.as_str()).collect()
        } else {
            seeds[0].get(files).1.clone()
        };
        let settings = Settings::default();
        let mut text = first.clone();
        let mut before = check(language.text(text.as_str()), FileId(0), &settings);
        for change in &changes {
            text = changed(&text, change, &first);
            let text = || language.text(text.as_str());
            let again = check_again(text(), FileId(0), &settings, Some(&before));
            let anew = check(text(), FileId(0), &settings);
            prop_assert!(same(&again, &anew), "{change:?} gives\n{}\n{:#?}\n{:#?}", text().text, again.findings, anew.findings);
            before = again;
        }
    }
}
