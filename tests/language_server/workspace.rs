//! What the server knows of files that are not open.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::answers::modern;
use crate::client::{Client, folder, uri};
use crate::text::Encoding;

fn vm(name: &str) -> String {
    format!("/* 😀 */ vm \"{name}\" machine=\"virt\" {{\n}}\n")
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
    fs::write(path, text).expect("it can be written");
}

/// Names and files of the symbols that a query finds.
fn found(client: &mut Client, query: &str) -> Vec<(String, String)> {
    let symbols = client.ask("workspace/symbol", &json!({ "query": query }));
    let described = symbols.as_array().expect("a list").iter().map(|symbol| {
        let uri = symbol["location"]["uri"].as_str().expect("a uri");
        let file = uri.rsplit('/').next().unwrap_or_default();
        (symbol["name"].as_str().expect("a name").to_owned(), file.to_owned())
    });
    described.collect()
}

fn names(client: &mut Client, query: &str) -> Vec<String> {
    found(client, query).into_iter().map(|(name, _)| name).collect()
}

#[test]
fn symbols_are_those_of_every_file_that_would_be_checked() {
    let folder = folder();
    let at = folder.path();
    for name in ["one", "two", "deep/down/three", "left/out", "not/checked", ".hidden/four"] {
        let last = name.rsplit('/').next().unwrap_or_default();
        write(at, &format!("{name}.kdl"), &vm(last));
    }
    write(at, "five.txt", &vm("five"));
    write(at, ".gitignore", "left/\n");
    write(at, "iommulint.toml", "exclude = [\"not/\"]\n");
    let mut client = Client::hello(at, &modern());
    let seen = found(&mut client, "");
    let expected = [("three", "three.kdl"), ("one", "one.kdl"), ("two", "two.kdl")];
    assert_eq!(seen, expected.map(|(name, file)| (name.to_owned(), file.to_owned())));

    let mut check = Command::new(env!("CARGO_BIN_EXE_iommulint"));
    let output = check.current_dir(at).args(["check", "--format", "json", "."]).output();
    let output = output.expect("the binary runs");
    let said: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    assert_eq!(said["summary"]["files"], seen.len(), "{said}");

    let symbols = client.ask("workspace/symbol", &json!({ "query": "TW" }));
    let range = &symbols[0]["location"]["range"];
    let text = vm("two");
    let bytes = |end: &str| Encoding::Utf16.offset(&text, &range[end]);
    assert_eq!(&text[bytes("start")..bytes("end")], "\"two\"");
    client.goodbye();
}

#[test]
fn symbols_are_those_of_now() {
    let folder = folder();
    let at = folder.path();
    write(at, "one.kdl", &vm("before"));
    let mut client = Client::hello(at, &modern());
    assert_eq!(names(&mut client, ""), ["before"]);
    assert_eq!(names(&mut client, ""), ["before"], "as it was read before");
    write(at, "one.kdl", &vm("afterwards"));
    write(at, "two.kdl", &vm("new"));
    assert_eq!(names(&mut client, ""), ["afterwards", "new"]);
    fs::remove_file(at.join("two.kdl")).expect("it is there");
    let uri = uri(&at.join("one.kdl"));
    client.open(&uri, "", &vm("unsaved"));
    assert_eq!(names(&mut client, ""), ["unsaved"]);
    client.tell("textDocument/didClose", &json!({ "textDocument": { "uri": uri } }));
    assert_eq!(names(&mut client, ""), ["afterwards"]);
    client.goodbye();
}

#[test]
fn folders_come_and_go() {
    let folders = [(); 2].map(|()| folder());
    let [one, two] = &folders;
    write(one.path(), "vm.kdl", &vm("one"));
    write(two.path(), "vm.kdl", &vm("two"));
    let mut client = Client::start(one.path(), &[]);
    let told = client.initialize(one.path(), &modern());
    let can = &told["capabilities"]["workspace"]["workspaceFolders"];
    assert_eq!(*can, json!({ "supported": true, "changeNotifications": true }));
    let change = |added: &[&TempDir], removed: &[&TempDir]| {
        let named = |folders: &[&TempDir]| -> Vec<Value> {
            let named = folders.iter().map(|it| json!({ "uri": uri(it.path()), "name": "it" }));
            named.collect()
        };
        json!({ "event": { "added": named(added), "removed": named(removed) } })
    };
    client.tell("workspace/didChangeWorkspaceFolders", &change(&[two], &[]));
    assert_eq!(names(&mut client, ""), ["one", "two"]);
    client.tell("workspace/didChangeWorkspaceFolders", &change(&[one], &[]));
    assert_eq!(names(&mut client, ""), ["one", "two"], "once each");
    client.tell("workspace/didChangeWorkspaceFolders", &change(&[], &[one]));
    assert_eq!(names(&mut client, ""), ["two"]);
    client.goodbye();
}

#[test]
fn without_a_folder_only_open_files_count() {
    let folder = folder();
    write(folder.path(), "vm.kdl", &vm("one"));
    let mut client = Client::start(folder.path(), &[]);
    client.ask("initialize", &json!({ "processId": null, "rootUri": null, "capabilities": {} }));
    client.tell("initialized", &json!({}));
    assert_eq!(names(&mut client, ""), [""; 0]);
    client.open(&uri(&folder.path().join("other.kdl")), "", &vm("open"));
    assert_eq!(names(&mut client, ""), ["open"]);
    client.goodbye();
}
