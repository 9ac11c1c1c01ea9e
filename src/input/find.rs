//! Which files the command line names.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use iommulint_lang::language::Language;
use iommulint_settings::paths_below;

use super::{Input, Languages, Reading};

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
/// for all files below it in one of the `languages` that `.gitignore` does not exclude. Standard input is never left out: whoever asked for its text in another form
/// has to get it.
pub(crate) fn find(
    paths: &[PathBuf],
    reading: &Reading,
    languages: Languages,
    exclusion: Exclusion<'_>,
) -> Found {
    let mut found = Found::default();
    for path in paths {
        if path.as_os_str() == "-" {
            if found.seen.insert(path.clone()) {
                let name = reading.stdin_filename.clone();
                // A name that says nothing is that of a text in our own language.
                let language = languages.named(Path::new(&name), reading.from);
                let language = language.unwrap_or_default();
                found.inputs.push(Input::Stdin { name, language });
            }
        } else if path.is_dir() {
            found.folder(path, languages, exclusion);
        } else if !exclusion.leaves_out(path) {
            found.named(path, languages.named(path, reading.from));
        }
    }
    found
}

/// The one input that `path` names.
///
/// # Errors
///
/// When it is a folder, or of no kind that can be read.
pub(crate) fn one(path: &Path, reading: &Reading, languages: Languages) -> Result<Input, String> {
    if path.is_dir() {
        return Err(format!("cannot read `{}`: it is a folder", path.display()));
    }
    let mut found = find(&[path.to_path_buf()], reading, languages, Exclusion::NOTHING);
    let error = || found.errors.pop().unwrap_or_default();
    found.inputs.pop().ok_or_else(error)
}

impl Found {
    fn named(&mut self, path: &Path, language: Result<Language, String>) {
        // A name that is missing altogether is said when it is read.
        match language {
            Err(why) if path.exists() => {
                self.errors.push(format!("cannot check `{}`: {why}", path.display()));
            }
            Ok(language) => self.add(path, language),
            Err(_) => self.add(path, Language::default()),
        }
    }

    fn folder(&mut self, folder: &Path, languages: Languages, exclusion: Exclusion<'_>) {
        let errors_before = self.errors.len();
        let mut any = false;
        for found in paths_below(folder) {
            match found {
                Ok(path) => {
                    // Through symbolic links; a pipe would be waited for without end.
                    let is_file = path.extension().is_some() && path.is_file();
                    let language = if is_file { languages.found(&path) } else { None };
                    if let Some(language) = language {
                        any = true;
                        if !(exclusion.excludes)(&path) {
                            self.add(&path, language);
                        }
                    }
                }
                Err(why) => self.errors.push(why),
            }
        }
        if !any && self.errors.len() == errors_before {
            self.errors.push(format!(
                "{} in `{}` (files that .gitignore excludes do not count)",
                languages.none_found(),
                folder.display()
            ));
        }
    }

    fn add(&mut self, path: &Path, language: Language) {
        let plain = path.strip_prefix("./").unwrap_or(path).to_path_buf();
        if self.seen.insert(plain.clone()) {
            self.inputs.push(Input::File { path: plain, language });
        }
    }
}
