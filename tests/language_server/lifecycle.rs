//! Any message, in any order; the server lives on until it is told to end, or is left alone.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{Client, folder, notification, request, uri};

fn code(response: &Value) -> i64 {
    response["error"]["code"].as_i64().unwrap_or_else(|| panic!("no error: {response}"))
}

const NOT_INITIALIZED: i64 = -32002;
const INVALID_REQUEST: i64 = -32600;
const METHOD_NOT_FOUND: i64 = -32601;
const INVALID_PARAMS: i64 = -32602;
const CANCELLED: i64 = -32800;

#[test]
fn a_conversation() {
    let folder = folder();
    let mut client = Client::start(folder.path(), &["--stdio"]);
    let result = client.initialize(folder.path(), &json!({}));
    assert_eq!(result["serverInfo"]["name"], "iommulint");
    assert_eq!(result["capabilities"]["positionEncoding"], "utf-16");
    client.goodbye();
}

#[test]
fn the_encoding_is_negotiated() {
    let folder = folder();
    for (offers, chosen) in [
        (json!(["utf-16", "utf-8"]), "utf-8"),
        (json!(["utf-32"]), "utf-32"),
        (json!([]), "utf-16"),
    ] {
        let mut client = Client::start(folder.path(), &[]);
        let capabilities = json!({ "general": { "positionEncodings": offers } });
        let result = client.initialize(folder.path(), &capabilities);
        assert_eq!(result["capabilities"]["positionEncoding"], chosen);
        client.goodbye();
    }
}

#[test]
fn what_comes_too_early_or_too_late_is_refused() {
    let folder = folder();
    let mut client = Client::start(folder.path(), &[]);
    let symbols = json!({ "textDocument": { "uri": "file:///x.kdl" } });
    let response = client.request("textDocument/documentSymbol", &symbols);
    assert_eq!(code(&response), NOT_INITIALIZED);
    client.tell("textDocument/didOpen", &json!({ "nonsense": true }));
    assert_eq!(code(&client.request("initialize", &json!([1]))), INVALID_PARAMS);
    client.initialize(folder.path(), &json!({}));
    assert_eq!(
        code(&client.request("initialize", &json!({ "capabilities": {} }))),
        INVALID_REQUEST
    );
    client.ask("shutdown", &Value::Null);
    assert_eq!(code(&client.request("textDocument/documentSymbol", &symbols)), INVALID_REQUEST);
    client.tell("exit", &Value::Null);
    assert_eq!(client.end().code(), Some(0));
}

#[test]
fn what_is_not_known_is_refused_or_passed_over() {
    let folder = folder();
    let mut client = Client::hello(folder.path(), &json!({}));
    assert_eq!(code(&client.request("no/such", &json!({}))), METHOD_NOT_FOUND);
    assert_eq!(code(&client.request("$/no/such", &json!({}))), METHOD_NOT_FOUND);
    client.tell("$/no/such", &json!({}));
    client.tell("no/such", &json!(7));
    client.tell("textDocument/didOpen", &json!("nonsense"));
    client.tell("textDocument/didChange", &json!({ "textDocument": 1 }));
    client.tell("textDocument/didClose", &json!({ "textDocument": { "uri": "file:///no.kdl" } }));
    client.send(&json!({ "jsonrpc": "2.0", "id": 99, "result": null }));
    client.send(&json!({ "jsonrpc": "2.0", "id": 99, "error": { "code": 1, "message": "no" } }));
    client.send_raw(b"Content-Length: 7\r\n\r\n{ \"id\":");
    assert_eq!(code(&client.request("textDocument/diagnostic", &json!({}))), INVALID_PARAMS);
    client.goodbye();
}

#[test]
fn without_a_shutdown_the_exit_code_is_1() {
    let folder = folder();
    for is_initialized in [false, true] {
        let mut client = Client::start(folder.path(), &[]);
        if is_initialized {
            client.initialize(folder.path(), &json!({}));
        }
        client.tell("exit", &Value::Null);
        assert_eq!(client.end().code(), Some(1));
        let mut client = Client::start(folder.path(), &[]);
        if is_initialized {
            client.initialize(folder.path(), &json!({}));
        }
        client.hang_up();
        assert_eq!(client.end().code(), Some(1));
    }
}

#[test]
fn a_cancelled_request_is_not_answered() {
    let folder = folder();
    let mut client = Client::hello(folder.path(), &json!({}));
    let diagnostic = json!({ "textDocument": { "uri": "file:///x.kdl" } });
    client.send_all(&[
        request(100, "textDocument/diagnostic", &diagnostic),
        request(101, "textDocument/diagnostic", &diagnostic),
        notification("$/cancelRequest", &json!({ "id": 101 })),
        notification("$/cancelRequest", &json!({ "id": "no such" })),
    ]);
    assert!(client.response(100).get("result").is_some());
    // It is in time only where all of this is read at once, which the server cannot know.
    let response = client.response(101);
    assert!(response.get("result").is_some() || code(&response) == CANCELLED, "{response}");
    client.goodbye();
}

/// A process of which the server is told that it is its parent, and which ends.
#[cfg(target_os = "linux")]
#[test]
fn the_server_ends_with_the_editor() {
    let folder = folder();
    let mut editor =
        Command::new("sleep").arg("600").stdin(Stdio::null()).spawn().expect("it starts");
    let mut client = Client::start(folder.path(), &[]);
    client.ask("initialize", &json!({ "processId": editor.id(), "capabilities": {} }));
    thread::sleep(Duration::from_millis(1500));
    assert!(client.request("no/such", &json!({})).get("error").is_some(), "it is there");
    editor.kill().expect("it can be killed");
    let start = Instant::now();
    // Before it is waited for, it is a zombie: dead all the same.
    assert_eq!(client.end().code(), Some(1));
    assert!(start.elapsed() < Duration::from_secs(10));
    editor.wait().expect("it ends");
}

#[test]
fn a_parent_that_cannot_be_seen_is_not_watched() {
    let folder = folder();
    let mut client = Client::start(folder.path(), &[]);
    client.ask("initialize", &json!({ "processId": i32::MAX, "capabilities": {} }));
    thread::sleep(Duration::from_millis(1500));
    client.goodbye();
}

#[test]
fn a_configuration_named_on_the_command_line_is_used() {
    let [folder, elsewhere] = [(); 2].map(|()| folder());
    std::fs::write(folder.path().join("c.toml"), "rules.iommu = \"off\"\n").expect("it is written");
    let text = include_str!("../../corpus/err/iommu/firmware.kdl");
    let found = |arguments: &[&str]| {
        let mut client = Client::start(folder.path(), arguments);
        client.initialize(elsewhere.path(), &json!({}));
        let uri = uri(Path::new("/srv/vm.kdl"));
        client.open(&uri, "kdl", text);
        client.diagnostics(&uri, 1).len()
    };
    assert!(found(&[]) > found(&["--config", "c.toml"]));
}
