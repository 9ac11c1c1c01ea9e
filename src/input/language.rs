//! Which files are in a language that a command reads.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use iommulint_lang::language::Language;

/// The languages that a command reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Languages {
    /// iommulint's own only.
    Kdl,
    /// All there are.
    All,
}

/// How much of a file is read to tell what it is.
const BEGINNING: u64 = 64 * 1024;

impl Languages {
    /// The language of the file at `path`, which is named: what the user says it is, else what its name says.
    ///
    /// # Errors
    ///
    /// When its name says nothing, or it is in a language that is not read.
    pub(crate) fn named(self, path: &Path, told: Option<Language>) -> Result<Language, String> {
        match told.or_else(|| by_name(path)) {
            Some(language) if self.has(language) => Ok(language),
            Some(_) => Err("it is no `.kdl` file, and only those are read here".to_owned()),
            None if self == Self::Kdl => {
                Err("its name does not end in `.kdl`; say `--from kdl` if it is KDL".to_owned())
            }
            None => Err("its name ends in none of `.kdl`, `.xml`, `.args`, `.sh`; say `--from kdl`, `--from libvirt` or \
                         `--from qemu`"
                .to_owned()),
        }
    }

    /// The language of the file at `path`, which was found in a folder; none when it is not one for us. Many files
    /// are XML or shell scripts, and other programs are configured in KDL, too.
    pub(crate) fn found(self, path: &Path) -> Option<Language> {
        let language = by_name(path).filter(|language| self.has(*language))?;
        let is_ours = match (language, path.extension().and_then(OsStr::to_str)) {
            (Language::Kdl | Language::Libvirt, _) => begins_in(language, path),
            (Language::Qemu, Some("sh")) => names_qemu(path),
            _ => true,
        };
        is_ours.then_some(language)
    }

    fn has(self, language: Language) -> bool {
        self == Self::All || language == Language::Kdl
    }

    /// What no file in a folder is, when there is none.
    pub(crate) const fn none_found(self) -> &'static str {
        match self {
            Self::Kdl => "no `.kdl` file with a vm",
            Self::All => "no `.kdl` file with a vm, libvirt domain or QEMU command line",
        }
    }
}

fn by_name(path: &Path) -> Option<Language> {
    Language::of_extension(path.extension()?.to_str()?)
}

/// Whether the file begins as one of ours in `language` does. What cannot be read is said when it is checked.
fn begins_in(language: Language, path: &Path) -> bool {
    beginning(path).is_none_or(|beginning| language.concerns(&beginning))
}

/// Whether a script runs QEMU, as far as one can see.
fn names_qemu(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return true };
    let mut lines = BufReader::new(file).split(b'\n').map_while(Result::ok);
    lines.any(|line| Language::Qemu.concerns(&String::from_utf8_lossy(&line)))
}

fn beginning(path: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(BEGINNING).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
