//! The loop: what comes in, in order.

use std::mem;
use std::path::PathBuf;

use crossbeam_channel::Sender;
use gen_lsp_types::{InitializeParams, InitializeResult, RootPath, ServerInfo, WorkspaceFolders};
use iommulint_settings::{Given, Project};
use lsp_server::{ErrorCode, Message, Notification, Request, Response, ResponseError};
use serde_json::Value;

use crate::answers::Table;
use crate::capabilities::capabilities;
use crate::client::Client;
use crate::connection::{Connection, Event};
use crate::documents::Documents;
use crate::folders::Folders;
use crate::guard::guarded;
use crate::inbox::Inbox;
use crate::log::log;
use crate::messages::{answered, asked, error};
use crate::session::Session;
use crate::snapshot::Known;
use crate::{parent, uri};

/// The server.
pub(crate) struct Server {
    inbox: Inbox,
    out: Sender<Message>,
    report: Sender<Event>,
    given: Given,
    answers: Table,
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
    /// A server for the editor at the other end of `connection`, that gives `answers`.
    pub(crate) fn new(connection: Connection, given: Given, answers: Table) -> Self {
        let Connection { events, report, out } = connection;
        Self { inbox: Inbox::new(events), out, report, given, answers, stage: Stage::Fresh }
    }

    /// Does what the editor says until it is done or gone. Whether it ended as the protocol wants.
    pub(crate) fn run(mut self) -> bool {
        while let Some(event) = self.inbox.next() {
            match event {
                Event::Message(Message::Notification(it)) if it.method == "exit" => break,
                Event::Message(message) => self.take(message),
                Event::Closed | Event::ParentGone => break,
            }
            self.check_when_idle();
        }
        self.is_shut_down()
    }

    fn is_shut_down(&self) -> bool {
        matches!(self.stage, Stage::ShutDown)
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Request(request) => {
                let id = request.id.clone();
                let result = if self.inbox.is_cancelled(&id) {
                    Err(error(ErrorCode::RequestCanceled, "cancelled"))
                } else {
                    self.answer(request)
                };
                self.send(Response { id, response_result: result }.into());
                if let Stage::Running(session) = &mut self.stage {
                    for message in session.take_to_ask() {
                        self.send(message);
                    }
                }
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
                let answers = self.answers;
                guarded(method, || session.answer(answers, method, params)).unwrap_or_else(|why| {
                    let why = format!("internal error in `{method}`: {why}");
                    Err(error(ErrorCode::InternalError, &why))
                })
            }
        }
    }

    fn initialize(&mut self, params: Value) -> Result<Value, ResponseError> {
        let params: InitializeParams = asked(params)?;
        if let Some(id) = params.process_id.and_then(|id| u32::try_from(id).ok()) {
            parent::watch(id, self.report.clone());
        }
        let client = Client::new(&params.capabilities);
        let folders = folders(&params);
        let here = folders.first().cloned().or_else(|| std::env::current_dir().ok());
        let project = Project::new(&here.unwrap_or_default(), mem::take(&mut self.given));
        let hello = InitializeResult {
            capabilities: capabilities(&client),
            server_info: Some(ServerInfo {
                name: "iommulint".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
        };
        let documents = Documents::new(client.encoding);
        let known = Known { documents, project, folders: Folders::new(folders), client };
        self.stage = Stage::Running(Box::new(Session::new(known)));
        answered(hello)
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
        while self.inbox.is_empty() {
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
        drop(self.out.send(message));
    }
}

/// The folders that the editor works in, the most important first; none when it shows single files only.
#[expect(deprecated, reason = "older editors say no more than the old fields")]
fn folders(params: &InitializeParams) -> Vec<PathBuf> {
    if let Some(WorkspaceFolders::WorkspaceFolderList(folders)) =
        &params.workspace_folders_initialize_params.workspace_folders
    {
        let paths: Vec<_> = folders.iter().filter_map(|folder| uri::path(&folder.uri)).collect();
        if !paths.is_empty() {
            return paths;
        }
    }
    let oldest = || match &params.root_path {
        Some(RootPath::String(path)) => Some(PathBuf::from(path)),
        _ => None,
    };
    params.root_uri.as_ref().and_then(uri::path).or_else(oldest).into_iter().collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crossbeam_channel::unbounded;
    use serde_json::json;

    fn request(id: i32, method: &str, params: Value) -> Message {
        Request { id: id.into(), method: method.to_owned(), params }.into()
    }

    #[test]
    fn a_panic_is_one_answer() {
        let answers: Table = &[
            ("some/panic", |_, _| panic!("it is {} o'clock", 12)),
            ("some/answer", |_, params| Ok(params)),
        ];
        let (report, events) = unbounded();
        let (out, said) = unbounded();
        for message in [
            request(1, "initialize", json!({ "capabilities": {} })),
            request(2, "some/panic", Value::Null),
            request(3, "some/answer", json!(7)),
            request(4, "some/panic", Value::Null),
            request(5, "shutdown", Value::Null),
            Notification::new("exit".to_owned(), ()).into(),
        ] {
            report.send(Event::Message(message)).unwrap();
        }
        let connection = Connection { events, report, out };
        assert!(Server::new(connection, Given::default(), answers).run());
        let results: Vec<Result<Value, ResponseError>> = said
            .iter()
            .map(|message| match message {
                Message::Response(response) => response.response_result,
                message => panic!("{message:?}"),
            })
            .collect();
        let [hello, first, answer, second, shutdown] = results.try_into().unwrap();
        assert!(hello.unwrap()["capabilities"].is_object());
        for panic in [first, second] {
            let ResponseError { code, message, .. } = panic.unwrap_err();
            assert_eq!(code, ErrorCode::InternalError as i32);
            assert_eq!(message, "internal error in `some/panic`: it is 12 o'clock");
        }
        assert_eq!(answer.unwrap(), 7);
        assert_eq!(shutdown.unwrap(), Value::Null);
    }
}
