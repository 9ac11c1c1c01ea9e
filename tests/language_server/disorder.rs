//! An editor that does things in another order than it should, and a disk that changes meanwhile.

use std::fs;

use serde_json::{Value, json};

use crate::client::{Client, folder, insertion, notification, request, uri};

const GOOD: &str = "vm \"a\" machine=\"virt\"\n";

fn did_change(uri: &str, version: &Value, changes: &Value) -> Value {
    let document = json!({ "uri": uri, "version": version });
    let params = json!({ "textDocument": document, "contentChanges": changes });
    notification("textDocument/didChange", &params)
}

/// What the server takes the names at the top of a file to be.
fn names(client: &mut Client, uri: &str) -> Vec<Value> {
    let symbols = json!({ "textDocument": { "uri": uri } });
    let symbols = client.ask("textDocument/documentSymbol", &symbols);
    let symbols = symbols.as_array().cloned().unwrap_or_default();
    symbols.into_iter().map(|mut symbol| symbol["name"].take()).collect()
}

#[test]
fn what_is_not_open_is_nothing() {
    let folder = folder();
    let mut client = Client::hello(folder.path(), &json!({}));
    let uri = uri(&folder.path().join("vm.kdl"));
    fs::write(folder.path().join("vm.kdl"), GOOD).expect("it can be written");
    client.send(&insertion(&uri, 2, 0, 0, "vm \"b\"\n"));
    client.tell("textDocument/didClose", &json!({ "textDocument": { "uri": uri } }));
    client.tell("textDocument/didSave", &json!({ "textDocument": { "uri": uri } }));
    let place =
        json!({ "textDocument": { "uri": uri }, "position": { "line": 0, "character": 0 } });
    assert_eq!(client.ask("textDocument/hover", &place), Value::Null);
    client.open(&uri, "kdl", GOOD);
    client.diagnostics(&uri, 1);
    client.tell("textDocument/didClose", &json!({ "textDocument": { "uri": uri } }));
    client.tell("textDocument/didClose", &json!({ "textDocument": { "uri": uri } }));
    client.send(&insertion(&uri, 3, 0, 0, "vm \"b\"\n"));
    assert_eq!(client.ask("textDocument/hover", &place), Value::Null);
    assert_eq!(names(&mut client, &uri), Vec::<Value>::new());
    client.goodbye();
}

#[test]
fn what_is_opened_twice_has_the_second_text() {
    let folder = folder();
    let mut client = Client::hello(folder.path(), &json!({}));
    let uri = uri(&folder.path().join("vm.kdl"));
    client.open(&uri, "kdl", "vm \"a\" colour=1\n");
    client.open(&uri, "kdl", "vm \"b\" machine=\"virt\"\n");
    assert_eq!(names(&mut client, &uri), ["b"]);
    client.tell("textDocument/didClose", &json!({ "textDocument": { "uri": uri } }));
    assert_eq!(names(&mut client, &uri), Vec::<Value>::new());
    client.goodbye();
}

#[test]
fn versions_are_the_editors_affair() {
    let folder = folder();
    let mut client = Client::hello(folder.path(), &json!({}));
    let uri = uri(&folder.path().join("vm.kdl"));
    client.open(&uri, "kdl", GOOD);
    for version in [7, 3, 3, -1, i32::MAX, i32::MIN] {
        client.send(&insertion(&uri, version, 0, 0, "// typed\n"));
        assert_eq!(client.diagnostics(&uri, version), Vec::<Value>::new());
    }
    client.goodbye();
}

#[test]
fn edits_that_are_none_change_nothing() {
    let folder = folder();
    let mut client = Client::hello(folder.path(), &json!({}));
    let uri = uri(&folder.path().join("vm.kdl"));
    client.open(&uri, "kdl", GOOD);
    client.diagnostics(&uri, 1);
    let origin = json!({ "line": 0, "character": 0 });
    for (version, changes) in [
        (
            json!(2),
            json!([{ "range": { "start": { "line": -1, "character": 0 }, "end": origin }, "text": "x" }]),
        ),
        (
            json!(2),
            json!([{ "range": { "start": { "line": 0.5, "character": 0 }, "end": origin }, "text": "x" }]),
        ),
        (json!(2), json!([{ "range": { "start": origin }, "text": "x" }])),
        (json!(2), json!([{ "range": "all", "text": "x" }])),
        (json!(2), json!([{ "range": { "start": origin, "end": origin } }])),
        (json!(2), json!({ "text": "x" })),
        (json!("two"), json!([{ "text": "x" }])),
    ] {
        client.send(&did_change(&uri, &version, &changes));
        assert_eq!(names(&mut client, &uri), ["a"], "{changes}");
    }
    client.send(&did_change(&uri, &json!(2), &json!([])));
    assert_eq!(client.diagnostics(&uri, 2), Vec::<Value>::new());
    client.send(&did_change(&uri, &json!(3), &json!([{ "range": null, "text": "vm \"b\"\n" }])));
    assert_eq!(names(&mut client, &uri), ["b"]);
    client.goodbye();
    let log = client.log();
    assert_eq!(
        log.matches("`textDocument/didChange` with parameters that it does not have").count(),
        7,
        "{log}"
    );
}

#[test]
fn a_range_that_is_the_wrong_way_round_is_its_start() {
    let folder = folder();
    let mut client = Client::hello(folder.path(), &json!({}));
    let uri = uri(&folder.path().join("vm.kdl"));
    client.open(&uri, "kdl", "vm \"ab\" machine=\"virt\"\n");
    let at = |character: u32| json!({ "line": 0, "character": character });
    let changes = json!([{ "range": { "start": at(5), "end": at(0) }, "text": "x" }]);
    client.send(&did_change(&uri, &json!(2), &changes));
    assert_eq!(names(&mut client, &uri), ["axb"]);
    client.goodbye();
}

#[test]
fn a_request_that_waits_is_cancelled() {
    let folder = folder();
    let mut client = Client::hello(folder.path(), &json!({}));
    let uri = uri(&folder.path().join("vm.kdl"));
    // While this is looked at, all of what follows has come.
    client.open(&uri, "kdl", &"vm \"a\" machine=\"virt\" colour=1\n".repeat(3_000));
    let asked = json!({ "textDocument": { "uri": uri } });
    client.send_all(&[
        request(100, "textDocument/documentSymbol", &asked),
        request(101, "textDocument/documentSymbol", &asked),
        request(102, "textDocument/documentSymbol", &asked),
        notification("$/cancelRequest", &json!({ "id": 101 })),
        notification("$/cancelRequest", &json!({ "id": 101 })),
        notification("$/cancelRequest", &json!({ "id": {} })),
        notification("$/cancelRequest", &json!([])),
        notification("$/cancelRequest", &Value::Null),
    ]);
    assert!(client.response(100)["result"].is_array());
    assert_eq!(client.response(101)["error"]["code"], -32800);
    assert!(client.response(102)["result"].is_array());
    client.send(&notification("$/cancelRequest", &json!({ "id": 102 })));
    client.goodbye();
}

#[test]
fn a_folder_and_its_configuration_come_and_go() {
    let folder = folder();
    let sub = folder.path().join("sub");
    let toml = sub.join("iommulint.toml");
    let capabilities =
        json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } });
    let mut client = Client::start(folder.path(), &[]);
    client.initialize(&sub, &capabilities);
    let vm = uri(&sub.join("vm.kdl"));
    client.open(&vm, "kdl", "vm \"a\" machine=\"virt\" colour=1\n");
    let wrong = |diagnostics: &[Value]| {
        diagnostics.iter().map(|it| it["severity"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(wrong(&client.diagnostics(&vm, 1)), [1], "there is no such folder");
    let changed = json!({ "changes": [{ "uri": uri(&toml), "type": 2 }] });
    for (content, expected) in [
        (Some("rules.schema = \"warning\"\n"), Some(2)),
        (Some("rules = [\n"), None),
        (Some("rules.schema = \"note\"\n"), Some(3)),
        (None, Some(1)),
        (Some("\0\u{feff}"), None),
        (Some(""), Some(1)),
    ] {
        if let Some(content) = content {
            fs::create_dir_all(&sub).expect("a folder can be made");
            fs::write(&toml, content).expect("it can be written");
        } else {
            fs::remove_dir_all(&sub).expect("it can be removed");
        }
        client.tell("workspace/didChangeWatchedFiles", &changed);
        let found = wrong(&client.diagnostics(&vm, 1));
        assert_eq!(found.first().cloned(), expected.map(Value::from), "{content:?}");
    }
    fs::write(&toml, b"rules.schema = \"\xff\"\n").expect("it can be written");
    client.tell("workspace/didChangeWatchedFiles", &changed);
    assert_eq!(client.diagnostics(&vm, 1), Vec::<Value>::new(), "it is not UTF-8");
    fs::remove_file(&toml).expect("it can be removed");
    fs::create_dir(&toml).expect("a folder can be made");
    client.tell("workspace/didChangeWatchedFiles", &changed);
    client.diagnostics(&vm, 1);
    client.goodbye();
}
