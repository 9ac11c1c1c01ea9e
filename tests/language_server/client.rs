//! An editor, as far as the server can tell: it speaks over real pipes to the real binary.

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// How long a message is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// An editor.
pub(crate) struct Client {
    server: Child,
    stdin: Option<ChildStdin>,
    messages: Receiver<Value>,
    log: Option<JoinHandle<String>>,
    /// What came while something else was waited for.
    kept: Vec<Value>,
    last_id: i32,
}

impl Client {
    /// Starts the server in `folder`; nothing is said yet.
    pub(crate) fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_iommulint"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("IOMMULINT_") {
                command.env_remove(name);
            }
        }
        Self::run(command.current_dir(folder).arg("lsp").args(arguments))
    }

    /// Starts the server by `command`.
    pub(crate) fn run(command: &mut Command) -> Self {
        let mut server = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let stdin = server.stdin.take();
        let stdout = server.stdout.take().expect("it was piped");
        let (send, messages) = channel();
        thread::spawn(move || {
            let mut stdout = BufReader::new(stdout);
            while let Some(message) = read(&mut stdout) {
                if send.send(message).is_err() {
                    break;
                }
            }
        });
        let mut stderr = server.stderr.take().expect("it was piped");
        let log = thread::spawn(move || {
            let mut log = Vec::new();
            stderr.read_to_end(&mut log).expect("it can be read");
            String::from_utf8(log).expect("the log is UTF-8")
        });
        Self { server, stdin, messages, log: Some(log), kept: Vec::new(), last_id: 0 }
    }

    /// Starts the server in `folder`, and says hello with these capabilities.
    pub(crate) fn hello(folder: &Path, capabilities: &Value) -> Self {
        let mut client = Self::start(folder, &["--stdio"]);
        client.initialize(folder, capabilities);
        client
    }

    /// Says hello; gives the answer.
    pub(crate) fn initialize(&mut self, folder: &Path, capabilities: &Value) -> Value {
        let root = uri(folder);
        let params = json!({
            "processId": std::process::id(),
            "rootUri": root,
            "workspaceFolders": [{ "uri": root, "name": "test" }],
            "capabilities": capabilities,
        });
        let result = self.ask("initialize", &params);
        self.tell("initialized", &json!({}));
        result
    }

    /// Sends bytes as they are.
    pub(crate) fn send_raw(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().expect("it is open");
        stdin.write_all(bytes).expect("the server reads");
        stdin.flush().expect("the server reads");
    }

    /// Sends a message.
    pub(crate) fn send(&mut self, message: &Value) {
        self.send_raw(framed(message).as_bytes());
    }

    /// Sends several messages at once.
    pub(crate) fn send_all(&mut self, messages: &[Value]) {
        let bytes: String = messages.iter().map(framed).collect();
        self.send_raw(bytes.as_bytes());
    }

    /// Sends a notification.
    pub(crate) fn tell(&mut self, method: &str, params: &Value) {
        self.send(&notification(method, params));
    }

    /// Sends a request; gives its whole response.
    pub(crate) fn request(&mut self, method: &str, params: &Value) -> Value {
        self.last_id += 1;
        let id = self.last_id;
        self.send(&request(id, method, params));
        self.response(id)
    }

    /// Sends a request; gives its result.
    pub(crate) fn ask(&mut self, method: &str, params: &Value) -> Value {
        let mut response = self.request(method, params);
        assert!(response.get("error").is_none(), "{method}: {response}");
        response["result"].take()
    }

    /// The response to the request `id`.
    pub(crate) fn response(&mut self, id: i32) -> Value {
        self.wait(&format!("response {id}"), |message| {
            message["id"] == id && message.get("method").is_none()
        })
    }

    /// The next message with this method.
    pub(crate) fn next(&mut self, method: &str) -> Value {
        self.wait(method, |message| message["method"] == method)
    }

    /// The diagnostics of a version of a file; those of versions before it are let pass.
    pub(crate) fn diagnostics(&mut self, uri: &str, version: i32) -> Vec<Value> {
        let message = self.wait(&format!("diagnostics of {uri}"), |message| {
            let params = &message["params"];
            message["method"] == "textDocument/publishDiagnostics"
                && params["uri"] == uri
                && params["version"] == version
        });
        message["params"]["diagnostics"].as_array().expect("a list").clone()
    }

    /// The messages with this method that are there without waiting.
    pub(crate) fn waiting(&mut self, method: &str) -> Vec<Value> {
        self.kept.extend(self.messages.try_iter());
        let (wanted, kept) = self.kept.drain(..).partition(|message| message["method"] == method);
        self.kept = kept;
        wanted
    }

    fn wait(&mut self, what: &str, is_wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.kept.iter().position(&is_wanted) {
            return self.kept.remove(at);
        }
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(message) = self.messages.recv_timeout(left) else {
                panic!("no {what}; there was {:#?}", self.kept)
            };
            if is_wanted(&message) {
                return message;
            }
            self.kept.push(message);
        }
    }

    /// Opens a file.
    pub(crate) fn open(&mut self, uri: &str, language: &str, text: &str) {
        self.tell(
            "textDocument/didOpen",
            &json!({ "textDocument": { "uri": uri, "languageId": language, "version": 1, "text": text } }),
        );
    }

    /// Says that nothing more will be said.
    pub(crate) fn hang_up(&mut self) {
        self.stdin = None;
    }

    /// Waits for the server to end.
    pub(crate) fn end(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.server.try_wait().expect("it can be waited for") {
                return status;
            }
            assert!(Instant::now() < deadline, "the server lives on");
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// What the server said to whoever looks after it, until it ended.
    pub(crate) fn log(&mut self) -> String {
        self.end();
        self.log.take().expect("it was not read yet").join().expect("it is read")
    }

    /// The server's process.
    pub(crate) fn process(&self) -> u32 {
        self.server.id()
    }

    /// Ends the conversation as the protocol wants.
    pub(crate) fn goodbye(&mut self) {
        assert_eq!(self.ask("shutdown", &Value::Null), Value::Null);
        self.tell("exit", &Value::Null);
        assert_eq!(self.end().code(), Some(0));
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        drop(self.server.kill());
        drop(self.server.wait());
    }
}

/// A notification.
pub(crate) fn notification(method: &str, params: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "method": method, "params": params })
}

/// A request.
pub(crate) fn request(id: i32, method: &str, params: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })
}

/// A change that inserts `text`.
pub(crate) fn insertion(uri: &str, version: i32, line: u32, character: u32, text: &str) -> Value {
    let at = json!({ "line": line, "character": character });
    let change = json!({ "range": { "start": at, "end": at }, "text": text });
    let document = json!({ "uri": uri, "version": version });
    notification(
        "textDocument/didChange",
        &json!({ "textDocument": document, "contentChanges": [change] }),
    )
}

/// A folder to work in, which is gone when this is.
pub(crate) fn folder() -> TempDir {
    TempDir::new().expect("a folder can be made")
}

/// The file at `path` as editors name it.
pub(crate) fn uri(path: &Path) -> String {
    let path = path.to_str().expect("a plain path");
    assert!(path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'%'), "{path}");
    format!("file://{path}")
}

/// A message with its header.
pub(crate) fn framed(message: &Value) -> String {
    let text = message.to_string();
    format!("Content-Length: {}\r\n\r\n{text}", text.len())
}

fn read(from: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if from.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some(("Content-Length", number)) => length = number.parse().ok()?,
            Some(_) => {}
            None => break,
        }
    }
    let mut text = vec![0; length];
    from.read_exact(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}
