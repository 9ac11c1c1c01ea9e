//! Over the corpus of wrong files, fixing leaves what `corpus/left-after-fix.txt` lists, with the
//! reason why a machine cannot decide it.
//!
//! `UPDATE_EXPECTED=1 cargo test --test left_after_fix` writes the list anew; what is new on it gets a
//! `?` for the reason that must be given.

mod corpus_files;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use iommulint_lang::check::Settings;
use iommulint_lang::finding::Applicability;
use iommulint_lang::fix::fix;
use iommulint_lang::span::FileId;

/// A rule and a file.
type Place = (String, String);

const NO_REASON: &str = "?";

const HEAD: &str = "\
# What `check --fix --unsafe-fixes` leaves of corpus/err: rule, file, how many findings, and why a machine
# cannot decide it. Held to by lang/tests/left_after_fix.rs.
";

#[test]
fn what_fixing_leaves_has_a_reason() {
    let path = folder().join("left-after-fix.txt");
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let reasons = reasons(&committed);
    let list = list(&left(), &reasons);
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        std::fs::write(&path, list).expect("the list can be written");
        return;
    }
    assert_eq!(committed, list, "the list is not as it was");
    let without: Vec<_> = reasons.iter().filter(|(_, reason)| *reason == NO_REASON).collect();
    assert!(without.is_empty(), "no reason is given for {without:#?}");
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("it is in the project").join("corpus")
}

/// How many findings of each rule are left in each file.
fn left() -> BTreeMap<Place, usize> {
    let errors = folder().join("err");
    let mut left = BTreeMap::new();
    for (path, text) in corpus_files::read(&["corpus/err"]) {
        let file = path.strip_prefix(&errors).expect("it was found there").display().to_string();
        let fixed = fix(text, FileId(0), &Settings::default(), Applicability::Unsafe);
        for finding in fixed.analysis.findings {
            *left.entry((finding.rule.to_owned(), file.clone())).or_default() += 1;
        }
    }
    left
}

/// The reasons that a list gives.
fn reasons(list: &str) -> BTreeMap<Place, String> {
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| {
            let (place, reason) = line.split_once(": ")?;
            let mut words = place.split(' ');
            let place = (words.next()?.to_owned(), words.next()?.to_owned());
            Some((place, reason.to_owned()))
        })
        .collect()
}

fn list(left: &BTreeMap<Place, usize>, reasons: &BTreeMap<Place, String>) -> String {
    let mut list = HEAD.to_owned();
    for (place, count) in left {
        let (rule, file) = place;
        let reason = reasons.get(place).map_or(NO_REASON, String::as_str);
        writeln!(list, "{rule} {file} {count}: {reason}").expect("a string takes it");
    }
    list
}
