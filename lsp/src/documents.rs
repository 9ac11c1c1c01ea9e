//! The files that are open in the editor.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::PathBuf;

use gen_lsp_types::{LanguageKind, TextDocumentItem, Uri, VersionedTextDocumentIdentifier};
use iommulint_lang::check::{Analysis, Settings, check_again};
use iommulint_lang::language::Language;
use iommulint_lang::span::FileId;
use iommulint_settings::{ConfigError, FileSettings, Project};

use crate::guard::guarded;
use crate::position::{Encoding, Index};
use crate::sync::{self, Edited};
use crate::{preview, uri};

/// An open file.
pub(crate) struct Document {
    /// As the editor names it.
    pub(crate) uri: Uri,
    /// Where it is; for one that is on no disk, where it would be.
    pub(crate) path: PathBuf,
    /// Its number among those that were ever open.
    pub(crate) id: FileId,
    /// The editor's number for its text.
    pub(crate) version: i32,
    /// What the editor says it is written in.
    language_id: LanguageKind,
    text: String,
    index: Index,
    judged: OnceCell<Judged>,
    /// What was known of an earlier text of it, checked with the same settings.
    before: Option<Judged>,
}

/// What is known of a file. It is worked out when it is first asked for, once for each text.
pub(crate) struct Judged {
    /// What it is checked with.
    pub(crate) settings: Result<FileSettings, ConfigError>,
    /// Everything there is to know; none when the file is not for us. Where the settings cannot be used, it is
    /// what there would be to know without any, for the sake of its structure.
    pub(crate) analysis: Option<Analysis>,
}

impl Document {
    fn open(item: TextDocumentItem, id: FileId, encoding: Encoding) -> Self {
        let TextDocumentItem { uri, language_id, version, text } = item;
        let path = uri::path(&uri).unwrap_or_else(|| uri::name(&uri).into());
        let index = Index::new(&text, encoding);
        let judged = OnceCell::new();
        Self { uri, path, id, version, language_id, text, index, judged, before: None }
    }

    /// Its text as the editor has it.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Where things are in its text.
    pub(crate) fn index(&self) -> &Index {
        &self.index
    }

    /// What is known of it.
    pub(crate) fn judged(&self, project: &Project) -> &Judged {
        self.judged.get_or_init(|| {
            let settings = project.of(&self.path);
            let without = Settings::default();
            let check_with = settings.as_ref().map_or(&without, |settings| &settings.check);
            let before = self.before.as_ref().and_then(|before| before.analysis.as_ref());
            // One file that the check dies of must not keep it from the others, which are looked at together.
            let analysis = self.language().and_then(|language| {
                let text = language.text(self.text.as_str());
                guarded("checking", || check_again(text, self.id, check_with, before)).ok()
            });
            Judged { settings, analysis }
        })
    }

    /// What it is written in: what its name says, else what the editor says. None when it is not for us: the
    /// editor may well show us every XML file and every script, the KDL of other programs, and what we made ourselves.
    fn language(&self) -> Option<Language> {
        if preview::is_one(&self.uri) {
            return None;
        }
        let extension = self.path.extension().and_then(OsStr::to_str);
        let language = extension.and_then(Language::of_extension).or_else(|| {
            Some(match &self.language_id {
                LanguageKind::XML => Language::Libvirt,
                LanguageKind::ShellScript => Language::Qemu,
                LanguageKind::Custom(id) if matches!(&**id, "kdl" | "iommulint") => Language::Kdl,
                _ => return None,
            })
        })?;
        let is_for_us = extension == Some("args") || language.concerns(&self.text);
        is_for_us.then_some(language)
    }
}

/// The files that are open in the editor.
pub(crate) struct Documents {
    encoding: Encoding,
    open: HashMap<Uri, Document>,
    /// How many were ever open.
    ever: u32,
}

impl Documents {
    /// None is open. Columns are counted in `encoding`.
    pub(crate) fn new(encoding: Encoding) -> Self {
        Self { encoding, open: HashMap::new(), ever: 0 }
    }

    /// The one that the editor names so.
    pub(crate) fn get(&self, uri: &Uri) -> Option<&Document> {
        self.open.get(uri)
    }

    /// The one with this number.
    pub(crate) fn with_id(&self, id: FileId) -> Option<&Document> {
        self.open.values().find(|document| document.id == id)
    }

    /// All of them, in the order of their paths.
    pub(crate) fn all(&self) -> Vec<&Document> {
        let mut all: Vec<&Document> = self.open.values().collect();
        all.sort_by(|one, other| (&one.path, &one.uri.0).cmp(&(&other.path, &other.uri.0)));
        all
    }

    /// One is opened.
    pub(crate) fn open(&mut self, item: TextDocumentItem) {
        let id = FileId(self.ever);
        self.ever = self.ever.wrapping_add(1);
        self.open.insert(item.uri.clone(), Document::open(item, id, self.encoding));
    }

    /// One is changed; whether it is open at all.
    pub(crate) fn change(&mut self, edited: Edited) -> bool {
        let VersionedTextDocumentIdentifier { version, text_document_identifier } =
            edited.text_document;
        let Some(document) = self.open.get_mut(&text_document_identifier.uri) else { return false };
        document.version = version;
        if let Some(judged) = document.judged.take() {
            document.before = Some(judged);
        }
        let Document { text, index, .. } = document;
        sync::apply(text, index, self.encoding, edited.content_changes);
        true
    }

    /// One is closed; whether it was open.
    pub(crate) fn close(&mut self, uri: &Uri) -> bool {
        self.open.remove(uri).is_some()
    }

    /// What was known of them counts no more: they are checked with something else now.
    pub(crate) fn forget(&mut self) {
        for document in self.open.values_mut() {
            document.judged = OnceCell::new();
            document.before = None;
        }
    }
}
