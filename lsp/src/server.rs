//! The loop: what comes in, in order.

use std::any::Any;
use std::collections::HashSet;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use gen_lsp_types::{InitializeParams, InitializeResult, RootPath, ServerInfo, WorkspaceFolders};
use iommulint_settings::{Given, Project};
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response, ResponseError};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::capabilities::capabilities;
use crate::client::Client;
use crate::connection::{Connection, Event};
use crate::log::log;
use crate::session::Session;
use crate::{parent, uri};

/// How many messages are taken at once.
const MOST_AT_ONCE: usize = 1024;

/// The server.
pub(crate) struct Server {
    connection: Connection,
    given: Given,
    stage: Stage,
}

/// How far the conversation has got.
enum Stage {
    /// The editor has not said who it is.
    Fresh,
    /// It works with files.
    Running(Box<Session>),
    /// It has said that it is done.
    ShutDown,
}

impl Server {
    /// A server for the editor at the other end of `connection`.
    pub(crate) fn new(connection: Connection, given: Given) -> Self {
        Self { connection, given, stage: Stage::Fresh }
    }

    /// Does what the editor says until it is done or gone. Whether it ended as the protocol wants.
    pub(crate) fn run(mut self) -> bool {
        while let Ok(first) = self.connection.events.recv() {
            let waiting = self.connection.events.try_iter().take(MOST_AT_ONCE);
            let events: Vec<Event> = std::iter::once(first).chain(waiting).collect();
            let cancelled = cancelled_among(&events);
            for event in events {
                match event {
                    Event::Message(Message::Notification(it)) if it.method == "exit" => {
                        return self.is_shut_down();
                    }
                    Event::Message(message) => self.take(message, &cancelled),
                    Event::Closed | Event::ParentGone => return self.is_shut_down(),
                }
            }
            self.check_when_idle();
        }
        self.is_shut_down()
    }

    fn is_shut_down(&self) -> bool {
        matches!(self.stage, Stage::ShutDown)
    }

    fn take(&mut self, message: Message, cancelled: &HashSet<RequestId>) {
        match message {
            Message::Request(request) => {
                let id = request.id.clone();
                let result = if cancelled.contains(&id) {
                    Err(error(ErrorCode::RequestCanceled, "cancelled"))
                } else {
                    self.answer(request)
                };
                self.send(Response { id, response_result: result }.into());
            }
            Message::Notification(notification) => self.note(notification),
            Message::Response(Response { response_result: Err(error), .. }) => {
                log(&format!("the editor refuses: {}", error.message));
            }
            Message::Response(_) => {}
        }
    }

    fn answer(&mut self, request: Request) -> Result<Value, ResponseError> {
        let Request { method, params, .. } = request;
        match (&mut self.stage, method.as_str()) {
            (Stage::Fresh, "initialize") => self.initialize(params),
            (Stage::Fresh, _) => {
                Err(error(ErrorCode::ServerNotInitialized, "`initialize` comes first"))
            }
            (Stage::ShutDown, _) => {
                Err(error(ErrorCode::InvalidRequest, "nothing comes behind `shutdown` but `exit`"))
            }
            (Stage::Running(_), "initialize") => {
                Err(error(ErrorCode::InvalidRequest, "`initialize` comes only once"))
            }
            (Stage::Running(_), "shutdown") => {
                self.stage = Stage::ShutDown;
                Ok(Value::Null)
            }
            (Stage::Running(session), method) => {
                let session = &**session;
                guarded(method, || session.answer(method, params)).unwrap_or_else(|why| {
                    let why = format!("internal error in `{method}`: {why}");
                    Err(error(ErrorCode::InternalError, &why))
                })
            }
        }
    }

    fn initialize(&mut self, params: Value) -> Result<Value, ResponseError> {
        let params: InitializeParams = serde_json::from_value(params)
            .map_err(|why| error(ErrorCode::InvalidParams, &why.to_string()))?;
        if let Some(id) = params.process_id.and_then(|id| u32::try_from(id).ok()) {
            parent::watch(id, self.connection.report.clone());
        }
        let client = Client::new(&params.capabilities);
        let project = Project::new(&root(&params), mem::take(&mut self.given));
        let result = InitializeResult {
            capabilities: capabilities(&client),
            server_info: Some(ServerInfo {
                name: "iommulint".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
        };
        self.stage = Stage::Running(Box::new(Session::new(client, project)));
        serde_json::to_value(result)
            .map_err(|why| error(ErrorCode::InternalError, &why.to_string()))
    }

    fn note(&mut self, notification: Notification) {
        let Stage::Running(session) = &mut self.stage else { return };
        let Notification { method, params } = notification;
        let noted = guarded(&method, || session.note(&method, params));
        for message in noted.unwrap_or_default() {
            self.send(message);
        }
    }

    /// Checks what was changed, unless something waits that may change it again.
    fn check_when_idle(&mut self) {
        while self.connection.events.is_empty() {
            let Stage::Running(session) = &mut self.stage else { return };
            let Some(uri) = session.next_to_check() else { return };
            let told = guarded("checking", || session.check(&uri));
            for message in told.unwrap_or_default() {
                self.send(message);
            }
        }
    }

    /// When the editor is gone, it is told nothing; that it is, is seen where its messages come in.
    fn send(&self, message: Message) {
        drop(self.connection.out.send(message));
    }
}

/// Does `work`; what it dies of is logged, and nobody else does.
fn guarded<T>(what: &str, work: impl FnOnce() -> T) -> Result<T, String> {
    // Whatever was half done is an edit or a check that is done anew with the next edit.
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let why = words(&*panic);
        log(&format!("internal error in `{what}`: {why}"));
        why
    })
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "unknown".to_owned())
}

/// The requests whose answers nobody wants any more.
fn cancelled_among(events: &[Event]) -> HashSet<RequestId> {
    let cancelled = events.iter().filter_map(|event| match event {
        Event::Message(Message::Notification(it)) if it.method == "$/cancelRequest" => {
            parameters("$/cancelRequest", it.params.get("id")?.clone())
        }
        _ => None,
    });
    cancelled.collect()
}

/// The parameters of a notification; what they cannot be is logged.
pub(crate) fn parameters<T: DeserializeOwned>(method: &str, params: Value) -> Option<T> {
    serde_json::from_value(params)
        .inspect_err(|why| log(&format!("`{method}` with parameters that it does not have: {why}")))
        .ok()
}

/// The folder that the editor works in.
#[expect(deprecated, reason = "older editors say no more than the old fields")]
fn root(params: &InitializeParams) -> PathBuf {
    let folder = match &params.workspace_folders_initialize_params.workspace_folders {
        Some(WorkspaceFolders::WorkspaceFolderList(folders)) => {
            folders.first().and_then(|folder| uri::path(&folder.uri))
        }
        _ => None,
    };
    let old = || match &params.root_path {
        Some(RootPath::String(path)) => Some(PathBuf::from(path)),
        _ => None,
    };
    folder
        .or_else(|| params.root_uri.as_ref().and_then(uri::path))
        .or_else(old)
        .or_else(|| std::env::current_dir().ok())
        .unwrap_or_default()
}

/// An answer that is none.
pub(crate) fn error(code: ErrorCode, message: &str) -> ResponseError {
    ResponseError { code: code as i32, message: message.to_owned(), data: None }
}
