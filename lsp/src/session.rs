//! The conversation with an editor that has said who it is.

use std::collections::BTreeSet;
use std::mem;

use gen_lsp_types::{
    DidChangeTextDocumentNotification, DidChangeWatchedFilesNotification,
    DidChangeWorkspaceFoldersNotification, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentNotification, DidCloseTextDocumentParams, DidOpenTextDocumentNotification,
    DidOpenTextDocumentParams, DidSaveTextDocumentNotification, ExecuteCommandParams,
    ExecuteCommandRequest, InitializedNotification, MessageType, Notification as _,
    PublishDiagnosticsNotification, PublishDiagnosticsParams, Request as _,
    ShowMessageNotification, ShowMessageParams, TextDocumentContentParams,
    TextDocumentContentRequest, Uri,
};
use iommulint_settings::Project;
use lsp_server::{ErrorCode, Message, Notification, Request, ResponseError};
use serde_json::{Value, json};

use crate::answers::{self, Table};
use crate::client::Client;
use crate::configuration::{Broken, News};
use crate::diagnostics;
use crate::documents::Documents;
use crate::folders::Folders;
use crate::preview::Preview;
use crate::previewed::Previewed;
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
    previewed: Previewed,
    /// What is to be asked of the editor behind the answer that it waits for.
    to_ask: Vec<Message>,
    /// How many requests were made that have no name of their own.
    asked: u32,
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
            previewed: Previewed::default(),
            to_ask: Vec::new(),
            asked: 0,
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
        &mut self,
        answers: Table,
        method: &str,
        params: Value,
    ) -> Result<Value, ResponseError> {
        let known = answers.iter().find(|(known, _)| *known == method);
        let (_, answer) = known.ok_or_else(|| {
            error(ErrorCode::MethodNotFound, &format!("`{method}` is not known here"))
        })?;
        let asked_for = params.clone();
        let result = answer(self.snapshot(), params)?;
        self.remember(method, asked_for, &result);
        Ok(result)
    }

    /// What is to be asked of the editor, now that it has its answer.
    pub(crate) fn take_to_ask(&mut self) -> Vec<Message> {
        mem::take(&mut self.to_ask)
    }

    /// Remembers which previews the editor shows, and has it show one.
    fn remember(&mut self, method: &str, params: Value, result: &Value) {
        if method == TextDocumentContentRequest::METHOD.as_str() {
            let asked_for = parameters::<TextDocumentContentParams>(method, params);
            let given = result["text"].as_str();
            if let Some((TextDocumentContentParams { uri }, text)) = asked_for.zip(given) {
                self.previewed.given(uri, text);
            }
        } else if method == ExecuteCommandRequest::METHOD.as_str() {
            let params = parameters::<ExecuteCommandParams>(method, params);
            let preview = params
                .and_then(|params| answers::meant(self.snapshot(), answers::PREVIEW, &params));
            if let Some(preview) = preview {
                let shown = self.show(preview);
                self.to_ask.push(shown);
            }
        }
    }

    /// Has the editor show `preview`: by its URI where it asks for what is there, else as a file.
    fn show(&mut self, preview: Preview) -> Message {
        if !self.client.shows_documents {
            return shown(MessageType::Warning, "this editor cannot be asked to show a document");
        }
        let uri = if self.client.asks_for_content {
            preview.uri()
        } else {
            let mut previewed = mem::take(&mut self.previewed);
            let written = previewed.file(self.snapshot(), preview);
            self.previewed = previewed;
            match written {
                Ok(uri) => uri,
                Err(why) => {
                    let why = format!("the preview cannot be written: {why}");
                    return shown(MessageType::Error, &why);
                }
            }
        };
        self.request("window/showDocument", &json!({ "uri": uri, "takeFocus": false }))
    }

    /// What has to be asked for again of the previews of `source`.
    fn follow(&mut self, source: &Uri) -> Vec<Message> {
        let mut previewed = mem::take(&mut self.previewed);
        let changed = previewed.follow(self.snapshot(), source);
        self.previewed = previewed;
        let refresh =
            |uri| self.request("workspace/textDocumentContent/refresh", &json!({ "uri": uri }));
        changed.into_iter().map(refresh).collect()
    }

    fn request(&mut self, method: &str, params: &Value) -> Message {
        self.asked = self.asked.wrapping_add(1);
        let id = format!("{method}-{}", self.asked);
        Request::new(id.into(), method.to_owned(), params).into()
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
        let was_open = self.documents.close(uri);
        let mut messages = self.follow(uri);
        if was_open && !self.client.pulls_diagnostics {
            messages.push(published(uri.clone(), None, Vec::new()));
        }
        messages
    }

    fn read_configuration_again(&mut self) -> Vec<Message> {
        self.project.forget();
        self.documents.forget();
        self.check_all();
        let mut messages = Vec::new();
        if self.client.pulls_diagnostics && self.client.refreshes_diagnostics {
            messages.push(self.request("workspace/diagnostic/refresh", &Value::Null));
        }
        if self.client.refreshes_lenses {
            messages.push(self.request("workspace/codeLens/refresh", &Value::Null));
        }
        messages
    }

    fn check_all(&mut self) {
        self.to_check.extend(self.documents.all().iter().map(|document| document.uri.0.clone()));
    }

    /// A file of which something else may have to be said.
    pub(crate) fn next_to_check(&mut self) -> Option<Uri> {
        self.to_check.pop_first().map(Uri)
    }

    /// What is to be said of the file `uri`, and of those that are compared with it, and then of their previews.
    pub(crate) fn check(&mut self, uri: &Uri) -> Vec<Message> {
        let (mut messages, others) = self.told(uri);
        messages.extend(self.follow(uri));
        for other in others {
            messages.extend(self.follow(&other));
        }
        messages
    }

    /// What is to be said of the file `uri`, and of those that are compared with it; and which of them were still
    /// to be checked.
    fn told(&mut self, uri: &Uri) -> (Vec<Message>, Vec<Uri>) {
        let mut watched = std::mem::take(&mut self.watched);
        let mut messages = watched.look(self.snapshot());
        self.watched = watched;
        let mut others = Vec::new();
        let mut broken = mem::take(&mut self.broken);
        let News { diagnostics, messages: words } = broken.look(self.snapshot());
        self.broken = broken;
        messages
            .extend(diagnostics.into_iter().map(notification::<PublishDiagnosticsNotification>));
        messages.extend(words.iter().map(|words| shown(MessageType::Error, words)));
        if self.client.pulls_diagnostics {
            return (messages, others);
        }
        let snapshot = self.snapshot();
        let Some(document) = self.documents.get(uri) else { return (messages, others) };
        let Some(file) = snapshot.of(document) else {
            messages.push(published(uri.clone(), Some(document.version), Vec::new()));
            return (messages, others);
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
        others.extend(names.into_iter().filter(|name| self.to_check.remove(name)).map(Uri));
        (messages, others)
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

fn shown(kind: MessageType, words: &str) -> Message {
    let message = words.to_owned();
    notification::<ShowMessageNotification>(ShowMessageParams { kind, message })
}
