//! Messages as the protocol has them: what is in those that come, and those that are sent unasked.

use gen_lsp_types::{
    Diagnostic, MessageType, PublishDiagnosticsNotification, PublishDiagnosticsParams,
    ShowMessageNotification, ShowMessageParams, Uri,
};
use lsp_server::{ErrorCode, Message, Notification, Request, ResponseError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::log::log;

/// The parameters of a request.
///
/// # Errors
///
/// When they cannot be what was sent.
pub(crate) fn asked<T: DeserializeOwned>(params: Value) -> Result<T, ResponseError> {
    serde_json::from_value(params).map_err(|why| error(ErrorCode::InvalidParams, &why.to_string()))
}

/// The result of a request as it is sent.
///
/// # Errors
///
/// When JSON has no words for it.
pub(crate) fn answered<T: Serialize>(result: T) -> Result<Value, ResponseError> {
    serde_json::to_value(result).map_err(|why| error(ErrorCode::InternalError, &why.to_string()))
}

/// An answer that is none.
pub(crate) fn error(code: ErrorCode, message: &str) -> ResponseError {
    ResponseError { code: code as i32, message: message.to_owned(), data: None }
}

/// The parameters of a notification; what they cannot be is logged.
pub(crate) fn noted<T: DeserializeOwned>(method: &str, params: Value) -> Option<T> {
    serde_json::from_value(params)
        .inspect_err(|why| log(&format!("`{method}` with parameters that it does not have: {why}")))
        .ok()
}

/// Tells the diagnostics of a file, in place of those that were told before.
pub(crate) fn published(uri: Uri, version: Option<i32>, diagnostics: Vec<Diagnostic>) -> Message {
    let params = PublishDiagnosticsParams { uri, version, diagnostics };
    notification::<PublishDiagnosticsNotification>(params)
}

/// Says something to the person at the editor.
pub(crate) fn shown(kind: MessageType, words: &str) -> Message {
    let message = words.to_owned();
    notification::<ShowMessageNotification>(ShowMessageParams { kind, message })
}

fn notification<N: gen_lsp_types::Notification>(params: N::Params) -> Message {
    Notification::new(N::METHOD.as_str().to_owned(), params).into()
}

/// The requests that are made of the editor, each of which needs a name that no other has.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    made: u32,
}

impl Requests {
    /// The next one.
    pub(crate) fn make(&mut self, method: &str, params: &Value) -> Message {
        self.made = self.made.wrapping_add(1);
        let id = format!("{method}-{}", self.made);
        Request::new(id.into(), method.to_owned(), params).into()
    }
}
