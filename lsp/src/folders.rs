//! The folders that the editor works in, and the files in them that need not be open.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::SystemTime;

use gen_lsp_types::{Range, SymbolKind, WorkspaceFoldersChangeEvent};
use iommulint_lang::parsed::Parsed;
use iommulint_lang::span::FileId;
use iommulint_lang::syntax::parse;
use iommulint_settings::{Project, paths_below};

use crate::outline::outline;
use crate::position::{Encoding, Index};
use crate::uri;

/// How many files and folders are looked at at most: an editor may well work in somebody's whole home.
const MOST_PATHS: usize = 50_000;
/// How many files are read at most.
const MOST_FILES: usize = 2000;
/// The longest file that is read, in bytes.
const LONGEST: u64 = 1 << 20;

/// The folders that the editor works in.
#[derive(Debug, Default)]
pub(crate) struct Folders {
    paths: Vec<PathBuf>,
    /// What was found in the files when they were last looked at.
    files: RefCell<HashMap<PathBuf, File>>,
}

/// A file on disk.
#[derive(Clone, Debug)]
struct File {
    state: State,
    symbols: Rc<[Symbol]>,
}

/// What of a file changes with its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct State {
    modified: Option<SystemTime>,
    length: u64,
}

/// Something with a name in a file.
#[derive(Clone, Debug)]
pub(crate) struct Symbol {
    /// Its name.
    pub(crate) name: String,
    /// What it is like.
    pub(crate) kind: SymbolKind,
    /// Where its name is.
    pub(crate) range: Range,
}

impl Folders {
    /// The folders at `paths`.
    pub(crate) fn new(paths: Vec<PathBuf>) -> Self {
        Self { paths, files: RefCell::default() }
    }

    /// The editor works in others.
    pub(crate) fn change(&mut self, event: &WorkspaceFoldersChangeEvent) {
        let removed: Vec<_> = event.removed.iter().filter_map(|it| uri::path(&it.uri)).collect();
        self.paths.retain(|path| !removed.contains(path));
        self.paths.extend(event.added.iter().filter_map(|folder| uri::path(&folder.uri)));
    }

    /// The symbols of the KDL files in the folders, but for those that a `.gitignore` or a configuration leaves out,
    /// by path. A file is read when it is new, or was changed since it was last read.
    pub(crate) fn symbols(
        &self,
        project: &Project,
        encoding: Encoding,
    ) -> Vec<(PathBuf, Rc<[Symbol]>)> {
        let mut known = self.files.take();
        let mut files = HashMap::new();
        let mut symbols = Vec::new();
        let paths = self.paths.iter().flat_map(|folder| paths_below(folder));
        let ours = paths.take(MOST_PATHS).flatten().filter(|path| is_kdl(path));
        for path in ours.filter(|path| !is_excluded(project, path)).take(MOST_FILES) {
            let Some(state) = State::of(&path) else { continue };
            let as_before = known.remove(&path).filter(|file| file.state == state);
            let Some(file) = as_before.or_else(|| File::read(&path, state, encoding)) else {
                continue;
            };
            // Folders may be in each other.
            if files.insert(path.clone(), file.clone()).is_none() {
                symbols.push((path, file.symbols));
            }
        }
        self.files.replace(files);
        symbols
    }
}

impl State {
    /// Of the file at `path`; none when it is none, or too long. A pipe would be waited for without end.
    fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok().filter(Metadata::is_file)?;
        let length = metadata.len();
        (length <= LONGEST).then(|| Self { modified: metadata.modified().ok(), length })
    }
}

impl File {
    fn read(path: &Path, state: State, encoding: Encoding) -> Option<Self> {
        let text = fs::read_to_string(path).ok()?;
        let index = Index::new(&text, encoding);
        let (tree, _) = parse(text, FileId(0));
        let symbols = outline(&Parsed::Kdl(tree)).into_iter().map(|item| Symbol {
            name: item.name,
            kind: item.kind,
            range: index.range(item.name_span),
        });
        Some(Self { state, symbols: symbols.collect() })
    }
}

fn is_kdl(path: &Path) -> bool {
    path.extension() == Some(OsStr::new("kdl"))
}

/// Whether the configuration for the file leaves it out; one that cannot be used leaves nothing out.
fn is_excluded(project: &Project, path: &Path) -> bool {
    project.of(path).is_ok_and(|settings| settings.excluded)
}
