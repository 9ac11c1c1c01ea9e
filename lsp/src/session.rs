//! The conversation with an editor that has said who it is.

use std::collections::BTreeSet;

use gen_lsp_types::{
    DidChangeTextDocumentNotification, DidChangeWatchedFilesNotification,
    DidChangeWorkspaceFoldersNotification, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentNotification, DidCloseTextDocumentParams, DidOpenTextDocumentNotification,
    DidOpenTextDocumentParams, DidSaveTextDocumentNotification, InitializedNotification,
    MessageType, Notification as _, PublishDiagnosticsNotification, PublishDiagnosticsParams,
    ShowMessageNotification, ShowMessageParams, Uri,
};
use iommulint_settings::Project;
use lsp_server::{ErrorCode, Message, Notification, Request, ResponseError};
use serde_json::Value;

use crate::answers::Table;
use crate::client::Client;
use crate::configuration::{Broken, News};
use crate::diagnostics;
use crate::documents::Documents;
use crate::folders::Folders;
use crate::server::{error, parameters};
use crate::snapshot::{OpenFile, Snapshot};
use crate::sync::Edited;
use crate::watch;

/// The conversation with an editor that has said who it is.
pub(crate) struct Session {
    client: Client,
    project: Project,
    documents: Documents,
    folders: Folders,
    /// The files of which something else may have to be said, by their names.
    to_check: BTreeSet<String>,
    broken: Broken,
    watched: watch::Hosts,
}

impl Session {
    /// Nothing is open.
    pub(crate) fn new(client: Client, project: Project, folders: Folders) -> Self {
        let documents = Documents::new(client.encoding);
        Self {
            client,
            project,
            documents,
            folders,
            to_check: BTreeSet::new(),
            broken: Broken::default(),
            watched: watch::Hosts::default(),
        }
    }

    fn snapshot(&self) -> Snapshot<'_> {
        Snapshot {
            documents: &self.documents,
            project: &self.project,
            folders: &self.folders,
            client: &self.client,
        }
    }

    /// Answers a request, if it is one of those that `answers` are for.
    pub(crate) fn answer(
        &self,
        answers: Table,
        method: &str,
        params: Value,
    ) -> Result<Value, ResponseError> {
        let known = answers.iter().find(|(known, _)| *known == method);
        let (_, answer) = known.ok_or_else(|| {
            error(ErrorCode::MethodNotFound, &format!("`{method}` is not known here"))
        })?;
        answer(self.snapshot(), params)
    }

    /// Takes note of something; gives what is to be said at once. What is not known is nothing to us.
    pub(crate) fn note(&mut self, method: &str, params: Value) -> Vec<Message> {
        if method == DidChangeTextDocumentNotification::METHOD.as_str() {
            if let Some(params) = parameters::<Edited>(method, params) {
                let uri = params.text_document.text_document_identifier.uri.0.clone();
                if self.documents.change(params) {
                    self.to_check.insert(uri);
                }
            }
        } else if method == DidOpenTextDocumentNotification::METHOD.as_str() {
            if let Some(params) = parameters::<DidOpenTextDocumentParams>(method, params) {
                self.to_check.insert(params.text_document.uri.0.clone());
                self.documents.open(params.text_document);
            }
        } else if method == DidCloseTextDocumentNotification::METHOD.as_str() {
            if let Some(params) = parameters::<DidCloseTextDocumentParams>(method, params) {
                return self.close(&params.text_document.uri);
            }
        } else if method == InitializedNotification::METHOD.as_str() {
            return if self.client.watches_files {
                vec![watch::configuration()]
            } else {
                Vec::new()
            };
        } else if method == DidChangeWorkspaceFoldersNotification::METHOD.as_str() {
            if let Some(params) = parameters::<DidChangeWorkspaceFoldersParams>(method, params) {
                self.folders.change(&params.event);
            }
        } else if method == DidChangeWatchedFilesNotification::METHOD.as_str()
            || (method == DidSaveTextDocumentNotification::METHOD.as_str()
                && !self.client.watches_files)
        {
            return self.read_configuration_again();
        }
        Vec::new()
    }

    fn close(&mut self, uri: &Uri) -> Vec<Message> {
        self.to_check.remove(&uri.0);
        // What is compared with others may have been compared with this one.
        let host = self.documents.get(uri).and_then(|document| {
            Some(document.judged(&self.project).settings.as_ref().ok()?.host.is_some())
        });
        if host == Some(true) {
            self.check_all();
        }
        let is_told = self.documents.close(uri) && !self.client.pulls_diagnostics;
        let nothing = || published(uri.clone(), None, Vec::new());
        is_told.then(nothing).into_iter().collect()
    }

    fn read_configuration_again(&mut self) -> Vec<Message> {
        self.project.forget();
        self.documents.forget();
        self.check_all();
        let asks = self.client.pulls_diagnostics && self.client.refreshes_diagnostics;
        asks.then(ask_again).into_iter().collect()
    }

    fn check_all(&mut self) {
        self.to_check.extend(self.documents.all().iter().map(|document| document.uri.0.clone()));
    }

    /// A file of which something else may have to be said.
    pub(crate) fn next_to_check(&mut self) -> Option<Uri> {
        self.to_check.pop_first().map(Uri)
    }

    /// What is to be said of the file `uri`, and of those that are compared with it.
    pub(crate) fn check(&mut self, uri: &Uri) -> Vec<Message> {
        let mut watched = std::mem::take(&mut self.watched);
        let mut messages = watched.look(self.snapshot());
        self.watched = watched;
        let mut broken = std::mem::take(&mut self.broken);
        let News { diagnostics, messages: words } = broken.look(self.snapshot());
        self.broken = broken;
        messages
            .extend(diagnostics.into_iter().map(notification::<PublishDiagnosticsNotification>));
        messages.extend(words.into_iter().map(|message| {
            notification::<ShowMessageNotification>(ShowMessageParams {
                kind: MessageType::Error,
                message,
            })
        }));
        if self.client.pulls_diagnostics {
            return messages;
        }
        let snapshot = self.snapshot();
        let Some(document) = self.documents.get(uri) else { return messages };
        let Some(file) = snapshot.of(document) else {
            messages.push(published(uri.clone(), Some(document.version), Vec::new()));
            return messages;
        };
        let checked = match file.host {
            Some(host) => diagnostics::of_host(snapshot, host),
            None => vec![(file, diagnostics::diagnostics(snapshot, file))],
        };
        let mut names = Vec::new();
        for (OpenFile { document, .. }, found) in checked {
            names.push(document.uri.0.clone());
            messages.push(published(document.uri.clone(), Some(document.version), found));
        }
        for name in names {
            self.to_check.remove(&name);
        }
        messages
    }
}

fn published(
    uri: Uri,
    version: Option<i32>,
    diagnostics: Vec<gen_lsp_types::Diagnostic>,
) -> Message {
    let params = PublishDiagnosticsParams { uri, version, diagnostics };
    notification::<PublishDiagnosticsNotification>(params)
}

fn notification<N: gen_lsp_types::Notification>(params: N::Params) -> Message {
    Notification::new(N::METHOD.as_str().to_owned(), params).into()
}

/// Asks the editor to ask for diagnostics again.
fn ask_again() -> Message {
    let id = "ask-for-diagnostics-again".to_owned();
    Request::new(id.into(), "workspace/diagnostic/refresh".to_owned(), Value::Null).into()
}
