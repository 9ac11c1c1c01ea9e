//! What becomes of each `corpus/fix/NAME.kdl`: `NAME.fixed.kdl` by its safe fixes, and
//! `NAME.unsafe-fixed.kdl` by the unsafe ones too.
//!
//! `UPDATE_EXPECTED=1 cargo test --test fix_corpus` writes the files anew: look at the difference
//! before committing it.

mod corpus_files;

use std::path::Path;

use iommulint_lang::check::Settings;
use iommulint_lang::finding::Applicability;
use iommulint_lang::fix::fix;
use iommulint_lang::span::FileId;

#[test]
fn each_file_is_fixed_as_committed() {
    let files = corpus_files::read(&["corpus/fix"]);
    let is_outcome = |path: &Path| path.to_string_lossy().ends_with("fixed.kdl");
    let mut wrong = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| !is_outcome(path)) {
        for (most, extension) in
            [(Applicability::Safe, "fixed.kdl"), (Applicability::Unsafe, "unsafe-fixed.kdl")]
        {
            let fixed = fix(text.as_str(), FileId(0), &Settings::default(), most).text;
            let outcome = path.with_extension(extension);
            if std::env::var_os("UPDATE_EXPECTED").is_some() {
                std::fs::write(&outcome, fixed).expect("it can be written");
            } else if std::fs::read_to_string(&outcome).ok().as_deref() != Some(fixed.as_str()) {
                wrong.push(format!("{}:\n{fixed}", outcome.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "not as committed:\n{}", wrong.join("\n"));
}
