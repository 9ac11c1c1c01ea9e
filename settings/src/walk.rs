//! What is in a folder.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

/// Everything in `folder` and below that `.gitignore` does not exclude, by path: files, folders, and whatever else
/// there is. Symbolic links to folders are not followed. What goes wrong is said in words, and the rest follows.
pub fn paths_below(folder: &Path) -> impl Iterator<Item = Result<PathBuf, String>> {
    let walk = WalkBuilder::new(folder).require_git(false).sort_by_file_path(Ord::cmp).build();
    walk.map(|entry| match entry {
        Ok(entry) => Ok(entry.into_path()),
        Err(error) => Err(format!("cannot read a folder: {error}")),
    })
}
