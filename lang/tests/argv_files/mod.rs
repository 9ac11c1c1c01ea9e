//! The command lines of the corpus, and the marks in those that are wrong.
//!
//! A mark is a line `# ^^^ rule` under the one it speaks of, with the carets under the exact span. As no comment can
//! stand between the lines of one command, the marks are taken out before a file is read.

use std::path::{Path, PathBuf};

/// Line (from 1, marks not counted), first and last column (from 1, in characters, inclusive), rule.
pub(crate) type Mark = (usize, usize, usize, String);

/// The text without its marks, and these.
pub(crate) fn without_marks(text: &str) -> (String, Vec<Mark>) {
    let (mut kept, mut marks, mut lines) = (String::new(), Vec::new(), 0);
    for line in text.split_inclusive('\n') {
        if let Some((first, last, rule)) = mark_of_line(line) {
            marks.push((lines, first, last, rule.to_owned()));
        } else {
            kept.push_str(line);
            lines += 1;
        }
    }
    marks.sort();
    (kept, marks)
}

/// First and last column and the rule, if the line is a mark.
fn mark_of_line(line: &str) -> Option<(usize, usize, &str)> {
    let comment = line.trim_start().strip_prefix('#')?;
    let (carets, rule) = comment.trim_start().split_once(' ')?;
    if carets.is_empty() || carets.bytes().any(|b| b != b'^') {
        return None;
    }
    let first = line.find('^')? + 1;
    Some((first, first + carets.len() - 1, rule.trim()))
}

/// Every file of `corpus/argv/FOLDER` with its text, in order.
pub(crate) fn read(folder: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus/argv").join(folder);
    let entries = std::fs::read_dir(folder).expect("the corpus is there");
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    paths.sort();
    assert!(paths.len() > 5, "{paths:?}");
    let text = |path: &PathBuf| std::fs::read_to_string(path).expect("it can be read");
    paths.iter().map(|path| (path.clone(), text(path))).collect()
}
