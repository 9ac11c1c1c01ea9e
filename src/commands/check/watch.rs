//! Checking again and again, while files change.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use iommulint_lang::language::Language;
use iommulint_settings::FILE_NAME;
use notify::event::{EventKind, ModifyKind};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};

/// An editor may write a file in several steps, and a checkout many files: changes this close together are one.
const TOGETHER: Duration = Duration::from_millis(50);
/// Something may change all the time.
const PATIENCE: Duration = Duration::from_secs(1);

/// What tells of changes to what is checked.
pub(super) struct Watch {
    watcher: RecommendedWatcher,
    events: Receiver<notify::Result<Event>>,
    watched: BTreeSet<PathBuf>,
    /// The folders that the command line names: files below them may come and go.
    folders: Vec<PathBuf>,
    /// The names of the files that the command line names, and of the configuration files.
    names: BTreeSet<OsString>,
}

impl Watch {
    /// Looks at what the command line names: at a folder with all below, and at the folder of a file, as editors put
    /// a new file in the place of the old one.
    ///
    /// # Errors
    ///
    /// When the system cannot tell of changes there, or of those of standard input.
    pub(super) fn new(paths: &[PathBuf]) -> Result<Self, String> {
        if paths.iter().any(|path| path.as_os_str() == "-") {
            return Err("standard input cannot be watched: name a file".to_owned());
        }
        let (send, events) = channel();
        let watcher = notify::recommended_watcher(send).map_err(|why| cannot(&why))?;
        let (folders, files): (Vec<&PathBuf>, _) = paths.iter().partition(|path| path.is_dir());
        let folders: Vec<PathBuf> = folders.into_iter().map(|path| canonical(path)).collect();
        let names = BTreeSet::from([FILE_NAME.into()]);
        let mut this = Self { watcher, events, watched: BTreeSet::new(), folders, names };
        for folder in this.folders.clone() {
            this.add(folder, RecursiveMode::Recursive)?;
        }
        files.into_iter().try_for_each(|path| this.look_at(path))?;
        Ok(this)
    }

    /// Looks from now on at the file at `path`, too.
    ///
    /// # Errors
    ///
    /// When the system cannot tell of changes there.
    pub(super) fn look_at(&mut self, path: &Path) -> Result<(), String> {
        self.names.extend(path.file_name().map(OsString::from));
        let folder = match path.parent() {
            Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
            Some(folder) => folder,
            None => path,
        };
        // The check says that it is not there.
        if !folder.is_dir() {
            return Ok(());
        }
        self.add(canonical(folder), RecursiveMode::NonRecursive)
    }

    /// Waits until something has changed that a check could see.
    ///
    /// # Errors
    ///
    /// When the system cannot tell of changes any more.
    pub(super) fn wait(&self) -> Result<(), String> {
        loop {
            let event = self.events.recv().map_err(|why| why.to_string())?;
            if self.concerns(&event.map_err(|why| cannot(&why))?) {
                let end = Instant::now() + PATIENCE;
                while self.events.recv_timeout(TOGETHER).is_ok() && Instant::now() < end {}
                return Ok(());
            }
        }
    }

    fn add(&mut self, folder: PathBuf, mode: RecursiveMode) -> Result<(), String> {
        if !self.watched.contains(&folder) {
            self.watcher.watch(&folder, mode).map_err(|why| cannot(&why))?;
            self.watched.insert(folder);
        }
        Ok(())
    }

    fn concerns(&self, event: &Event) -> bool {
        let is_change = match event.kind {
            // Another owner, say, or another time.
            EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(_)) => false,
            _ => event.paths.iter().any(|path| self.concerns_path(path)),
        };
        is_change || event.need_rescan()
    }

    fn concerns_path(&self, path: &Path) -> bool {
        let is_named = path.file_name().is_some_and(|name| self.names.contains(name));
        let below = self.folders.iter().find_map(|folder| path.strip_prefix(folder).ok());
        is_named || below.is_some_and(may_hold_ours)
    }
}

/// Whether this path in a folder that is checked could be a file of ours, or have some below.
fn may_hold_ours(path: &Path) -> bool {
    let is_of_git = path.components().any(|part| part == Component::Normal(".git".as_ref()));
    // What has no extension may be, or have been, a folder, or says which files are ignored.
    let is_ours = path.extension().is_none_or(|extension| {
        extension.to_str().is_some_and(|it| Language::of_extension(it).is_some())
    });
    is_ours && !is_of_git
}

/// The path as the system tells it.
fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}

fn cannot(why: &notify::Error) -> String {
    format!("cannot watch for changes: {why}")
}
