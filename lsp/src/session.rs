//! The conversation with an editor that has said who it is.

use std::mem;

use gen_lsp_types::{
    DidChangeTextDocumentNotification, DidChangeWatchedFilesNotification,
    DidChangeWorkspaceFoldersNotification, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentNotification, DidCloseTextDocumentParams, DidOpenTextDocumentNotification,
    DidOpenTextDocumentParams, DidSaveTextDocumentNotification, ExecuteCommandParams,
    ExecuteCommandRequest, InitializedNotification, Notification as _, Request as _,
    TextDocumentContentParams, TextDocumentContentRequest, Uri,
};
use lsp_server::{ErrorCode, Message, ResponseError};
use serde_json::Value;

use crate::answers::{self, Table};
use crate::checks::Checks;
use crate::messages::{Requests, error, noted, published};
use crate::previewed::Previewed;
use crate::snapshot::Known;
use crate::sync::Edited;
use crate::watch;

const INITIALIZED: &str = InitializedNotification::METHOD.as_str();
const OPENED: &str = DidOpenTextDocumentNotification::METHOD.as_str();
const CHANGED: &str = DidChangeTextDocumentNotification::METHOD.as_str();
const SAVED: &str = DidSaveTextDocumentNotification::METHOD.as_str();
const CLOSED: &str = DidCloseTextDocumentNotification::METHOD.as_str();
const FOLDERS_CHANGED: &str = DidChangeWorkspaceFoldersNotification::METHOD.as_str();
const WATCHED_FILES_CHANGED: &str = DidChangeWatchedFilesNotification::METHOD.as_str();
const CONTENT: &str = TextDocumentContentRequest::METHOD.as_str();
const EXECUTE: &str = ExecuteCommandRequest::METHOD.as_str();

/// The conversation with an editor that has said who it is.
pub(crate) struct Session {
    known: Known,
    checks: Checks,
    previewed: Previewed,
    requests: Requests,
    /// What is to be asked of the editor behind the answer that it waits for.
    to_ask: Vec<Message>,
}

impl Session {
    /// At its beginning, when the server knows what is `known`.
    pub(crate) fn new(known: Known) -> Self {
        Self {
            known,
            checks: Checks::default(),
            previewed: Previewed::default(),
            requests: Requests::default(),
            to_ask: Vec::new(),
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
        let result = answer(self.known.snapshot(), params)?;
        self.remember(method, asked_for, &result);
        Ok(result)
    }

    /// What is to be asked of the editor, now that it has its answer.
    pub(crate) fn take_to_ask(&mut self) -> Vec<Message> {
        mem::take(&mut self.to_ask)
    }

    /// Remembers which previews the editor shows, and has it show one.
    fn remember(&mut self, method: &str, asked_for: Value, result: &Value) {
        if method == CONTENT {
            let params = noted::<TextDocumentContentParams>(method, asked_for);
            if let Some((TextDocumentContentParams { uri }, text)) =
                params.zip(result["text"].as_str())
            {
                self.previewed.given(uri, text);
            }
        } else if method == EXECUTE {
            let params = noted::<ExecuteCommandParams>(method, asked_for);
            let snapshot = self.known.snapshot();
            let meant = params
                .and_then(|params| answers::preview_meant(snapshot, answers::PREVIEW, &params));
            if let Some(preview) = meant {
                self.to_ask.push(self.previewed.show(snapshot, &mut self.requests, preview));
            }
        }
    }

    /// Takes note of something; gives what is to be said at once. What is not known is nothing to us.
    pub(crate) fn note(&mut self, method: &str, params: Value) -> Vec<Message> {
        let client = &self.known.client;
        match method {
            INITIALIZED if client.watches_files => return vec![watch::configuration()],
            OPENED => {
                if let Some(params) = noted::<DidOpenTextDocumentParams>(method, params) {
                    self.checks.is_due(&params.text_document.uri);
                    self.known.documents.open(params.text_document);
                }
            }
            CHANGED => {
                if let Some(params) = noted::<Edited>(method, params) {
                    self.change(params);
                }
            }
            CLOSED => {
                if let Some(params) = noted::<DidCloseTextDocumentParams>(method, params) {
                    return self.close(&params.text_document.uri);
                }
            }
            FOLDERS_CHANGED => {
                if let Some(params) = noted::<DidChangeWorkspaceFoldersParams>(method, params) {
                    self.known.folders.change(&params.event);
                }
            }
            WATCHED_FILES_CHANGED => return self.read_settings_again(),
            // It may have been one of those that the editor cannot watch.
            SAVED if !client.watches_files => return self.read_settings_again(),
            _ => {}
        }
        Vec::new()
    }

    fn change(&mut self, edited: Edited) {
        let uri = edited.text_document.text_document_identifier.uri.clone();
        if self.known.documents.change(edited) {
            self.checks.is_due(&uri);
        }
    }

    fn close(&mut self, uri: &Uri) -> Vec<Message> {
        let file = self.known.snapshot().file(uri);
        let was_compared = file.is_some_and(|file| file.host.is_some());
        let was_open = self.known.documents.close(uri);
        self.checks.is_not_due(uri);
        if was_compared {
            self.checks.all_are_due(&self.known.documents);
        }
        let mut messages = self.follow(uri);
        if was_open && !self.known.client.pulls_diagnostics {
            messages.push(published(uri.clone(), None, Vec::new()));
        }
        messages
    }

    /// Configuration files and host snapshots may be others now.
    fn read_settings_again(&mut self) -> Vec<Message> {
        self.known.project.forget();
        self.known.documents.forget();
        self.checks.all_are_due(&self.known.documents);
        let client = &self.known.client;
        let mut messages = Vec::new();
        if client.pulls_diagnostics && client.refreshes_diagnostics {
            messages.push(self.requests.make("workspace/diagnostic/refresh", &Value::Null));
        }
        if client.refreshes_lenses {
            messages.push(self.requests.make("workspace/codeLens/refresh", &Value::Null));
        }
        messages
    }

    /// A file of which something else may have to be said.
    pub(crate) fn next_to_check(&mut self) -> Option<Uri> {
        self.checks.take_next()
    }

    /// What is to be said of the file `uri`, and of those that are compared with it, and then of their previews.
    pub(crate) fn check(&mut self, uri: &Uri) -> Vec<Message> {
        let (mut messages, checked) = self.checks.check(self.known.snapshot(), uri);
        for uri in checked {
            messages.extend(self.follow(&uri));
        }
        messages
    }

    fn follow(&mut self, source: &Uri) -> Vec<Message> {
        self.previewed.follow(self.known.snapshot(), &mut self.requests, source)
    }
}
