//! The one place that decides which file is checked with which settings.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use iommulint_lang::check::{RequestedTarget, Selection, Settings};

use crate::FILE_NAME;
use crate::configuration::{Configuration, Said};
use crate::error::ConfigError;
use crate::host::Host;
use crate::paths::absolute;

/// What is given beside the configuration files, and wins over them: by the command line, or by the
/// settings of an editor.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// The one configuration file for everything; none is looked for then.
    pub config: Option<PathBuf>,
    /// Whether there is to be no configuration file at all; wins over `config`.
    pub isolated: bool,
    /// The releases to judge against.
    pub target: RequestedTarget,
    /// The rules whose findings are wanted.
    pub selection: Selection,
    /// The host snapshot.
    pub host: Option<PathBuf>,
}

/// The settings of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSettings {
    /// How it is checked.
    pub check: Settings,
    /// The snapshot of the host its vms run on; absolute. It need not exist.
    pub host: Option<PathBuf>,
    /// Whether the configuration leaves it out. Somebody who names the file may want it all the same.
    pub excluded: bool,
    /// The configuration file this comes from; absolute.
    pub configuration: Option<PathBuf>,
}

/// Answers for every path. Configuration files are read when they are first needed, and kept; it may
/// be asked from several threads at once.
#[derive(Debug)]
pub struct Project {
    current_dir: PathBuf,
    given: Given,
    /// The configuration for the files of each folder that was asked for, and of those above.
    of_folders: RwLock<HashMap<PathBuf, Found>>,
    /// The snapshots that were asked for, by their paths.
    hosts: RwLock<HashMap<PathBuf, FoundHost>>,
}

/// A configuration, none, or one that cannot be used.
type Found = Result<Option<Arc<Configuration>>, ConfigError>;
/// A snapshot, none, or one that cannot be used.
type FoundHost = Result<Option<Arc<Host>>, ConfigError>;

impl Project {
    /// The files as seen from `current_dir`, which is absolute.
    #[must_use]
    pub fn new(current_dir: &Path, given: Given) -> Self {
        let current_dir = absolute(Path::new("/"), current_dir);
        Self { current_dir, given, of_folders: RwLock::default(), hosts: RwLock::default() }
    }

    /// The settings of the file at `path`, relative to the current folder or absolute. The file need
    /// not exist: for standard input it is the name that standard input is given.
    ///
    /// # Errors
    ///
    /// When the configuration for it cannot be used; every file it is for gets the same error.
    pub fn of(&self, path: &Path) -> Result<FileSettings, ConfigError> {
        let path = absolute(&self.current_dir, path);
        let configuration = self.configuration_for(&path)?;
        let Said { check, host, excluded } =
            configuration.as_ref().map(|found| found.of(&path)).unwrap_or_default();
        let Given { target, selection, host: given_host, .. } = &self.given;
        let given_host = given_host.as_ref().map(|host| absolute(&self.current_dir, host));
        Ok(FileSettings {
            check: Settings { target: *target, selection: selection.clone(), ..check },
            host: given_host.or(host),
            excluded,
            configuration: configuration.map(|found| found.path().to_path_buf()),
        })
    }

    /// The host snapshot at `path`, an absolute one; none when there is no such file. It is read when it is first
    /// asked for, and kept.
    ///
    /// # Errors
    ///
    /// When it cannot be used.
    pub fn host(&self, path: &Path) -> Result<Option<Arc<Host>>, ConfigError> {
        if let Some(found) = read(&self.hosts).get(path) {
            return found.clone();
        }
        let found = Host::read(path).map(|host| host.map(Arc::new));
        write(&self.hosts).insert(path.to_path_buf(), found.clone());
        found
    }

    /// Forgets every configuration and every snapshot that was read: one of them was changed, or a new one is there.
    pub fn forget(&self) {
        write(&self.of_folders).clear();
        write(&self.hosts).clear();
    }

    fn configuration_for(&self, path: &Path) -> Found {
        if self.given.isolated {
            return Ok(None);
        }
        if let Some(config) = &self.given.config {
            let config = absolute(&self.current_dir, config);
            return self.known(&config).unwrap_or_else(|| {
                self.keep(&[&config], Configuration::read(&config).map(|it| Some(Arc::new(it))))
            });
        }
        // The folder of what has no folder is the root.
        let folder = path.parent().unwrap_or(path);
        let mut unknown = Vec::new();
        for folder in folder.ancestors() {
            if let Some(found) = self.known(folder) {
                return self.keep(&unknown, found);
            }
            unknown.push(folder);
            if let Some(found) = in_folder(folder) {
                return self.keep(&unknown, found.map(|it| Some(Arc::new(it))));
            }
        }
        self.keep(&unknown, Ok(None))
    }

    fn known(&self, folder: &Path) -> Option<Found> {
        read(&self.of_folders).get(folder).cloned()
    }

    /// Remembers what was found for `folders`. What another thread found meanwhile is the same.
    fn keep(&self, folders: &[&Path], found: Found) -> Found {
        if !folders.is_empty() {
            let entries = folders.iter().map(|folder| (folder.to_path_buf(), found.clone()));
            write(&self.of_folders).extend(entries);
        }
        found
    }
}

/// Whoever panicked left whole entries: each is inserted at once.
fn read<T>(known: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    known.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(known: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    known.write().unwrap_or_else(PoisonError::into_inner)
}

/// The configuration that is in `folder` itself.
fn in_folder(folder: &Path) -> Option<Result<Configuration, ConfigError>> {
    let path = folder.join(FILE_NAME);
    match path.metadata() {
        Ok(_) => Some(Configuration::read(&path)),
        // Neither is a name that no file can have.
        Err(error) => match error.kind() {
            ErrorKind::NotFound
            | ErrorKind::NotADirectory
            | ErrorKind::InvalidFilename
            | ErrorKind::InvalidInput => None,
            _ => Some(Err(ConfigError::unreadable(&path, error))),
        },
    }
}
