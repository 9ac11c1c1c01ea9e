//! What comes over the pipes is no message, or nobody is at their other end.

use std::io::{self, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::{Client, folder, framed, insertion, notification, request, uri};
#[cfg(target_os = "linux")]
use crate::process::{MB, memory};

/// The exit code and the log of a server that is sent `bytes` after the editor has said hello.
fn end_after(bytes: &[u8]) -> (Option<i32>, String) {
    let folder = folder();
    let mut client = Client::hello(folder.path(), &json!({}));
    client.send_raw(bytes);
    (client.end().code(), client.log())
}

#[test]
fn what_is_no_message_ends_the_server_with_a_word() {
    for garbage in [
        &b"\r\n"[..],
        b"vm \"a\" machine=\"virt\"\n",
        b"vm: {}\r\n\r\n",
        b"Content-Length\r\n\r\n{}",
        b"Content-Length: -1\r\n\r\n{}",
        b"Content-Length: many\r\n\r\n{}",
        b"Content-Length: 18446744073709551615\r\n\r\n{}",
        b"Content-Length: 99999999999999999999999\r\n\r\n{}",
        b"Content-Length: 1000000000000\r\n\r\n{}",
        b"\xff\xfe\r\n\r\n",
        "\0".repeat(50_000).as_bytes(),
        "a".repeat(50_000).as_bytes(),
        "Content-Type: x\r\n".repeat(2_500).as_bytes(),
    ] {
        let start = &garbage[..garbage.len().min(50)];
        let start = String::from_utf8_lossy(start);
        let (code, log) = end_after(garbage);
        assert_eq!(code, Some(1), "{start:?}: {log}");
        assert!(log.contains("cannot read from the editor: "), "{start:?}: {log}");
        assert!(!log.contains("internal error"), "{start:?}: {log}");
        assert!(log.len() < 500, "{start:?}: {log}");
    }
}

#[test]
fn an_end_in_the_middle_is_an_end() {
    for beginning in [
        "C",
        "Content-Length: 5",
        "Content-Length: 50\r\n\r\n",
        "Content-Length: 50\r\n\r\n{ \"jsonrpc",
    ] {
        let folder = folder();
        let mut client = Client::hello(folder.path(), &json!({}));
        client.send_raw(beginning.as_bytes());
        client.hang_up();
        assert_eq!(client.end().code(), Some(1), "{beginning:?}");
        let log = client.log();
        assert!(log.contains("cannot read from the editor: "), "{beginning:?}: {log}");
    }
}

#[test]
fn the_log_does_not_repeat_a_long_message() {
    let folder = folder();
    let mut client = Client::hello(folder.path(), &json!({}));
    let text = format!("{{ \"jsonrpc\": \"2.0\", \"text\": \"{}\" }}", "a".repeat(1_000_000));
    client.send_raw(format!("Content-Length: {}\r\n\r\n{text}", text.len()).as_bytes());
    let latin = b"Content-Length: 3\r\n\r\n\"\xe4\"";
    client.send_raw(latin);
    client.goodbye();
    let log = client.log();
    assert_eq!(log.matches("a message that cannot be read: ").count(), 2, "{log:.1000}");
    assert!(log.len() < 1000, "{log:.1000}");
}

#[test]
fn half_a_character_counts_as_one_unit() {
    let folder = folder();
    let mut client = Client::hello(folder.path(), &json!({}));
    let uri = uri(&folder.path().join("vm.kdl"));
    client.open(&uri, "kdl", "// \nvm \"a\" machine=\"virt\"\n");
    client.diagnostics(&uri, 1);
    let edit = insertion(&uri, 2, 0, 3, "HALF").to_string().replace("HALF", "\\ude00\\ud83d");
    client.send_raw(format!("Content-Length: {}\r\n\r\n{edit}", edit.len()).as_bytes());
    client.send(&insertion(&uri, 3, 0, 5, " */\ncolour"));
    let diagnostics = client.diagnostics(&uri, 3);
    assert_eq!(diagnostics.len(), 1, "{diagnostics:#?}");
    assert_eq!(diagnostics[0]["range"]["start"], json!({ "line": 1, "character": 0 }));
    client.goodbye();
}

/// A process that ends with the test.
struct Process(Child);

impl Process {
    /// One of which the server is told that it is its parent.
    fn editor() -> Self {
        let mut command = Command::new("sleep");
        Self(
            command
                .arg("600")
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("it starts"),
        )
    }

    /// A server that nobody reads from.
    fn server(folder: &TempDir) -> (Self, ChildStdin) {
        let mut server = Command::new(env!("CARGO_BIN_EXE_iommulint"))
            .current_dir(folder)
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        let stdin = server.stdin.take().expect("it was piped");
        (Self(server), stdin)
    }

    fn end(&mut self) -> Option<i32> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.0.try_wait().expect("it can be waited for") {
                return status.code();
            }
            assert!(start.elapsed() < Duration::from_secs(20), "it lives on");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// What is said of it is longer than a pipe.
fn long_and_wrong(uri: &str) -> Value {
    let text = "vm \"a\" colour=1\n".repeat(500);
    let document = json!({ "uri": uri, "languageId": "kdl", "version": 1, "text": text });
    notification("textDocument/didOpen", &json!({ "textDocument": document }))
}

/// An editor that does not read, and ends while somebody else keeps its pipes open.
#[cfg(target_os = "linux")]
#[test]
fn who_does_not_read_takes_no_memory_and_keeps_no_server() {
    let folder = folder();
    let mut editor = Process::editor();
    let (mut server, mut stdin) = Process::server(&folder);
    let hello = json!({ "processId": editor.0.id(), "capabilities": {} });
    let uri = uri(&folder.path().join("vm.kdl"));
    let sender = thread::spawn(move || -> io::Result<()> {
        let beginning = [request(1, "initialize", &hello), long_and_wrong(&uri)];
        let asked = json!({ "textDocument": { "uri": uri } });
        let ask = |id| request(id, "textDocument/diagnostic", &asked);
        for message in beginning.into_iter().chain((2..5_000).map(ask)) {
            stdin.write_all(framed(&message).as_bytes())?;
        }
        Ok(())
    });
    thread::sleep(Duration::from_secs(4));
    assert!(!sender.is_finished(), "who does not listen is not listened to");
    let memory = memory(server.0.id());
    assert!(memory < 150 * MB, "{memory} bytes");
    editor.0.kill().expect("it can be killed");
    assert_eq!(server.end(), Some(1));
    sender.join().expect("it ends").expect_err("nobody reads any more");
}

#[test]
fn what_is_said_last_is_not_waited_for_for_ever() {
    let folder = folder();
    let (mut server, mut stdin) = Process::server(&folder);
    let uri = uri(&folder.path().join("vm.kdl"));
    for message in [
        request(1, "initialize", &json!({ "capabilities": {} })),
        long_and_wrong(&uri),
        request(2, "textDocument/diagnostic", &json!({ "textDocument": { "uri": uri } })),
        request(3, "shutdown", &Value::Null),
        notification("exit", &Value::Null),
    ] {
        stdin.write_all(framed(&message).as_bytes()).expect("the server reads");
    }
    assert_eq!(server.end(), Some(0));
}
