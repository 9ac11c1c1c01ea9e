//! The project's own files: the corpus and the examples.

use std::path::{Path, PathBuf};

/// Every `.kdl` file below these folders of the project with its text, in order.
pub(crate) fn read(folders: &[&str]) -> Vec<(PathBuf, String)> {
    read_named(folders, "kdl")
}

/// Every file below these folders of the project whose name ends in `.extension`, with its text, in order.
pub(crate) fn read_named(folders: &[&str], extension: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("it is in the project");
    let mut pending: Vec<PathBuf> = folders.iter().map(|folder| root.join(folder)).collect();
    let mut files = Vec::new();
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.expect("the folder can be read").path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                files.push(path);
            }
        }
    }
    files.sort();
    assert!(!files.is_empty(), "no file in {folders:?}");
    let text = |path: &PathBuf| std::fs::read_to_string(path).expect("it can be read");
    files.iter().map(|path| (path.clone(), text(path))).collect()
}
