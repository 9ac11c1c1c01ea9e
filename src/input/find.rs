//! Which files the command line names.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::{Input, Kind, Reading};

/// Says of a file whether it is left out. One that is named counts only when all do.
#[derive(Clone, Copy)]
pub(crate) struct Exclusion<'a> {
    /// Whether the file at this path is.
    pub(crate) excludes: &'a (dyn Fn(&Path) -> bool + Sync),
    /// Whether that goes for files that are named, too.
    pub(crate) named: bool,
}

impl Exclusion<'_> {
    /// Whether the file at `path`, which is named, is left out.
    pub(crate) fn leaves_out(&self, path: &Path) -> bool {
        self.named && (self.excludes)(path)
    }

    /// Nothing is left out.
    pub(crate) const NOTHING: Self = Self { excludes: &|_| false, named: false };
}

/// What was found, in the order of the command line; within a folder by path.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// What to read, each once.
    pub(crate) inputs: Vec<Input>,
    /// What is wrong with the paths.
    pub(crate) errors: Vec<String>,
    seen: HashSet<PathBuf>,
}

/// Finds the files that `paths` name: `-` is standard input, called `stdin_name`; a folder stands
/// for all `.kdl` files below it that `.gitignore` does not exclude; `kind` is what the user says
/// the named files are. Standard input is never left out: whoever asked for its text in another form
/// has to get it.
pub(crate) fn find(paths: &[PathBuf], reading: &Reading, exclusion: Exclusion<'_>) -> Found {
    let mut found = Found::default();
    for path in paths {
        if path.as_os_str() == "-" {
            if found.seen.insert(path.clone()) {
                found.inputs.push(Input::Stdin { name: reading.stdin_filename.clone() });
            }
        } else if path.is_dir() {
            found.folder(path, exclusion);
        } else if !exclusion.leaves_out(path) {
            found.named(path, reading.from);
        }
    }
    found
}

/// The one input that `path` names.
///
/// # Errors
///
/// When it is a folder, or of no kind that can be read.
pub(crate) fn one(path: &Path, reading: &Reading) -> Result<Input, String> {
    if path.is_dir() {
        return Err(format!("cannot read `{}`: it is a folder", path.display()));
    }
    let mut found = find(&[path.to_path_buf()], reading, Exclusion::NOTHING);
    let error = || found.errors.pop().unwrap_or_default();
    found.inputs.pop().ok_or_else(error)
}

impl Found {
    fn named(&mut self, path: &Path, kind: Option<Kind>) {
        // A name that is missing altogether is said when it is read.
        match kind.map_or_else(|| Kind::of(path), Ok) {
            Err(why) if path.exists() => {
                self.errors.push(format!("cannot check `{}`: {why}", path.display()));
            }
            Ok(Kind::Kdl) | Err(_) => self.add(path),
        }
    }

    fn folder(&mut self, folder: &Path, exclusion: Exclusion<'_>) {
        let errors_before = self.errors.len();
        let mut any = false;
        let walk = WalkBuilder::new(folder).require_git(false).sort_by_file_path(Ord::cmp).build();
        for entry in walk {
            match entry {
                Ok(entry) => {
                    let is_kdl = entry.path().extension() == Some(OsStr::new("kdl"));
                    // Through symbolic links; a pipe would be waited for without end.
                    if is_kdl && entry.path().is_file() {
                        any = true;
                        if !(exclusion.excludes)(entry.path()) {
                            self.add(entry.path());
                        }
                    }
                }
                Err(error) => self.errors.push(format!("cannot read a folder: {error}")),
            }
        }
        if !any && self.errors.len() == errors_before {
            self.errors.push(format!(
                "no `.kdl` file in `{}` (files that .gitignore excludes do not count)",
                folder.display()
            ));
        }
    }

    fn add(&mut self, path: &Path) {
        let plain = path.strip_prefix("./").unwrap_or(path).to_path_buf();
        if self.seen.insert(plain.clone()) {
            self.inputs.push(Input::File(plain));
        }
    }
}
