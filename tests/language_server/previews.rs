//! Lenses, and the previews behind them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::answers::{Open, modern, open};
use crate::client::{Client, folder, insertion, uri};

const TWO: &str = r#"vm "a" machine="virt" {
    iommufd "i"
    vsmmu "s" iommufd="i" {
        hostdev "gpu0" host="0009:01:00.0"
    }
}
// 😀
vm "b" machine="virt" { device "net" driver="e1000e"; }
"#;

/// An editor that asks for content.
fn asking() -> Value {
    let mut capabilities = modern();
    capabilities["workspace"]["textDocumentContent"] = json!({});
    capabilities["window"] = json!({ "showDocument": { "support": true } });
    capabilities
}

fn arguments(file: &Open, part: &str, kind: &str) -> Value {
    json!({ "uri": file.uri, "kind": kind, "position": file.at(part) })
}

fn execute(client: &mut Client, command: &str, argument: &Value) -> Value {
    client.ask("workspace/executeCommand", &json!({ "command": command, "arguments": [argument] }))
}

fn preview(client: &mut Client, argument: &Value) -> Value {
    execute(client, "iommulint.previewText", argument)
}

fn content(client: &mut Client, uri: &Value) -> String {
    let result = client.ask("workspace/textDocumentContent", &json!({ "uri": uri }));
    result["text"].as_str().expect("a text").to_owned()
}

/// What the command line writes; none when it refuses.
fn printed(arguments: &[&str], file: &Path) -> Option<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iommulint"));
    let output = command.args(arguments).arg(file).output().expect("the binary runs");
    let (is_empty, is_written) = (output.stdout.is_empty(), output.status.success());
    assert_ne!(is_empty, is_written, "{arguments:?} {}", file.display());
    output.status.success().then(|| String::from_utf8(output.stdout).expect("text"))
}

fn examples() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let entries = fs::read_dir(folder).expect("it can be read");
    let paths = entries.map(|entry| entry.expect("it can be read").path());
    paths.filter(|path| path.extension().is_some_and(|it| it == "kdl")).collect()
}

#[test]
fn lenses_are_over_every_vm() {
    let mut file = open("vm.kdl", TWO, &modern());
    let lenses = file.ask("textDocument/codeLens", &json!({}));
    let lenses = lenses.as_array().expect("a list").clone();
    let titles: Vec<_> = lenses.iter().map(|it| it["command"]["title"].clone()).collect();
    let seen = "the guest sees 1 vSMMU, gpu0 at 0000:fd:00.0";
    let expected = ["lower to QEMU", "lower to libvirt", seen];
    assert_eq!(titles[..3], expected.map(Value::from));
    assert_eq!(titles[5], "what the guest sees");
    let ranges: Vec<&Value> = lenses.iter().map(|it| &it["range"]).collect();
    assert!(ranges.iter().all(|range| range["start"]["line"] == range["end"]["line"]));
    assert_eq!(ranges[0]["start"]["line"], 0);
    assert_eq!(ranges[3]["start"]["line"], 7);
    for lens in &lenses {
        let argument = &lens["command"]["arguments"][0];
        let shown = preview(&mut file.client, argument);
        assert!(!shown["text"].as_str().expect("a text").starts_with('#'), "{shown}");
    }
}

#[test]
fn there_is_no_lens_over_what_does_not_lower() {
    let wrong = TWO.replace("0009:01:00.0", "0009:01:40.0");
    let mut file = open("vm.kdl", &wrong, &modern());
    assert_eq!(file.ask("textDocument/codeLens", &json!({})), json!([]));
    let mut domain = open("vm.xml", "<domain type='kvm'/>", &modern());
    assert_eq!(domain.ask("textDocument/codeLens", &json!({})), Value::Null);
}

#[test]
fn previews_are_what_the_commands_write() {
    let folder = folder();
    let mut client = Client::hello(folder.path(), &asking());
    let mut refused = 0;
    for path in examples() {
        let (name, uri) = (path.display(), uri(&path));
        client.open(&uri, "kdl", &fs::read_to_string(&path).expect("it can be read"));
        let params = json!({ "textDocument": { "uri": uri } });
        let lenses = client.ask("textDocument/codeLens", &params);
        let lenses = lenses.as_array().expect("a list").iter();
        let lenses: Vec<_> = lenses.map(|it| it["command"]["arguments"][0].clone()).collect();
        for (kind, command) in [
            ("qemu", &["lower", "--qemu"][..]),
            ("libvirt", &["lower", "--libvirt"][..]),
            ("map", &["map"][..]),
            ("graph", &["graph"]),
        ] {
            let argument = json!({ "uri": uri, "kind": kind, "vm": 0 });
            let shown = preview(&mut client, &argument);
            let expected = printed(command, &path);
            let has_lens = expected.is_some() && kind != "graph";
            assert_eq!(lenses.contains(&argument), has_lens, "{name} {command:?}");
            let text = shown["text"].as_str().expect("a text");
            refused += usize::from(expected.is_none());
            match expected {
                Some(expected) => assert_eq!(text, expected, "{name} {command:?}"),
                None => assert!(text.contains("nothing to show"), "{name} {text}"),
            }
            assert_eq!(content(&mut client, &shown["uri"]), shown["text"], "{name} {command:?}");
        }
    }
    assert!(refused > 0, "one of them is for QEMU only");
    client.goodbye();
}

#[test]
fn a_preview_is_of_the_vm_at_the_cursor() {
    let mut file = open("vm.kdl", TWO, &modern());
    let of_a = arguments(&file, "gpu0", "map");
    let a = preview(&mut file.client, &of_a);
    assert!(a["text"].as_str().expect("a text").starts_with("vm a\n"), "{a}");
    assert_eq!((&a["title"], &a["languageId"]), (&json!("vm.kdl.map"), &json!("plaintext")));
    let of_b = arguments(&file, "e1000e", "libvirt");
    let b = preview(&mut file.client, &of_b);
    assert_eq!((&b["title"], &b["languageId"]), (&json!("vm.kdl-2.xml"), &json!("xml")));
    for wrong in [json!({}), json!(1), json!({ "uri": file.uri, "kind": "dot", "vm": 0 })] {
        assert_eq!(preview(&mut file.client, &wrong), Value::Null);
    }
    assert_eq!(execute(&mut file.client, "iommulint.other", &of_a), Value::Null);
}

#[test]
fn where_nothing_comes_of_it_a_comment_says_why() {
    let wrong = TWO.replace("0009:01:00.0", "0009:01:40.0").replace("\"i\"\n", "\"i--\"\n");
    let mut file = open("vm.kdl", &wrong, &modern());
    for (kind, start, end) in [
        ("qemu", "# ", "]\n"),
        ("libvirt", "<!-- ", "] -->\n"),
        ("map", "# ", "]\n"),
        ("graph", "<!-- ", "] -->\n"),
    ] {
        let argument = arguments(&file, "gpu0", kind);
        let text = preview(&mut file.client, &argument)["text"].as_str().expect("one").to_owned();
        assert!(text.starts_with(start) && text.ends_with(end), "{text}");
        assert!(text.contains("nothing to show of `vm.kdl`: there are 2 errors in it\n"), "{text}");
        assert!(text.contains("line 4: "), "{text}");
        assert!(text.contains("[hostdev/bad-address]"), "{text}");
        let lines = text.lines().filter(|line| line.starts_with('#')).count();
        assert_eq!(lines, if start == "# " { 3 } else { 0 }, "{text}");
    }
    let mut right = open("vm.kdl", TWO, &modern());
    for (uri, why) in [(&right.uri, "there is no such vm in it"), (&file.uri, "it is not open")] {
        let argument = json!({ "uri": uri, "kind": "map", "vm": 7 });
        let text = preview(&mut right.client, &argument);
        assert!(text["text"].as_str().expect("one").contains(why), "{text}");
    }
}

#[test]
fn a_preview_that_is_shown_follows_its_source() {
    let mut file = open("vm.kdl", TWO, &asking());
    let argument = arguments(&file, "gpu0", "libvirt");
    let uri = preview(&mut file.client, &argument)["uri"].clone();
    let refresh = "workspace/textDocumentContent/refresh";
    let before = content(&mut file.client, &uri);

    let uri_of_file = file.uri.clone();
    let client = &mut file.client;

    client.send(&insertion(&uri_of_file, 2, 0, 0, "// 😀\n"));
    client.diagnostics(&uri_of_file, 2);
    assert_eq!(content(client, &uri), before);
    assert!(client.waiting(refresh).is_empty(), "a comment changes nothing");

    client.send(&insertion(&uri_of_file, 3, 3, 25, "pxb bus-nr=200;"));
    assert_eq!(client.next(refresh)["params"]["uri"], uri);
    // Who does not ask again does not show it any more.
    client.send(&insertion(&uri_of_file, 4, 3, 38, "1"));
    client.diagnostics(&uri_of_file, 4);
    let now = content(client, &uri);
    assert!(client.waiting(refresh).is_empty());
    assert!(now.starts_with("<!-- nothing to show"), "{now}");

    let back = json!({
        "textDocument": { "uri": uri_of_file, "version": 5 },
        "contentChanges": [{ "text": TWO }],
    });
    client.tell("textDocument/didChange", &back);
    assert_eq!(client.next(refresh)["params"]["uri"], uri);
    assert_eq!(content(client, &uri), before);

    client.tell("textDocument/didClose", &json!({ "textDocument": { "uri": uri_of_file } }));
    assert_eq!(client.next(refresh)["params"]["uri"], uri);
    assert!(content(client, &uri).contains("it is not open"));
    client.open(&uri_of_file, "kdl", TWO);
    assert_eq!(client.next(refresh)["params"]["uri"], uri);
    assert_eq!(content(client, &uri), before);
    file.client.goodbye();
}

#[test]
fn a_preview_is_not_checked() {
    let mut file = open("vm.kdl", &TWO.replace("0009:01:00.0", ""), &asking());
    for kind in ["qemu", "libvirt", "map", "graph"] {
        let argument = arguments(&file, "gpu0", kind);
        let shown = preview(&mut file.client, &argument);
        let (uri, text) = (shown["uri"].as_str().expect("one"), shown["text"].as_str());
        file.client.open(uri, "kdl", text.expect("a text"));
        assert!(file.client.diagnostics(uri, 1).is_empty(), "{kind}");
        let params = json!({ "textDocument": { "uri": uri } });
        assert_eq!(file.client.ask("textDocument/codeLens", &params), Value::Null);
    }
}

#[test]
fn lenses_and_previews_follow_the_configuration() {
    let folder = folder();
    let mut capabilities = asking();
    capabilities["workspace"]["codeLens"] = json!({ "refreshSupport": true });
    let mut client = Client::hello(folder.path(), &capabilities);
    let uri = uri(&folder.path().join("vm.kdl"));
    client.open(&uri, "kdl", TWO);
    let argument = json!({ "uri": uri, "kind": "map", "vm": 0 });
    let shown = preview(&mut client, &argument)["uri"].clone();
    assert!(content(&mut client, &shown).starts_with("vm a\n"));

    fs::write(folder.path().join("iommulint.toml"), "[rules").expect("it can be written");
    let params = json!({ "textDocument": { "uri": uri } });
    client.tell("textDocument/didSave", &params);
    client.next("workspace/codeLens/refresh");
    assert_eq!(client.ask("textDocument/codeLens", &params), json!([]));
    assert_eq!(client.next("workspace/textDocumentContent/refresh")["params"]["uri"], shown);
    let text = content(&mut client, &shown);
    assert!(text.contains("its configuration cannot be used"), "{text}");
    client.goodbye();
}

#[test]
fn an_editor_without_previews_is_shown_files() {
    let mut capabilities = modern();
    capabilities["window"] = json!({ "showDocument": { "support": true } });
    let mut file = open("vm.kdl", TWO, &capabilities);
    let argument = json!({ "uri": file.uri, "kind": "libvirt", "vm": 0 });
    execute(&mut file.client, "iommulint.preview", &argument);
    let asked = file.client.next("window/showDocument");
    let shown = asked["params"]["uri"].as_str().expect("a URI").to_owned();
    let path = PathBuf::from(shown.strip_prefix("file://").expect("a file"));
    let read = || fs::read_to_string(&path).expect("it can be read");
    assert_eq!(path.file_name().expect("it has one"), "vm.kdl.xml");
    assert_eq!(read(), preview(&mut file.client, &argument)["text"]);

    file.client.send(&insertion(&file.uri, 2, 0, 0, "vm {"));
    file.client.diagnostics(&file.uri, 2);
    // An answer behind the check: the file is written.
    file.ask("textDocument/codeLens", &json!({}));
    assert!(read().starts_with("<!-- nothing to show"), "{}", read());

    execute(&mut file.client, "iommulint.preview", &argument);
    assert_eq!(file.client.next("window/showDocument")["params"]["uri"], shown);
    file.client.goodbye();
    assert!(!path.exists(), "nothing is left behind");

    let mut old = open("vm.kdl", TWO, &json!({}));
    let argument = json!({ "uri": old.uri, "kind": "map", "vm": 0 });
    execute(&mut old.client, "iommulint.preview", &argument);
    let said = old.client.next("window/showMessage");
    assert!(said["params"]["message"].as_str().expect("words").contains("cannot be asked"));
}

#[test]
fn an_editor_with_previews_is_shown_them() {
    let mut file = open("vm.kdl", TWO, &asking());
    let argument = json!({ "uri": file.uri, "kind": "qemu", "vm": 1 });
    execute(&mut file.client, "iommulint.preview", &argument);
    let asked = file.client.next("window/showDocument");
    let expected = preview(&mut file.client, &argument);
    assert_eq!(asked["params"]["uri"], expected["uri"]);
    assert_eq!(content(&mut file.client, &asked["params"]["uri"]), expected["text"]);
}

#[test]
fn previews_are_announced_to_who_can_show_them() {
    let folder = folder();
    for (capabilities, schemes) in
        [(asking(), json!(["iommulint-preview"])), (modern(), Value::Null)]
    {
        let mut client = Client::start(folder.path(), &[]);
        let announced = client.initialize(folder.path(), &capabilities)["capabilities"].clone();
        assert_eq!(announced["workspace"]["textDocumentContent"]["schemes"], schemes);
        assert!(announced["codeLensProvider"].is_object());
        let commands = &announced["executeCommandProvider"]["commands"];
        assert_eq!(*commands, json!(["iommulint.preview", "iommulint.previewText"]));
        client.goodbye();
    }
}
