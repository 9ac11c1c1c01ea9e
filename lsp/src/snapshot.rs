//! What the server knows, and what of it answers are made from.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use gen_lsp_types::{Position, Range, TextEdit, Uri};
use iommulint_lang::check::{Analysis, Settings};
use iommulint_lang::finding::Edit;
use iommulint_lang::span::Span;
use iommulint_settings::{Host, Project};

use crate::client::Client;
use crate::documents::{Document, Documents};
use crate::edits::text_edit;
use crate::folders::Folders;

/// What the server knows.
pub(crate) struct Known {
    /// The open files.
    pub(crate) documents: Documents,
    /// What each is checked with.
    pub(crate) project: Project,
    /// The folders that the editor works in.
    pub(crate) folders: Folders,
    /// What the editor can do.
    pub(crate) client: Client,
}

impl Known {
    /// As it is now.
    pub(crate) const fn snapshot(&self) -> Snapshot<'_> {
        let Self { documents, project, folders, client } = self;
        Snapshot { documents, project, folders, client }
    }
}

/// What the server knows at one moment.
#[derive(Clone, Copy)]
pub(crate) struct Snapshot<'a> {
    /// The open files.
    pub(crate) documents: &'a Documents,
    /// What each is checked with.
    pub(crate) project: &'a Project,
    /// The folders that the editor works in.
    pub(crate) folders: &'a Folders,
    /// What the editor can do.
    pub(crate) client: &'a Client,
}

impl<'a> Snapshot<'a> {
    /// The open file that the editor names so, if it is for us.
    pub(crate) fn file(self, uri: &Uri) -> Option<OpenFile<'a>> {
        self.documents.get(uri).and_then(|document| self.of(document))
    }

    /// What is known of an open file, if it is for us.
    pub(crate) fn of(self, document: &'a Document) -> Option<OpenFile<'a>> {
        let judged = document.judged(self.project);
        let analysis = judged.analysis.as_ref()?;
        let settings = judged.settings.as_ref().ok();
        let check = settings.map(|settings| &settings.check);
        let is_excluded = settings.is_some_and(|settings| settings.excluded);
        let host = settings.and_then(|settings| settings.host.as_deref()?.to_str());
        Some(OpenFile { document, analysis, settings: check, is_excluded, host })
    }

    /// The open files that are for us, in the order of their paths.
    pub(crate) fn files(self) -> impl Iterator<Item = OpenFile<'a>> {
        self.documents.all().into_iter().filter_map(move |document| self.of(document))
    }

    /// The open files whose vms run on `host`.
    pub(crate) fn files_of_host(self, host: &str) -> impl Iterator<Item = OpenFile<'a>> {
        self.files().filter(move |file| file.host == Some(host))
    }

    /// The snapshot of the host of `file`; none when none is configured, none is there, or it cannot be used.
    pub(crate) fn host_of(self, file: OpenFile<'_>) -> Option<Arc<Host>> {
        self.project.host(Path::new(file.host?)).ok()?
    }

    /// The paths of the host snapshots that are configured for the open files.
    pub(crate) fn hosts(self) -> BTreeSet<&'a Path> {
        let documents = self.documents.all().into_iter();
        let judged = documents.map(|document| document.judged(self.project));
        judged.filter_map(|judged| judged.settings.as_ref().ok()?.host.as_deref()).collect()
    }
}

/// An open file that is for us.
#[derive(Clone, Copy)]
pub(crate) struct OpenFile<'a> {
    /// Its text.
    pub(crate) document: &'a Document,
    /// What is known of it.
    pub(crate) analysis: &'a Analysis,
    /// What it is checked with; none when that cannot be told, for its configuration is wrong. Nothing is said of
    /// it then, and nothing changed in it.
    pub(crate) settings: Option<&'a Settings>,
    /// Whether the configuration leaves it out: nothing is said of it, and nothing changed in it.
    pub(crate) is_excluded: bool,
    /// The host its vms run on, where that is configured.
    pub(crate) host: Option<&'a str>,
}

impl OpenFile<'_> {
    /// Its text.
    pub(crate) fn text(&self) -> &str {
        self.document.text()
    }

    /// What it is checked with, if anything is to be said of it or changed in it.
    pub(crate) fn cared_for(&self) -> Option<&Settings> {
        self.settings.filter(|_| !self.is_excluded)
    }

    /// The range of `span`.
    pub(crate) fn range(&self, span: Span) -> Range {
        self.document.index().range(span)
    }

    /// The bytes of `range`.
    pub(crate) fn span(&self, range: Range) -> Span {
        self.document.index().span(self.text(), range)
    }

    /// The byte at `position`.
    pub(crate) fn offset(&self, position: Position) -> u32 {
        self.document.index().offset(self.text(), position)
    }

    /// An edit of it as the editor makes it.
    pub(crate) fn text_edit(&self, edit: &Edit) -> TextEdit {
        text_edit(self.document, edit)
    }
}
