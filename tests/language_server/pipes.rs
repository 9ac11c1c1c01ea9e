//! What comes over the pipes is no message, or nobody is at their other end.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::{Client, notification, request, uri};

fn folder() -> TempDir {
    TempDir::new().expect("a folder can be made")
}

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
        &[0; 100_000],
        &[b'a'; 100_000],
        "Content-Type: x\r\n".repeat(10_000).as_bytes(),
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
    for beginning in ["C", "Content-Length: 5", "Content-Length: 50\r\n\r\n", "Content-Length: 50\r\n\r\n{ \"jsonrpc"] {
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
    let long = format!("{{ \"jsonrpc\": \"2.0\", \"text\": \"{}\" }}", "a".repeat(1_000_000));
    client.send_raw(format!("Content-Length: {}\r\n\r\n{long}", long.len()).as_bytes());
    let latin = b"Content-Length: 3\r\n\r\n\"\xe4\"";
    client.send_raw(latin);
    client.goodbye();
    let log = client.log();
    assert_eq!(log.matches("a message that cannot be read: ").count(), 2, "{log:.1000}");
    assert!(log.len() < 1000, "{log:.1000}");
}
