//! The files of a run, by number.

use std::collections::BTreeMap;

use iommulint_lang::span::{FileId, Origin};

use crate::source::Source;

/// The files that the findings of a run name; a file that could not be read is not among them.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    by_file: BTreeMap<FileId, Source>,
}

impl Sources {
    /// Just this one, as file 0.
    pub(crate) fn one(source: Source) -> Self {
        let mut sources = Self::default();
        sources.insert(FileId::default(), source);
        sources
    }

    /// Adds the file with this number.
    pub(crate) fn insert(&mut self, file: FileId, source: Source) {
        self.by_file.insert(file, source);
    }

    /// The file with this number.
    ///
    /// # Panics
    ///
    /// When there is none: a finding names only files of its run.
    pub(crate) fn of(&self, file: FileId) -> &Source {
        self.by_file.get(&file).expect("a finding names only files of its run")
    }

    /// The file that `origin` is in, and the bytes moved to character boundaries within it.
    ///
    /// # Panics
    ///
    /// As [`of`](Self::of).
    pub(crate) fn at(&self, origin: Origin) -> (&Source, std::ops::Range<usize>) {
        let source = self.of(origin.file);
        (source, source.clamp(origin.span))
    }

    /// All files, in the order of the run.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Source> {
        self.by_file.values()
    }
}
